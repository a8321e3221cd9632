use crate::base::Span;

/// A gap that the reader fills: `<IP>`, `<POD_NAME>`, `<your-name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands between the angle brackets.
    pub name: String,
    /// With the brackets, in bytes of the text.
    pub span: Span,
}

/// Names that kubectl prints in angle brackets; nobody is meant to fill them.
const PRINTED: &[&str] = &["none", "pending", "unknown", "unset", "invalid", "nil", "error"];

/// The longest name that is still taken for a placeholder, in bytes.
const LONGEST: usize = 48;

/// The placeholders of a piece of shell text, in order, repeated ones as well.
///
/// Redirections, here-documents, tags that are closed in the same text (`<h1>…</h1>`)
/// and what kubectl itself prints (`<none>`) are none.
pub fn placeholders(text: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|offset| at + offset) {
        at = open + 1;
        let Some(end) = placeholder_end(text, open) else { continue };
        let name = &text[open + 1..end - 1];
        if !PRINTED.contains(&name) && !is_tag(text, name) {
            found.push(Placeholder { name: name.to_owned(), span: Span::new(open, end) });
        }
        at = end;
    }
    found
}

/// One past the `>` of the bracketed name that begins at `open`, if one does.
pub(super) fn placeholder_end(text: &str, open: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(open) != Some(&b'<') || (open > 0 && matches!(bytes[open - 1], b'<' | b'\\')) {
        return None;
    }
    if !bytes.get(open + 1)?.is_ascii_alphabetic() {
        return None;
    }
    let window = &bytes[open + 1..bytes.len().min(open + 2 + LONGEST)];
    let close = window.iter().position(|byte| *byte == b'>')?;
    let name = &window[..close];
    let fits = name.iter().enumerate().all(|(i, byte)| match byte {
        b' ' => name.get(i + 1).is_some_and(u8::is_ascii_alphanumeric),
        byte => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | b'/'),
    });
    fits.then_some(open + 1 + close + 1)
}

/// Whether `<name>` is markup rather than a gap.
fn is_tag(text: &str, name: &str) -> bool {
    matches!(name, "br" | "hr" | "p" | "html" | "br/" | "hr/")
        || text.contains(&format!("</{name}>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_told_from_redirections_and_markup() {
        let check = |text: &str, wanted: &[&str]| {
            let found: Vec<_> = placeholders(text).into_iter().map(|one| one.name).collect();
            assert_eq!(found, wanted, "{text}");
        };
        check("curl http://<IP>:9876/info", &["IP"]);
        check("kubectl logs <POD_NAME> -c <container-name>", &["POD_NAME", "container-name"]);
        check("ssh <your name>@<host.name>", &["your name", "host.name"]);
        check("echo '<IP>' \"<IP>\"", &["IP", "IP"]);
        check("sort < input > output", &[]);
        check("sort <input >output", &[]);
        check("cat <<EOF>file", &[]);
        check("cat <<EOF > file\nx\nEOF", &[]);
        check("diff <(ls a) <(ls b)", &[]);
        check("echo '<h1>Hello</h1><br>'", &[]);
        check("kubectl get svc | grep '<pending>'", &[]);
        check("cat << <3 >", &[]);
        check("<", &[]);
        check("a <é> b", &[]);
    }

    #[test]
    fn spans_cover_the_brackets() {
        let text = "curl <IP>:80";
        assert_eq!(placeholders(text)[0].span.of(text), "<IP>");
    }
}
