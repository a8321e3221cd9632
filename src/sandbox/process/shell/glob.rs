use super::pattern::Pattern;
use crate::sandbox::process::files::join;
use crate::sandbox::process::kernel::System;

/// A pattern fits no more paths than this.
const MOST: usize = 10_000;

/// The paths that a pattern fits, in order; none where it fits nothing.
pub(crate) fn expand(system: &System, pattern: &str) -> Vec<String> {
    let (start, rest) = match pattern.strip_prefix('/') {
        Some(rest) => ("/".to_owned(), rest),
        None => (String::new(), pattern),
    };
    let mut found = vec![start];
    let parts: Vec<&str> = rest.split('/').collect();
    for (number, part) in parts.iter().enumerate() {
        let is_last = number + 1 == parts.len();
        found = found.iter().flat_map(|folder| step(system, folder, part, is_last)).collect();
        found.truncate(MOST);
    }
    found.sort();
    found
}

fn step(system: &System, folder: &str, part: &str, is_last: bool) -> Vec<String> {
    let under = |name: &str| match folder {
        "" => name.to_owned(),
        folder => join(folder, name),
    };
    let pattern = Pattern::new(part);
    if pattern.is_plain() {
        let path = under(&unescape(part));
        let exists = part.is_empty() || system.stat_link(&path).is_ok();
        return if exists { vec![path] } else { Vec::new() };
    }
    let entries = system.list(if folder.is_empty() { "." } else { folder }).unwrap_or_default();
    let shows_hidden = part.starts_with('.');
    let fitting = entries.iter().filter(|entry| {
        (shows_hidden || !entry.name.starts_with('.')) && pattern.matches(&entry.name)
    });
    fitting
        .map(|entry| under(&entry.name))
        .filter(|path| is_last || system.stat(path).is_ok_and(|node| node.is_folder()))
        .collect()
}

/// The text without the backslashes that took meaning away.
pub(crate) fn unescape(pattern: &str) -> String {
    let mut text = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next().or(Some('\\'))),
            other => text.push(other),
        }
    }
    text
}
