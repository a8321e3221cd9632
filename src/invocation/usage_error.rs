use super::verbs::VERBS;

/// A command line that kubectl would refuse, in kubectl's words; it ends with exit code 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error: {message}{advice}")]
pub struct UsageError {
    message: String,
    advice: String,
}

impl UsageError {
    /// Flags that do not fit; `command` is `kubectl` with its verbs.
    pub(super) fn flag(message: String, command: &str) -> Self {
        Self { message, advice: format!("\nSee '{command} --help' for usage.") }
    }

    /// A verb that does not exist, with those that are spelled alike.
    ///
    /// Source: cobra's `findSuggestions`: at most two edits away, or beginning
    /// with what was typed.
    pub(super) fn verb(typed: &str) -> Self {
        let close: String = VERBS
            .iter()
            .filter(|row| alike(typed, row.name))
            .map(|row| format!("\t{}\n", row.name))
            .collect();
        let advice = if close.is_empty() {
            String::new()
        } else {
            format!("\n\nDid you mean this?\n{close}")
        };
        Self { message: format!("unknown command {typed:?} for \"kubectl\""), advice }
    }

    /// A verb below `parent` that does not exist.
    pub(super) fn sub_verb(typed: &str, parent: &str) -> Self {
        let advice = format!("\nSee 'kubectl {parent} -h' for help and examples");
        Self { message: format!("unknown command {typed:?}"), advice }
    }
}

fn alike(typed: &str, name: &str) -> bool {
    name.starts_with(typed) || edits(typed, name) <= 2
}

/// Levenshtein's distance; the words are a few letters long.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for j in 0..to.len() {
            let above = row[j + 1];
            let changed = diagonal + usize::from(letter != to[j]);
            row[j + 1] = changed.min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[to.len()]
}
