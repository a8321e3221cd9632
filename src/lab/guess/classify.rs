//! Which kind a block is: an ordered table. The first row that holds decides, and every
//! row has an example of its own, which is taken for something else without the row.

use crate::lab::BlockKind;

use super::announcements::{Announcement, prints_assignments, prints_data};
use super::languages::Language;
use super::looks;
use super::programs::{Typed, begins_with_program, has_shell_marks, typed};
use super::session::{Manner, Session, begins_typed, read};
use super::statements::statements;

/// What is known of a block when its kind is decided.
#[derive(Debug)]
pub(in crate::lab) struct Facts<'a> {
    /// The family of its language.
    pub language: Language,
    /// Its content.
    pub text: &'a str,
    /// The content as a session.
    pub session: &'a Session,
    /// The paragraph right before it.
    pub announcement: &'a Announcement,
    /// The block before it, if it is one that runs: its last command.
    pub command_before: Option<&'a str>,
    /// The same, with output in between.
    pub command_above: Option<&'a str>,
    /// Whether the text right before it is a command and nothing else.
    pub is_below_inline_command: bool,
}

/// One way to tell.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// What the block is then.
    pub kind: BlockKind,
    /// Why, for people; no two rows have the same.
    pub reason: &'static str,
    /// A block that only this row tells.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the tests, and for who reads the table")
    )]
    pub example: Example,
    /// Whether it holds.
    pub test: fn(&Facts<'_>) -> bool,
}

/// A block, and what stands before it.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(test), expect(dead_code, reason = "for the tests, and for who reads the table"))]
pub(super) struct Example {
    /// The language of its fence.
    pub language: &'static str,
    pub text: &'static str,
    /// The paragraph before it, lower case.
    pub announcement: &'static str,
    /// The command of the block before it.
    pub command: &'static str,
}

/// A block with nothing before it.
const fn block(language: &'static str, text: &'static str) -> Example {
    Example { language, text, announcement: "", command: "" }
}

impl Example {
    const fn after(self, command: &'static str) -> Self {
        Self { command, ..self }
    }

    const fn announced(self, announcement: &'static str) -> Self {
        Self { announcement, ..self }
    }
}

