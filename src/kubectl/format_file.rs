//! Templates that `-o` takes from a file.

use super::Session;
use super::failure::Failure;
use crate::invocation::Invocation;

/// Output formats whose argument is a file, and what they are with the file's text.
const FORMATS: [(&str, &str); 4] = [
    ("go-template-file", "go-template"),
    ("templatefile", "go-template"),
    ("jsonpath-file", "jsonpath"),
    ("custom-columns-file", "custom-columns"),
];

/// The invocation with the text of its template's file in the place of the file's name.
///
/// Source: `cli-runtime/pkg/genericclioptions/template_flags.go`, `ToPrinter`.
pub(super) fn with_files_read(
    invocation: &Invocation,
    session: &Session,
) -> Result<Invocation, Failure> {
    let mut invocation = invocation.clone();
    let output = invocation.flags.text("output").unwrap_or_default().to_owned();
    let (format, file) = output.split_once('=').unwrap_or((&output, ""));
    let Some((_, read_format)) = FORMATS.iter().find(|(name, _)| *name == format) else {
        return Ok(invocation);
    };
    let template = invocation.flags.text("template").filter(|file| !file.is_empty());
    let file = template.unwrap_or(file).to_owned();
    if file.is_empty() {
        return Ok(invocation);
    }
    let columns = *read_format == "custom-columns";
    let bytes = std::fs::read(session.directory.join(&file)).map_err(|error| {
        let what = if columns { "template" } else { "--template" };
        Failure::message(format!("error reading {what} {file}, {}\n", go_error(&file, &error)))
    })?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let text = if columns { column_spec(&text)? } else { text };
    invocation.flags.replace("output", &format!("{read_format}={text}"));
    if invocation.flags.is_set("template") {
        invocation.flags.replace("template", "");
    }
    Ok(invocation)
}

/// A file error in Go's words.
fn go_error(file: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("open {file}: no such file or directory"),
        std::io::ErrorKind::PermissionDenied => format!("open {file}: permission denied"),
        std::io::ErrorKind::IsADirectory => format!("read {file}: is a directory"),
        _ => format!("open {file}: {error}"),
    }
}

/// A line of headers and a line of paths, as one column spec.
///
/// Source: `kubectl/pkg/cmd/get/customcolumn.go`, `NewCustomColumnsPrinterFromTemplate`.
fn column_spec(text: &str) -> Result<String, Failure> {
    let mut lines = text.lines();
    let mut line = || lines.next().unwrap_or_default().split_whitespace().collect::<Vec<_>>();
    let (headers, paths) = (line(), line());
    if headers.len() != paths.len() {
        return Err(Failure::message(format!(
            "number of headers ({}) and field specifications ({}) don't match",
            headers.len(),
            paths.len()
        )));
    }
    let columns = headers.iter().zip(&paths).map(|(header, path)| format!("{header}:{path}"));
    Ok(columns.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_columns_has_a_line_of_headers_and_a_line_of_paths() {
        let spec = column_spec("NAME  IMAGE\n.metadata.name {.spec.image}\n").unwrap();
        assert_eq!(spec, "NAME:.metadata.name,IMAGE:{.spec.image}");
        assert!(column_spec("NAME IMAGE\n.metadata.name\n").is_err());
    }
}
