//! What a text looks like, told by its lines.

/// Whether the text is a complete Kubernetes object, or several: it says which
/// API version and which kind, at whatever indentation.
pub(super) fn is_manifest(text: &str) -> bool {
    let trimmed = text.trim_start();
    if trimmed.starts_with('{') {
        return trimmed.contains("\"apiVersion\"") && trimmed.contains("\"kind\"");
    }
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let starts_as_yaml = first.is_some_and(|line| line == "---" || is_yaml_line(line));
    starts_as_yaml && has_key(text, "apiVersion") && has_key(text, "kind")
}

fn has_key(text: &str, key: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        line.strip_prefix(key).is_some_and(|rest| {
            rest.strip_prefix(':').is_some_and(|value| !value.trim().is_empty())
        })
    })
}

/// Whether the object comes from a server: it has fields that nobody writes.
pub(super) fn is_from_server(text: &str) -> bool {
    ["resourceVersion", "uid", "creationTimestamp", "selfLink"]
        .iter()
        .filter(|key| has_key(text, key) || text.contains(&format!("\"{key}\"")))
        .count()
        >= 2
}

/// Whether the text is YAML that is no complete object.
pub(super) fn is_yaml_fragment(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#'))
        .collect();
    let Some(first) = lines.first() else { return false };
    let yaml_lines = lines.iter().filter(|line| is_yaml_line(line.trim())).count();
    let lower = first.trim_start_matches([' ', '-']).starts_with(|c: char| c.is_ascii_lowercase());
    lower
        && is_yaml_line(first.trim())
        && !first.contains("  ".repeat(3).as_str())
        && yaml_lines * 10 >= lines.len() * 8
        && serde_yaml::from_str::<serde_yaml::Value>(text).is_ok_and(|value| !value.is_string())
}

/// `key: value`, `key:`, `- item`, `...`.
fn is_yaml_line(line: &str) -> bool {
    if line == "-" || line.starts_with("- ") {
        return true;
    }
    let key = line.split(':').next().unwrap_or_default();
    let rest = line.get(key.len() + 1..);
    !key.is_empty()
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_./\"'".contains(c))
}

/// Whether the line heads a table as kubectl and its like print it.
pub(super) fn is_table_head(line: &str) -> bool {
    let cells: Vec<&str> = line.split_whitespace().collect();
    let upper = |cell: &&str| {
        cell.chars().any(|c| c.is_ascii_uppercase())
            && cell.chars().all(|c| !c.is_ascii_lowercase())
            && cell.chars().all(|c| c.is_ascii_alphanumeric() || "-_()/%+#".contains(c))
    };
    cells.len() >= 2 && cells.iter().all(upper) && (line.contains("  ") || line.contains('\t'))
}

/// What kubectl says that it did to an object.
const DONE: &[&str] = &[
    "created",
    "configured",
    "unchanged",
    "deleted",
    "exposed",
    "scaled",
    "patched",
    "labeled",
    "unlabeled",
    "annotated",
    "edited",
    "replaced",
    "restarted",
    "autoscaled",
    "cordoned",
    "uncordoned",
    "drained",
    "tainted",
    "untainted",
    "evicted",
    "paused",
    "resumed",
    "updated",
    "condition",
    "serverside-applied",
    "image",
    "rolled",
];

/// How lines begin that programs print and nobody types.
const OUTPUT_STARTS: &[&str] = &[
    "...",
    "Error",
    "error:",
    "Warning",
    "warning:",
    "curl: (",
    "Events:",
    "Name:",
    "Namespace:",
    "Labels:",
    "Defaulted container",
    "Defaulting container",
    "If you don't see a command prompt",
    "HTTP/1",
    "HTTP/2",
    "Forwarding from",
    "Handling connection",
    "Waiting for",
    "No resources found",
    "Server:",
    "Address:",
    "Address 1:",
    "Hit enter",
    "Connecting to",
    "Usage:",
    "Unable to",
    "Switched to",
    "Session ended",
    "The connection to the server",
    "Kubernetes control plane",
    "Client Version:",
    "command terminated with exit code",
    "Flag --",
    "<html",
    "<!DOCTYPE",
    "PING ",
    "wget: ",
    "sh: ",
    "bash: ",
    "/bin/sh: ",
    "cat: ",
    "ls: ",
    "deployment \"",
    "total ",
];

/// Whether the line is something that a program prints.
pub(super) fn is_output_line(line: &str) -> bool {
    let trimmed = line.trim();
    is_table_head(trimmed)
        || OUTPUT_STARTS.iter().any(|start| trimmed.starts_with(start))
        || trimmed.starts_with('{') && trimmed.contains('"')
        || trimmed == "}" && !line.starts_with(' ')
        || tells_what_was_done(trimmed)
        || is_table_row(trimmed)
        || is_described_field(trimmed)
}

/// `pod/web created`, `service "web" deleted`, `deployment.apps "web" deleted from x namespace`.
fn tells_what_was_done(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(second) = words.get(1) else { return false };
    let names_object = words[0].contains('/')
        && !words[0].starts_with(['.', '/', '~'])
        && DONE.contains(&second.trim_end_matches(['.', ',']));
    let quotes_object = second.starts_with('"')
        && words.get(2).is_some_and(|word| DONE.contains(&word.trim_end_matches(['.', ','])));
    names_object || quotes_object
}

/// Three cells or more, apart by two blanks or more, without a flag among them.
fn is_table_row(line: &str) -> bool {
    let cells = line.split("  ").filter(|cell| !cell.trim().is_empty());
    cells.clone().count() >= 3
        && !line.contains(" -")
        && !line.contains(['|', '\\', '$'])
        && cells.clone().next().is_some_and(|first| !first.trim().contains(' '))
}

/// `Name:   web` or `Subsets:`, as `describe` prints it.
fn is_described_field(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, value)| {
        let is_alone = value.is_empty() && !key.contains(' ');
        key.starts_with(|c: char| c.is_ascii_uppercase())
            && key.len() < 30
            && (value.starts_with("  ") || is_alone)
    })
}

/// Whether most of the text is what programs print.
pub(super) fn is_output(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let Some(first) = lines.first() else { return false };
    let printed = lines.iter().filter(|line| is_output_line(line)).count();
    is_table_head(first.trim())
        || printed * 2 > lines.len()
        || (is_output_line(first) && printed * 3 > lines.len())
}

/// Whether the text is a drawing: hardly a letter among its marks.
pub(super) fn is_drawing(text: &str) -> bool {
    let marks = text.chars().filter(|c| "\\/|^v-<>+─│┌┐└┘├┤▼▲".contains(*c)).count();
    let visible = text.chars().filter(|c| !c.is_whitespace()).count();
    let indented = text.lines().filter(|line| line.starts_with("  ")).count();
    visible > 0 && marks * 7 >= visible && indented * 2 > text.lines().count()
}

/// Whether the text is a program: braces, semicolons and calls.
pub(super) fn is_program(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let ends = |end: char| lines.iter().filter(|line| line.ends_with(end)).count();
    lines.len() > 2
        && (ends('{') + ends('}') + ends(';') + ends(')')) * 2 >= lines.len()
        && ends('{') > 0
}

/// Whether the text is a JSON value.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde_json::Value>(text).is_ok()
}