/// The table.
pub(super) const ROWS: &[Row] = &[
    Row {
        kind: BlockKind::Other,
        reason: "it is empty",
        example: block("yaml", "\n"),
        test: |facts| facts.text.trim().is_empty(),
    },
    Row {
        kind: BlockKind::Code,
        reason: "it begins with #!",
        example: block("sh", "#!/bin/sh\nkubectl get po\n"),
        test: |facts| facts.text.starts_with("#!"),
    },
    Row {
        kind: BlockKind::Output,
        reason: "its language says output",
        example: block("output", "kubectl get po\n"),
        test: |facts| facts.language == Language::Output,
    },
    Row {
        kind: BlockKind::Output,
        reason: "a program says what it runs itself",
        example: block("", "web@1.0 start\n$ node server.js\nlistening\n")
            .after("kubectl logs web"),
        test: |facts| {
            facts.session.begins_printed
                && (facts.command_before.is_some()
                    || facts.announcement.promises_output()
                    || facts.announcement.paragraph.contains("`kubectl "))
        },
    },
    Row {
        kind: BlockKind::Mixed,
        reason: "typed into the program that was opened before, and output follows",
        example: block("", "GET name\n\"web\"\n").after("kubectl exec -it db -- redis-cli"),
        test: |facts| facts.session.in_program && has_both(facts),
    },
    Row {
        kind: BlockKind::Command,
        reason: "typed into the program that was opened before",
        example: block("", "GET name\n").after("kubectl exec -it db -- redis-cli"),
        test: |facts| facts.session.in_program,
    },
    Row {
        kind: BlockKind::Mixed,
        reason: "prompts stand before commands, and output follows",
        example: block("python", "$ python hello.py\nhello\n"),
        test: |facts| facts.session.prompted && has_both(facts),
    },
    Row {
        kind: BlockKind::Command,
        reason: "prompts stand before its commands",
        example: block("go", "$ go run main.go\n"),
        test: |facts| facts.session.prompted && !facts.session.commands.is_empty(),
    },
    Row {
        kind: BlockKind::Code,
        reason: "its language is neither a shell's nor data's",
        example: block("dockerfile", "FROM busybox\n"),
        test: |facts| facts.language == Language::Code,
    },
    Row {
        kind: BlockKind::Output,
        reason: "an object with fields that only a server fills in",
        example: block("yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  uid: a\n  selfLink: b\n"),
        test: |facts| looks::is_manifest(facts.text) && looks::is_from_server(facts.text),
    },
    Row {
        kind: BlockKind::Output,
        reason: "an object, right after a command that prints objects",
        example: block("yaml", "apiVersion: v1\nkind: Pod\n").after("kubectl get pod x -o yaml"),
        test: |facts| looks::is_manifest(facts.text) && asked_for_data(facts),
    },
    Row {
        kind: BlockKind::Fragment,
        reason: "an object of which lines are left out",
        example: block("yaml", "apiVersion: v1\nkind: Pod\n[...]\nspec: {}\n"),
        test: |facts| looks::is_manifest(facts.text) && looks::is_elided(facts.text),
    },
    Row {
        kind: BlockKind::Manifest,
        reason: "it says apiVersion and kind",
        example: block("sh", "apiVersion: v1\nkind: Pod\n"),
        test: |facts| looks::is_manifest(facts.text),
    },
    Row {
        kind: BlockKind::Other,
        reason: "a tree of files that no command shows",
        example: block("", "lab/\n├── a.yaml\n└── b.yaml\n"),
        test: |facts| {
            facts.command_before.is_none()
                && !facts.session.certain
                && !facts.announcement.promises_output()
                && looks::is_tree(facts.text)
        },
    },
    Row {
        kind: BlockKind::Other,
        reason: "boxes and what connects them",
        example: block(
            "sh",
            "web --+  +-----+\n      |  | api |\n      +--+ v1  +\n         +-----+\n",
        ),
        test: |facts| looks::is_diagram(facts.text) && !looks::is_tree(facts.text),
    },
    Row {
        kind: BlockKind::Output,
        reason: "variables, right after a command that prints them",
        example: block("sh", "color=blue\nsize=3\n").after("kubectl exec web -- cat /etc/shop"),
        test: |facts| {
            facts.command_before.is_some_and(prints_assignments)
                && !facts.session.prompted
                && looks::are_assignments(facts.text)
        },
    },
    Row {
        kind: BlockKind::Output,
        reason: "a word or two after a command, none of them a known program",
        example: block("sh", "pong\n").after("redis-cli ping"),
        test: |facts| facts.command_before.is_some() && is_idle_talk(facts),
    },
    Row {
        kind: BlockKind::Mixed,
        reason: "commands, then lines that nobody would type",
        example: block("", "curl x\ncurl: (28) timed out\n"),
        test: |facts| (facts.session.certain || facts.language.is_shell()) && has_both(facts),
    },
    Row {
        kind: BlockKind::Command,
        reason: "it begins with a known program",
        example: block("yaml", "kubectl apply -f web.yaml\n"),
        test: |facts| facts.session.certain,
    },
    Row {
        kind: BlockKind::Output,
        reason: "YAML, right after a command that prints YAML",
        example: block("yaml", "status:\n  phase: Running\n").after("kubectl get po x -o yaml"),
        test: |facts| facts.language == Language::Yaml && asked_for_data(facts),
    },
    Row {
        kind: BlockKind::Fragment,
        reason: "its language is YAML, and it says no apiVersion and kind",
        example: block("yaml", "readinessProbe\n"),
        test: |facts| facts.language == Language::Yaml,
    },
    Row {
        kind: BlockKind::Output,
        reason: "JSON after a command",
        example: block("json", "{\"host\": 1}\n").announced("you should get something like:"),
        test: |facts| {
            is_json(facts)
                && (facts.command_before.is_some() || facts.announcement.promises_output())
        },
    },
    Row {
        kind: BlockKind::Fragment,
        reason: "JSON without apiVersion and kind",
        example: block("json", "{\"host\": 1}\n"),
        test: is_json,
    },
    Row {
        kind: BlockKind::Command,
        reason: "its language is a shell's",
        example: block("sh", "mytool run a/b\n").after("ls"),
        test: |facts| facts.language.is_shell() && !facts.session.commands.is_empty(),
    },
    Row {
        kind: BlockKind::Command,
        reason: "the text before it asks to type it",
        example: block("", "mytool run --all\n").after("ls").announced("then run:"),
        test: |facts| {
            is_all_typed(facts)
                && facts.announcement.asks_to_type()
                && (has_shell_marks(facts.text) || begins_with_program(facts.text))
        },
    },
    Row {
        kind: BlockKind::Command,
        reason: "every line has the form of a command",
        example: block("", "mytool run --all\n"),
        test: |facts| is_all_typed(facts) && facts.command_before.is_none(),
    },
    Row {
        kind: BlockKind::Output,
        reason: "it stands below a command in the text",
        example: block("", "version: 1\nname: web\n").announced("`curl 10.0.0.1`"),
        test: |facts| facts.is_below_inline_command && !looks::is_address(facts.text),
    },
    Row {
        kind: BlockKind::Code,
        reason: "instructions that build an image",
        example: block("", "FROM busybox\nCMD [\"sh\"]\n"),
        test: |facts| looks::is_dockerfile(facts.text),
    },
    Row {
        kind: BlockKind::Fragment,
        reason: "YAML without apiVersion and kind",
        example: block("", "ports:\n- name: http\n  containerPort: 80\n").after("ls"),
        test: |facts| {
            let is_promised = asked_for_data(facts)
                || facts.command_before.is_some() && facts.announcement.promises_output();
            !is_promised && looks::is_yaml_fragment(facts.text) && !looks::is_output(facts.text)
        },
    },
    Row {
        kind: BlockKind::Fragment,
        reason: "a configuration",
        example: block("", "server {\n  listen 80;\n  root /srv;\n}\n").after("ls"),
        test: |facts| looks::is_configuration(facts.text),
    },
    Row {
        kind: BlockKind::Code,
        reason: "braces and calls, as in a program",
        example: block("", "handle(\"/x\", func(w W) {\n  if a() {\n    b()\n  }\n})\n")
            .after("ls"),
        test: |facts| looks::is_program(facts.text) && !looks::is_json(facts.text),
    },
    Row {
        kind: BlockKind::Output,
        reason: "it looks like what programs print",
        example: block("", "NAME   READY   STATUS\nx      1/1     Running\n"),
        test: |facts| looks::is_output(facts.text),
    },
    Row {
        kind: BlockKind::Other,
        reason: "a drawing",
        example: block("", "   a --> b\n   |\n   v\n   c\n").after("ls"),
        test: |facts| looks::is_drawing(facts.text),
    },
    Row {
        kind: BlockKind::Output,
        reason: "it follows a command",
        example: block("", "some words\n").after("ls"),
        test: |facts| facts.command_above.is_some() && !looks::is_address(facts.text),
    },
    Row {
        kind: BlockKind::Output,
        reason: "the text before it announces output",
        example: block("", "some words\n").announced("the output looks like this"),
        test: |facts| facts.announcement.promises_output() && !looks::is_address(facts.text),
    },
    Row {
        kind: BlockKind::Code,
        reason: "podlab does not know its language",
        example: block("quux", "some words\n"),
        test: |facts| facts.language == Language::Unknown,
    },
];

