//! What a text looks like, told by its lines.

use super::printed::{is_elision, is_printed, is_table_head};

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

/// Whether lines of the object were left out.
pub(super) fn is_elided(text: &str) -> bool {
    text.lines().any(is_elision)
}

/// Whether the object comes from a server: it has fields that nobody writes.
pub(super) fn is_from_server(text: &str) -> bool {
    ["resourceVersion", "uid", "creationTimestamp", "selfLink"]
        .iter()
        .filter(|key| has_key(text, key) || text.contains(&format!("\"{key}\"")))
        .count()
        >= 2
}

/// Whether the text is YAML that is no complete object: hardly a line is anything else.
pub(super) fn is_yaml_fragment(text: &str) -> bool {
    let mut first: Option<&str> = None;
    let (mut lines, mut yaml, mut scalar) = (0_usize, 0_usize, None);
    for line in text.lines() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let in_scalar = scalar.is_some_and(|opened| depth > opened);
        if !in_scalar {
            scalar = opens_scalar(content).then_some(depth);
        }
        first = first.or(Some(line));
        lines += 1;
        let is_filled_in = content.starts_with("{{") || is_elision(content);
        yaml += usize::from(in_scalar || is_yaml_line(content) || is_filled_in);
    }
    let Some(first) = first else { return false };
    let is_key =
        first.trim_start_matches([' ', '-', '.']).starts_with(|c: char| c.is_ascii_lowercase());
    let is_first = is_key && is_yaml_line(first.trim()) || is_elision(first);
    is_first
        && !first.trim().contains("       ")
        && yaml * 10 >= lines * 8
        && ((yaml == lines && lines > 1) || is_yaml_value(text) && !(lines == 1 && is_said(first)))
}

/// `key: some words of a sentence`.
fn is_said(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(_, value)| {
        !value.trim_start().starts_with(['"', '\'', '[', '{'])
            && value.split_whitespace().count() > 2
    })
}

fn is_yaml_value(text: &str) -> bool {
    serde_yaml::from_str::<serde_yaml::Value>(text).is_ok_and(|value| !value.is_string())
}

/// `key: |`, with what may follow the bar.
fn opens_scalar(line: &str) -> bool {
    let end = line.trim_end_matches(['-', '+']);
    end.ends_with(": |") || end.ends_with(": >")
}

/// `key: value`, `key:`, `- item`, `...`.
pub(super) fn is_yaml_line(line: &str) -> bool {
    if line == "-" || line == "..." || line.starts_with("- ") {
        return true;
    }
    let key = line.split(':').next().unwrap_or_default();
    let rest = line.get(key.len() + 1..);
    !key.is_empty()
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_./\"'".contains(c))
}

/// Whether most of the text is what programs print.
pub(super) fn is_output(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else { return false };
    let (mut count, mut printed) = (1_usize, usize::from(is_printed(first)));
    for line in lines.clone() {
        count += 1;
        printed += usize::from(is_printed(line));
    }
    let second = lines.next().map_or("", str::trim_start);
    let is_described = first.trim_start().starts_with("Name: ")
        && ["Namespace:", "Labels:", "Selector:", "Type:"]
            .iter()
            .any(|key| second.starts_with(key));
    is_table_head(first.trim())
        || is_described
        || printed * 2 > count
        || (is_printed(first) && printed * 3 > count)
}

/// Whether the text draws boxes that are connected: unlike a table they do not begin at
/// the margin.
pub(super) fn is_diagram(text: &str) -> bool {
    if !text.contains("--+") && !text.contains("──") {
        return false;
    }
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let is_drawn =
        |line: &&str| line.contains(['|', '│', '┌', '└', '╔', '║']) || line.contains("+--");
    let boxes = lines().filter(|line| line.contains("--+") || line.contains("──")).count();
    let at_margin = lines().filter(|line| line.starts_with(['|', '+'])).count();
    let count = lines().count();
    boxes > 1 && lines().filter(is_drawn).count() * 10 >= count * 7 && at_margin * 2 < count
}

