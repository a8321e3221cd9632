//! What is known of programs other than kubectl.

use crate::shell::{SimpleCommand, Word};

/// Programs that only run another one; with the letters of their flags that take a value.
const WRAPPERS: &[(&str, &str)] = &[
    ("sudo", "ugCDhprRTt"),
    ("time", "fo"),
    ("env", "uCS"),
    ("nohup", ""),
    ("exec", "a"),
    ("command", ""),
    ("builtin", ""),
    ("nice", "n"),
    ("watch", "n"),
    ("timeout", "ks"),
    ("xargs", "IiLnPdaEs"),
    ("stdbuf", "ioe"),
];

/// Programs that only read, whatever their arguments.
const READERS: &[&str] = &[
    "awk",
    "basename",
    "base64",
    "cat",
    "column",
    "cut",
    "date",
    "df",
    "dig",
    "dirname",
    "du",
    "echo",
    "env",
    "false",
    "file",
    "free",
    "grep",
    "egrep",
    "fgrep",
    "head",
    "host",
    "hostname",
    "id",
    "ifconfig",
    "ip",
    "jq",
    "yq",
    "less",
    "ls",
    "more",
    "netstat",
    "nslookup",
    "ping",
    "printenv",
    "printf",
    "ps",
    "pwd",
    "sleep",
    "sort",
    "ss",
    "stat",
    "tail",
    "test",
    "[",
    "tr",
    "traceroute",
    "true",
    "uname",
    "uniq",
    "wc",
    "which",
    "whoami",
];

/// Shells, as the last word of a path.
const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "powershell", "pwsh"];

/// A simple command without what only wraps it.
#[derive(Debug)]
pub(super) struct Program<'a> {
    /// The last part of its path.
    pub name: &'a str,
    /// What follows it.
    pub arguments: Vec<&'a Word>,
    /// The wrappers that were seen through.
    pub wrappers: Vec<&'a str>,
}

/// The program that a simple command really runs: `sudo`, `time`, `env A=b` and
/// paths are seen through.
pub(super) fn program(command: &SimpleCommand) -> Option<Program<'_>> {
    let mut words: Vec<&Word> = command.words.iter().collect();
    let mut wrappers = Vec::new();
    loop {
        let first = *words.first()?;
        let name = last_part(&first.text);
        let Some((_, valued)) = WRAPPERS.iter().find(|(wrapper, _)| *wrapper == name) else {
            words.remove(0);
            return Some(Program { name, arguments: words, wrappers });
        };
        let inner = after_wrapper(name, valued, &words[1..]);
        if inner.is_empty() {
            words.remove(0);
            return Some(Program { name, arguments: words, wrappers });
        }
        wrappers.push(name);
        words = inner;
    }
}

fn after_wrapper<'a>(name: &str, valued: &str, mut words: &[&'a Word]) -> Vec<&'a Word> {
    while let Some(flag) = words.first().filter(|word| word.text.starts_with('-')) {
        let letter = flag.text.chars().nth(1).filter(|_| flag.text.len() == 2);
        let skipped = if letter.is_some_and(|letter| valued.contains(letter)) { 2 } else { 1 };
        words = words.get(skipped..).unwrap_or_default();
    }
    if name == "timeout" {
        words = words.get(1..).unwrap_or_default();
    }
    let assignments = words.iter().take_while(|word| name == "env" && word.text.contains('='));
    words[assignments.count()..].to_vec()
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether the program is kubectl, under one of the names that people give it.
pub(super) fn is_kubectl(name: &str) -> bool {
    matches!(name, "kubectl" | "k" | "kubectl.exe")
}

/// Whether these words start a shell that waits for a person (`sh`, `/bin/bash -l`),
/// rather than one that runs a script.
pub(super) fn is_interactive_shell(words: &[String]) -> bool {
    let Some(program) = words.first() else { return false };
    SHELLS.contains(&last_part(program))
        && words[1..]
            .iter()
            .all(|word| word.starts_with('-') && (word.starts_with("--") || !word.contains('c')))
}

/// Whether the program does not return by itself.
pub(super) fn streams(program: &Program<'_>) -> bool {
    let has =
        |wanted: &[&str]| program.arguments.iter().any(|word| wanted.contains(&word.text.as_str()));
    let has_letter = |letter: char| {
        program.arguments.iter().any(|word| {
            word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains(letter)
        })
    };
    match program.name {
        "watch" | "top" | "htop" => true,
        "tail" => has(&["--follow"]) || has_letter('f') || has_letter('F'),
        "ping" => !has_letter('c') && !has_letter('w'),
        "sleep" => has(&["infinity", "inf"]),
        "stern" | "k9s" => true,
        _ => false,
    }
}

/// Whether the program only reads, with these arguments.
pub(super) fn reads_only(program: &Program<'_>) -> bool {
    let texts: Vec<&str> = program.arguments.iter().map(|word| word.text.as_str()).collect();
    match program.name {
        "curl" => !texts.iter().any(|text| changes_with_curl(text)) && !posts(&texts),
        "wget" => texts.iter().any(|text| text.contains("O-") || *text == "--spider"),
        "sed" => !texts.iter().any(|text| text.starts_with("-i") || *text == "--in-place"),
        "openssl" | "nc" => false,
        name => READERS.contains(&name),
    }
}

/// Flags of curl that send something or write a file.
fn changes_with_curl(text: &str) -> bool {
    const LONG: &[&str] = &[
        "--data",
        "--data-raw",
        "--data-binary",
        "--data-urlencode",
        "--json",
        "--form",
        "--upload-file",
        "--output",
        "--remote-name",
    ];
    if let Some(name) = text.strip_prefix("--") {
        let name = name.split('=').next().unwrap_or_default();
        return LONG.iter().any(|long| &long[2..] == name);
    }
    text.starts_with('-') && text.contains(['d', 'F', 'T', 'o', 'O'])
}

/// `-X POST`, `--request DELETE`, `-XPUT`.
fn posts(texts: &[&str]) -> bool {
    texts.iter().enumerate().any(|(i, text)| {
        let method = match text.strip_prefix("--request=").or_else(|| text.strip_prefix("-X")) {
            Some("") => texts.get(i + 1).copied(),
            Some(method) => Some(method),
            None if *text == "--request" => texts.get(i + 1).copied(),
            None => None,
        };
        method.is_some_and(|method| !matches!(method, "GET" | "HEAD" | "OPTIONS"))
    })
}