/// Reasons that are next to none: with them a block is a close call.
const CLOSE_CALLS: &[&str] = &[
    "its language is a shell's",
    "the text before it asks to type it",
    "every line has the form of a command",
    "a word or two after a command, none of them a known program",
    "podlab does not know its language",
];

/// Whether a block that is what it is for this reason may as well be something else.
pub(in crate::lab) fn is_close_call(reason: &str) -> bool {
    CLOSE_CALLS.contains(&reason)
}

/// The row that decides; none means that nothing is known.
pub(in crate::lab) fn classify(facts: &Facts<'_>) -> (BlockKind, &'static str) {
    decided(ROWS, facts)
}

fn decided(rows: &[Row], facts: &Facts<'_>) -> (BlockKind, &'static str) {
    rows.iter()
        .find(|row| (row.test)(facts))
        .map_or((BlockKind::Other, "nothing tells what it is"), |row| (row.kind, row.reason))
}

/// The content as a session, read as its language and the text before it allow.
/// `opened` says that the command before opens a program which reads statements.
pub(in crate::lab) fn session(
    language: Language,
    text: &str,
    announcement: &Announcement,
    opened: bool,
) -> Session {
    let is_typed = match language {
        Language::Output => false,
        Language::Yaml | Language::Json | Language::Code => begins_typed(text, language),
        _ => true,
    };
    if !is_typed {
        return Session::default();
    }
    if opened {
        let session = statements(text);
        if session.in_program {
            return session;
        }
    }
    let is_asked = || announcement.asks_to_type() && !announcement.promises_output();
    let manner = match language {
        Language::ForeignShell => Manner::Foreign,
        Language::Shell | Language::Session => Manner::Eager,
        _ if is_asked() || has_form_of_command(text, announcement) => Manner::Eager,
        _ => Manner::Careful,
    };
    read(text, manner)
}

/// Whether the paragraph is a command between back quotes and nothing else.
pub(in crate::lab) fn is_inline_command(announcement: &Announcement) -> bool {
    let command =
        announcement.paragraph.trim().strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    command.is_some_and(|text| !text.contains('`') && typed(text) == Typed::Known)
}

/// A name and long flags, where nothing says that it is output.
fn has_form_of_command(text: &str, announcement: &Announcement) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    first.contains(" --") && !announcement.promises_output()
}

fn is_json(facts: &Facts<'_>) -> bool {
    let is_unnamed = matches!(facts.language, Language::None | Language::Unknown);
    facts.language == Language::Json || is_unnamed && looks::is_json(facts.text)
}

fn is_all_typed(facts: &Facts<'_>) -> bool {
    !facts.session.commands.is_empty() && facts.session.sample.is_none()
}

fn has_both(facts: &Facts<'_>) -> bool {
    !facts.session.commands.is_empty() && facts.session.sample.is_some()
}

/// The command before prints an object as data.
fn asked_for_data(facts: &Facts<'_>) -> bool {
    facts.command_before.is_some_and(prints_data)
}

/// One line that may be a command and has nothing that only shells know.
fn is_idle_talk(facts: &Facts<'_>) -> bool {
    let session = facts.session;
    !session.prompted
        && !session.certain
        && session.commands.len() == 1
        && session.commands.iter().all(|found| !has_shell_marks(&found.text))
        && !begins_with_program(facts.text)
        && !facts.announcement.asks_to_type()
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