/// Whether the lines are `NAME=value`, with nothing that a shell would expand.
pub(super) fn are_assignments(text: &str) -> bool {
    let is_set = |line: &str| {
        line.split_once('=').is_some_and(|(name, value)| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
                && !value.contains(['$', '`', '"', '\''])
        })
    };
    text.lines().filter(|line| !line.trim().is_empty()).all(is_set)
}

/// Whether the text is a drawing: hardly a letter among its marks.
pub(super) fn is_drawing(text: &str) -> bool {
    let marks = text.chars().filter(|c| "\\/|^v-<>+─│┌┐└┘├┤▼▲".contains(*c)).count();
    let visible = text.chars().filter(|c| !c.is_whitespace()).count();
    let indented = text.lines().filter(|line| line.starts_with("  ")).count();
    let rule = text.lines().filter(|line| line.contains("----------")).count();
    visible > 0 && rule == 0 && marks * 7 >= visible && indented * 2 > text.lines().count()
}

/// Whether the text shows folders and the files in them.
pub(super) fn is_tree(text: &str) -> bool {
    let branches =
        text.lines().filter(|line| line.trim_start().starts_with(['├', '└', '│'])).count();
    branches * 2 > text.lines().count()
}

/// Whether the text is a program: braces, semicolons and calls.
pub(super) fn is_program(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let ends = |end: char| lines.iter().filter(|line| line.ends_with(end)).count();
    let is_terraform = lines.first().is_some_and(|line| {
        let kind = line.split(' ').next().unwrap_or_default();
        let kinds = ["resource", "variable", "module", "output", "provider", "data", "terraform"];
        kinds.contains(&kind) && line.ends_with('{')
    });
    is_terraform
        || lines.len() > 2
            && (ends('{') + ends('}') + ends(';') + ends(')')) * 2 >= lines.len()
            && ends('{') > 0
}

/// Whether the text configures a program: `name value;` in braces, `name = value` line
/// by line, or sections in brackets.
pub(super) fn is_configuration(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
        .collect();
    let count = |test: fn(&str) -> bool| lines.iter().filter(|line| test(line)).count();
    let calls = count(|line| line.contains("()") || line.contains("= ") && line.ends_with(';'));
    let in_braces = count(|line| line.ends_with('{')) > 0
        && count(|line| line.ends_with(';')) > 1
        && calls == 0
        && !lines.first().is_some_and(|line| line.contains(['(', '=', '"']));
    let is_set = |line: &str| {
        line.split_once('=').is_some_and(|(name, _)| {
            let name = name.trim_end();
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.contains(['.', '_', '-'])
                && name.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)
                })
        })
    };
    let is_section = |line: &str| line.starts_with('[') && line.ends_with(']') && line.len() > 2;
    let is_assigned =
        !lines.is_empty() && lines.iter().all(|line| is_set(line) || is_section(line));
    let is_tagged = lines.first().is_some_and(|line| {
        ["<source", "<match", "<filter", "<parse", "<label"].iter().any(|tag| line.starts_with(tag))
    });
    in_braces || is_assigned && !lines.iter().all(|line| is_section(line)) || is_tagged
}

/// Whether the text builds an image: `FROM`, then its other instructions.
pub(super) fn is_dockerfile(text: &str) -> bool {
    const INSTRUCTIONS: &[&str] = &[
        "FROM ",
        "RUN ",
        "COPY ",
        "ADD ",
        "CMD ",
        "EXPOSE ",
        "ENTRYPOINT ",
        "WORKDIR ",
        "ENV ",
        "ARG ",
        "USER ",
        "LABEL ",
        "VOLUME ",
        "MAINTAINER ",
        "HEALTHCHECK ",
    ];
    let is_instruction =
        |line: &&str| INSTRUCTIONS.iter().any(|instruction| line.starts_with(instruction));
    let mut lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next();
    first.is_some_and(|line| line.starts_with("FROM ") || line.starts_with("ARG "))
        && lines.filter(is_instruction).count() > 0
}

/// Whether the text is a JSON value.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde_json::Value>(text).is_ok()
}

/// Whether the text is a bare address, for a browser.
pub(super) fn is_address(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some()
        && lines.all(|line| line.starts_with("http") && !line.contains(char::is_whitespace))
}
