//! Whether a piece of text is something to type, told by how it begins: an ordered
//! table. The first row that holds decides.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use crate::invocation::is_verb;
use crate::shell::{SimpleCommand, first_command};

/// How sure it is that a piece of text is something to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Typed {
    /// Its first word is a known program, a path or an assignment.
    Known,
    /// It may be.
    Perhaps,
    /// It is a sentence, or data.
    No,
}

/// Programs that walkthroughs use, with blanks between them.
static PROGRAMS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("programs.txt").split_whitespace().collect());

/// Programs whose name is a word as well; they need something that no sentence has.
const WORDS: &[&str] = &[
    ".", "case", "date", "exec", "file", "find", "for", "go", "host", "id", "if", "install",
    "less", "ln", "make", "more", "node", "read", "route", "run", "screen", "service", "set",
    "sort", "source", "split", "stress", "test", "time", "top", "type", "until", "wait", "while",
];

/// Those of them that do something without an argument.
const ALONE: &[&str] = &["date", "id", "make", "node", "screen", "set", "top", "wait"];

/// Words of the shell itself, after which a program may follow.
const SHELL_WORDS: &[&str] = &[
    "case", "do", "elif", "else", "for", "function", "if", "select", "then", "time", "until",
    "while",
];

/// Whether the word means to a shell what it says.
fn is_bare(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte))
}

/// What the rows look at.
struct Start<'a> {
    text: &'a str,
    /// The first word as it stands.
    first: &'a str,
    /// Its first simple command, quotes removed, where a row asks for it; none where the
    /// shell would see nothing.
    command: OnceCell<Option<SimpleCommand>>,
}

/// One way to tell.
#[derive(Clone, Copy)]
struct Row {
    /// A text that is taken for this only because of the row.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the tests, and for who reads the table")
    )]
    example: &'static str,
    verdict: Typed,
    test: fn(&Start<'_>) -> bool,
}

const fn row(example: &'static str, verdict: Typed, test: fn(&Start<'_>) -> bool) -> Row {
    Row { example, verdict, test }
}

/// The table.
const ROWS: &[Row] = &[
    // An assignment, also where a quote in it is never closed.
    row("NAME=\"<name>", Typed::Known, |start| {
        assigns(start.first) && start.has_no_program() || start.only_assigns()
    }),
    // What only Windows understands.
    row("Set-Location C:\\lab", Typed::Known, |start| is_for_windows(start.text)),
    // A template of the lab's publisher where the program's name stands.
    row("{{% param cli %}} get pods", Typed::Perhaps, |start| {
        start.first.starts_with("{{") && start.text.contains("}} ")
    }),
    row("kubectl get pods", Typed::Known, |start| start.is_kubectl() && has_verb(start.word(1))),
    // A sentence that happens to begin with a program's name.
    row("curl is the name of a program.", Typed::No, |start| {
        (start.is_kubectl() || is_program(start.program())) && is_sentence(start.text)
    }),
    // A plugin of kubectl.
    row("kubectl argo rollouts list", Typed::Known, |start| {
        start.is_kubectl() && (is_program(start.word(1)) || has_shell_marks(start.text))
    }),
    row("curl 10.0.0.1", Typed::Known, |start| is_program(start.program())),
    row("source env.sh", Typed::Known, |start| start.is_word() && start.has_shell_marks()),
    row("make image", Typed::Known, |start| is_build(start.text)),
    row("time for the break", Typed::Perhaps, |start| start.is_word()),
    // A file that runs: `./run.sh`, `bin/install.sh`, `/usr/bin/env`.
    row("scripts/install.sh", Typed::Known, is_file_to_run),
    row("[ -f x ] && mytool", Typed::Known, |start| {
        matches!(start.first, "[" | "[[") && start.text.contains(" ]")
    }),
    row("greet() { echo hi; }", Typed::Known, |start| {
        start.first.ends_with("()") && start.text.contains('{')
    }),
    // A program in a variable.
    row("$TOOL list", Typed::Perhaps, |start| {
        let name = start.first.trim_matches(['$', '{', '}', '"']);
        start.first.contains('$')
            && is_upper(name)
            && !is_sentence(&start.text.replacen('$', "", 1))
    }),
    // A program in a folder of the lab.
    row("bin/labtool up", Typed::Perhaps, |start| {
        let (first, text) = (start.first, start.text.trim());
        text.contains(' ')
            && first.contains('/')
            && first.starts_with(|c: char| c.is_ascii_lowercase())
            && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
            && !is_sentence(text)
    }),
    // Named as programs are.
    row("mytool --flag", Typed::Perhaps, |start| {
        let program = start.program();
        let is_name = program.starts_with(|c: char| c.is_ascii_lowercase())
            && program.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        is_name && !is_sentence(start.text)
    }),
];

