//! Which kind a block is: an ordered table of tests. The first row that holds decides.

use crate::lab::BlockKind;

use super::languages::Language;
use super::looks;
use super::session::Session;

/// What is known of a block when its kind is decided.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    /// The family of its language.
    pub language: Language,
    /// Its content.
    pub text: &'a str,
    /// The content as a session.
    pub session: &'a Session,
    /// The paragraph right before it, lower case.
    pub announcement: &'a str,
    /// The block before it, if it is one that runs: its last command.
    pub command_before: Option<&'a str>,
}

/// One way to tell.
pub(super) struct Row {
    /// Whether it holds.
    pub test: fn(&Facts<'_>) -> bool,
    /// What the block is then.
    pub kind: BlockKind,
    /// Why, for people; no two rows have the same.
    pub reason: &'static str,
}

/// The table.
pub(super) const ROWS: &[Row] = &[
    Row {
        test: |facts| facts.text.trim().is_empty(),
        kind: BlockKind::Other,
        reason: "it is empty",
    },
    Row {
        test: |facts| facts.text.starts_with("#!"),
        kind: BlockKind::Code,
        reason: "it begins with #!",
    },
    Row {
        test: |facts| facts.language == Language::Output,
        kind: BlockKind::Output,
        reason: "its language says output",
    },
    Row {
        test: |facts| facts.language == Language::Code,
        kind: BlockKind::Code,
        reason: "its language is neither a shell's nor data's",
    },
    Row {
        test: |facts| may_be_typed(facts) && facts.session.prompted && has_both(facts),
        kind: BlockKind::Mixed,
        reason: "prompts stand before commands, and output follows",
    },
    Row {
        test: |facts| {
            may_be_typed(facts) && facts.session.prompted && !facts.session.commands.is_empty()
        },
        kind: BlockKind::Command,
        reason: "prompts stand before its commands",
    },
    Row {
        test: |facts| is_object(facts) && looks::is_from_server(facts.text),
        kind: BlockKind::Output,
        reason: "an object with fields that only a server fills in",
    },
    Row {
        test: |facts| is_object(facts) && asked_for_data(facts),
        kind: BlockKind::Output,
        reason: "an object, right after a command that prints objects",
    },
    Row { test: is_object, kind: BlockKind::Manifest, reason: "it says apiVersion and kind" },
    Row {
        test: |facts| facts.language == Language::Yaml && asked_for_data(facts),
        kind: BlockKind::Output,
        reason: "YAML, right after a command that prints YAML",
    },
    Row {
        test: |facts| facts.language == Language::Yaml,
        kind: BlockKind::Fragment,
        reason: "YAML without apiVersion and kind",
    },
    Row {
        test: |facts| {
            facts.language == Language::Json && (facts.command_before.is_some() || promised(facts))
        },
        kind: BlockKind::Output,
        reason: "JSON after a command",
    },
    Row {
        test: |facts| facts.language == Language::Json,
        kind: BlockKind::Fragment,
        reason: "JSON without apiVersion and kind",
    },
    Row {
        test: |facts| (facts.session.certain || is_shell(facts)) && has_both(facts),
        kind: BlockKind::Mixed,
        reason: "commands, then lines that nobody would type",
    },
    Row {
        test: |facts| is_shell(facts) && !facts.session.commands.is_empty(),
        kind: BlockKind::Command,
        reason: "its language is a shell's",
    },
    Row {
        test: |facts| facts.session.certain,
        kind: BlockKind::Command,
        reason: "it begins with a known program",
    },
    Row {
        test: |facts| looks::is_drawing(facts.text),
        kind: BlockKind::Other,
        reason: "a drawing",
    },
    Row {
        test: |facts| {
            looks::is_yaml_fragment(facts.text)
                && !looks::is_output(facts.text)
                && !asked_for_data(facts)
                && !promised(facts)
        },
        kind: BlockKind::Fragment,
        reason: "YAML without apiVersion and kind",
    },
    Row {
        test: |facts| looks::is_program(facts.text) && !looks::is_json(facts.text),
        kind: BlockKind::Code,
        reason: "braces and calls, as in a program",
    },
    Row {
        test: |facts| looks::is_output(facts.text),
        kind: BlockKind::Output,
        reason: "it looks like what programs print",
    },
    Row {
        test: |facts| facts.command_before.is_some() && !is_address(facts.text),
        kind: BlockKind::Output,
        reason: "it follows a command",
    },
    Row {
        test: |facts| promised(facts) && !is_address(facts.text),
        kind: BlockKind::Output,
        reason: "the text before it announces output",
    },
];

/// The row that decides; none means that nothing is known.
pub(super) fn classify(facts: &Facts<'_>) -> (BlockKind, &'static str) {
    ROWS.iter()
        .find(|row| (row.test)(facts))
        .map_or((BlockKind::Other, "nothing tells what it is"), |row| (row.kind, row.reason))
}

fn is_shell(facts: &Facts<'_>) -> bool {
    matches!(facts.language, Language::Shell | Language::Session)
}

fn may_be_typed(facts: &Facts<'_>) -> bool {
    is_shell(facts) || facts.language == Language::None
}

fn has_both(facts: &Facts<'_>) -> bool {
    !facts.session.commands.is_empty() && facts.session.sample.is_some()
}

fn is_object(facts: &Facts<'_>) -> bool {
    facts.language != Language::Code && looks::is_manifest(facts.text)
}

/// The command before prints an object as data.
fn asked_for_data(facts: &Facts<'_>) -> bool {
    facts.command_before.is_some_and(|command| {
        ["-o yaml", "-oyaml", "-o=yaml", "--output=yaml", "-o json", "-ojson", "-o=json", "cat "]
            .iter()
            .any(|flag| command.contains(flag))
    })
}

/// The text before announces output.
fn promised(facts: &Facts<'_>) -> bool {
    [
        "output",
        "should see",
        "should get",
        "you'll see",
        "you’ll see",
        "you will see",
        "looks like",
        "look like",
        "similar to",
        "something like",
        "result",
        "response",
        "returns",
        "prints",
        "should be",
        "displays",
    ]
    .iter()
    .any(|word| facts.announcement.contains(word))
}

/// A bare address, for a browser.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("http") && !text.contains(char::is_whitespace)
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