/// Whether a person types this.
pub(in crate::lab) fn typed(text: &str) -> Typed {
    judged(ROWS, text)
}

fn judged(rows: &[Row], text: &str) -> Typed {
    let first = text.split_whitespace().next().unwrap_or_default();
    let start = Start { text, first, command: OnceCell::new() };
    rows.iter().find(|row| (row.test)(&start)).map_or(Typed::No, |row| row.verdict)
}

impl Start<'_> {
    fn command(&self) -> Option<&SimpleCommand> {
        self.command.get_or_init(|| first_command(self.text)).as_ref()
    }

    fn program(&self) -> &str {
        self.word(0)
    }

    /// The word at this place of the command. Where nothing but blanks can end the words
    /// up to it, the shell need not be asked.
    fn word(&self, at: usize) -> &str {
        let mut words = self.text.split_whitespace();
        if words.clone().take(at + 1).all(is_bare) && !SHELL_WORDS.contains(&self.first) {
            return words.nth(at).unwrap_or_default();
        }
        let words = self.command().map(|command| command.words.as_slice());
        words.and_then(|words| words.get(at)).map_or("", |word| word.text.as_str())
    }

    /// Whether nothing that runs follows the assignments: nothing, or a typed thing.
    fn has_no_program(&self) -> bool {
        let program = self.program();
        program.is_empty() || is_program(program) || self.is_kubectl() || program.contains('/')
    }

    /// Whether the first command is assignments, in braces or not.
    fn only_assigns(&self) -> bool {
        self.first.contains(['=', '{'])
            && self.command().is_some_and(|command| {
                let first = command.assignments.first().filter(|_| command.words.is_empty());
                first.is_some_and(|word| assigns(&word.text))
            })
    }

    fn is_kubectl(&self) -> bool {
        matches!(self.program(), "kubectl" | "k" | "kubectl.exe")
    }

    fn is_word(&self) -> bool {
        WORDS.contains(&self.program()) || WORDS.contains(&self.first)
    }

    /// Whether there is something that shells know and sentences do not.
    fn has_shell_marks(&self) -> bool {
        if !self.text.trim().contains(char::is_whitespace) {
            return ALONE.contains(&self.first);
        }
        has_shell_marks(self.text)
    }
}

/// Whether the name is one of a known program.
pub(super) fn is_program(name: &str) -> bool {
    PROGRAMS.contains(name)
}

/// Whether the text begins with a known program, or a word that is one as well.
pub(super) fn begins_with_program(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    matches!(first, "kubectl" | "k") || is_program(first) || WORDS.contains(&first)
}

/// Whether a word after the first is one that shells know and sentences do not.
pub(super) fn has_shell_marks(text: &str) -> bool {
    text.split_whitespace().skip(1).any(|word| {
        let is_path = word.starts_with(['.', '/', '~']) && word.len() > 1;
        let is_marked = word.len() > 1 && word.starts_with(['-', '$', '"', '\'', '<']);
        is_path
            || is_marked
            || word.contains(['=', '/', ';'])
            || is_file_name(word)
            || matches!(word, "|" | "&&" | ">" | "in" | "do" | "-")
    })
}

/// `env.sh`: a name, a dot and letters; not the end of a sentence.
fn is_file_name(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(name, ending)| {
        !name.is_empty() && (1..=5).contains(&ending.len()) && ending.bytes().all(is_plain)
    })
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Whether this may follow `kubectl`.
fn has_verb(second: &str) -> bool {
    second.is_empty() || second.starts_with(['-', '$', '<']) || is_verb(second)
}

/// `make TARGET`, `go version`: two words that are no sentence's beginning.
fn is_build(text: &str) -> bool {
    const GO: &[&str] = &[
        "build", "env", "fmt", "generate", "get", "install", "list", "mod", "run", "test", "tool",
        "version", "vet", "work",
    ];
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some("make"), Some(target)) => target != "sure" && words.count() <= 2 && is_target(target),
        (Some("go"), Some(verb)) => GO.contains(&verb) && !is_sentence(text),
        _ => false,
    }
}

fn is_target(word: &str) -> bool {
    word.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_./".contains(&byte))
}

fn is_upper(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// `NAME=…`; `ExecStart=…` is a line of a unit of systemd.
fn assigns(first: &str) -> bool {
    first.split_once('=').is_some_and(|(name, _)| {
        let is_unit = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.contains(|c: char| c.is_ascii_lowercase());
        !is_unit
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// `SET NAME=…`, `$env:NAME = …`, `Get-Content …`, `@FOR …`: nothing for a Unix shell.
pub(in crate::lab) fn is_for_windows(text: &str) -> bool {
    let text = text.trim_start();
    let first = text.split_whitespace().next().unwrap_or_default();
    let second = text[first.len()..].split_whitespace().next().unwrap_or_default();
    let sets = matches!(first, "SET" | "Set") && second.contains('=')
        || first == "setx"
        || first.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("$env:"));
    let loops = first.eq_ignore_ascii_case("@for") || first.eq_ignore_ascii_case("@echo");
    let calls = first.starts_with(".\\") || first == "&" || second.starts_with(".\\");
    sets || loops || calls || is_cmdlet(first)
}

/// `Verb-Noun`, with one of the verbs that PowerShell's own commands begin with.
fn is_cmdlet(word: &str) -> bool {
    const VERBS: &[&str] = &[
        "Add", "Copy", "Expand", "Get", "Import", "Install", "Invoke", "Move", "New", "Remove",
        "Rename", "Restart", "Select", "Set", "Start", "Stop", "Test", "Write",
    ];
    word.split_once('-').is_some_and(|(verb, noun)| {
        VERBS.contains(&verb)
            && noun.starts_with(|c: char| c.is_ascii_uppercase())
            && noun.bytes().all(is_plain)
    })
}

fn is_file_to_run(start: &Start<'_>) -> bool {
    let first = start.first;
    let is_own = first.len() > 2 && (first.starts_with("./") || first.starts_with("../"));
    let is_placed = ["~/", "/bin/", "/usr/", "/opt/"].iter().any(|root| first.starts_with(root))
        && (start.text.trim().contains(' ') || first.starts_with("/bin/"));
    let is_script = first.contains('/')
        && first.ends_with(".sh")
        && !first.contains(':')
        && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    is_own || is_placed || is_script
}

/// Whether the line reads like one: it ends like one, or its words do.
pub(super) fn is_sentence(text: &str) -> bool {
    const SMALL: &[&str] =
        &["is", "are", "the", "a", "an", "to", "of", "and", "was", "has", "your", "this"];
    let line = text.trim();
    if line.contains(['\n', '|', '$', '"', '\'', '=', '<', '>']) {
        return false;
    }
    let words = line.split_whitespace().count();
    let small = line.split_whitespace().filter(|word| SMALL.contains(word)).count();
    words >= 4 && (small >= 2 || (small >= 1 && line.ends_with(['.', '!', '?'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_decides_its_example_and_is_needed_for_it() {
        for (at, row) in ROWS.iter().enumerate() {
            assert_eq!(judged(ROWS, row.example), row.verdict, "{}", row.example);
            let others = [&ROWS[..at], &ROWS[at + 1..]].concat();
            assert_ne!(judged(&others, row.example), row.verdict, "{}", row.example);
        }
    }

    #[test]
    fn commands_are_told_from_sentences_and_data() {
        let check = |text: &str, wanted: Typed| assert_eq!(typed(text), wanted, "{text}");
        check("kubectl get po", Typed::Known);
        check("kubectl -n x get po", Typed::Known);
        check("kubectl is a program", Typed::No);
        check("kubectl frobnicate", Typed::Perhaps);
        check("sudo systemctl restart kubelet", Typed::Known);
        check("X=$(kubectl get po)", Typed::Known);
        check("for i in 1 2; do ls; done", Typed::Known);
        check("while true; do curl x; done", Typed::Known);
        check("time for a break", Typed::Perhaps);
        check("host names matter", Typed::Perhaps);
        check("date", Typed::Known);
        check("file", Typed::Perhaps);
        check(". . .", Typed::Perhaps);
        check(". ~/.bashrc", Typed::Known);
        check("./run.sh", Typed::Known);
        check("/bin/sh -c 'x'", Typed::Known);
        check("~/bin", Typed::No);
        check("~/bin/x up", Typed::Known);
        check("mytool --flag", Typed::Perhaps);
        check("cat is the name of the pod.", Typed::No);
        check("SITE=Our Shop", Typed::No);
        check("ExecStart=/usr/bin/kubelet", Typed::No);
        check("$SHOP_HOME has been set to /srv.", Typed::No);
        check("A=1 kubectl get po", Typed::Known);
        check("{\n  A=1\n}", Typed::Known);
        check("Hello from the other side", Typed::No);
        check("{\"host\": 1}", Typed::No);
        check("simple-api   1/1   Running", Typed::Perhaps);
        check("SET NAME=x", Typed::Known);
        check("$env:NAME = \"x\"", Typed::Known);
        check("Write-Output x", Typed::Known);
        check("Pre-Pulled x", Typed::No);
    }
}
