//! What of a block is typed, and what comes back.

use crate::base::Span;
use crate::invocation::meaning;
use crate::shell::{Piece, first_piece, is_complete};

use super::languages::Language;
use super::printed::{is_alternative_mark, is_printed, is_publishers_tag};
use super::programs::{Typed, typed};
use super::prompts::{InPod, Machine, prompt};
use super::unprompted::unprompted;

/// How many lines a command after a prompt may take.
const LONGEST_COMMAND: usize = 300;

/// Something to type that was found in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Found {
    /// Without prompts.
    pub text: String,
    /// In the block's text.
    pub span: Span,
    /// Whose prompt stood before it.
    pub machine: Machine,
    /// An `or` stands between it and the command before it.
    pub alternative: bool,
}

impl Found {
    /// A piece of shell text, for the reader's own machine.
    pub(in crate::lab) fn on_host(piece: Piece) -> Self {
        Self { text: piece.text, span: piece.span, machine: Machine::Host, alternative: false }
    }
}

/// A block read as a session in a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::lab) struct Session {
    /// In order.
    pub commands: Vec<Found>,
    /// What came back, if anything is shown of it.
    pub sample: Option<String>,
    /// Its parts, each with the number of commands before it.
    pub printed: Vec<(usize, Span)>,
    /// Whether prompts tell the two apart; else it is a guess.
    pub prompted: bool,
    /// Whether the first command is one beyond doubt.
    pub certain: bool,
    /// Whether it is typed into a program that a command before has opened.
    pub in_program: bool,
    /// Whether something was printed before the first prompt, and that prompt is a bare `$`.
    pub begins_printed: bool,
}

impl Session {
    /// Notes a part of the sample; what follows the part before it is one with it.
    pub(super) fn note_printed(&mut self, text: &str, part: Span) {
        let commands = self.commands.len();
        match self.printed.last_mut() {
            Some((before, known)) if *before == commands => known.end = part.end,
            _ if part.of(text).trim().is_empty() => {}
            _ => self.printed.push((commands, part)),
        }
    }
}

/// How much is taken for something to type where no prompt says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Manner {
    /// Only what is beyond doubt.
    Careful,
    /// Also what may be: the language is a shell's, or the text says to type it.
    Eager,
    /// Line by line, as the shells of Windows read it.
    Foreign,
}

/// Reads the block.
pub(in crate::lab) fn read(text: &str, manner: Manner) -> Session {
    if text.lines().any(has_prompt) || opens_and_goes_on(text) {
        return prompted(text, InPod::No);
    }
    if is_roots(text) {
        let mut session = prompted(text, InPod::Yes);
        for found in &mut session.commands {
            found.machine = Machine::Host;
        }
        return session;
    }
    unprompted(text, manner)
}

fn is_known(text: &str) -> bool {
    typed(text) == Typed::Known
}

fn has_prompt(line: &str) -> bool {
    prompt(line, is_known, InPod::No).is_some_and(|(_, length)| line.len() > length)
}

/// The first line opens a shell in a container, and a prompt of root in it follows.
fn opens_and_goes_on(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let opens = lines.next().is_some_and(|line| is_known(line) && opens_shell(line));
    opens && lines.any(|line| prompt(line, is_known, InPod::Yes).is_some())
}

/// `# kubectl get po`, and then what it prints: a prompt of root, and no comment.
fn is_roots(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let typed = lines.next().and_then(|line| line.strip_prefix("# "));
    typed.is_some_and(|line| line.contains(' ') && is_known(line))
        && lines.next().is_some_and(is_printed)
}

/// Whether data begins with a line that is typed beyond doubt: then it is a session
/// with data in it. Where programs are written only a prompt is beyond doubt.
pub(super) fn begins_typed(text: &str, language: Language) -> bool {
    let is_comment = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with("# ");
    let Some(line) = text.lines().find(|line| !is_comment(line)) else { return false };
    match prompt(line, is_known, InPod::No) {
        Some((_, length)) => is_known(line[length..].trim()),
        None if language == Language::Code => false,
        None => is_known(line) && line.trim().contains(' ') && !line.contains(": "),
    }
}

fn prompted(text: &str, root: InPod) -> Session {
    let mut session = Session { prompted: true, certain: true, ..Session::default() };
    let mut sample = String::new();
    let mut in_pod = root;
    let mut alternative = false;
    let mut is_before = true;
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = &text[at..end];
        let at_prompt = prompt(line, is_known, in_pod);
        is_before &= at_prompt.is_none() && sample.is_empty();
        let found = at_prompt.or_else(|| typed_before(line).filter(|_| is_before));
        let Some((machine, length)) = found else {
            alternative |= is_alternative_mark(line);
            let says_nothing = line.trim().is_empty() || is_remark(line);
            let is_between = is_alternative_mark(line) || is_publishers_tag(line);
            if !(is_between || says_nothing && sample.is_empty()) {
                sample.push_str(line);
                sample.push('\n');
                session.note_printed(text, Span::new(at, (end + 1).min(text.len())));
            }
            at = end + 1;
            continue;
        };
        let start = at + length;
        let (command, end) = continued(text, start);
        at = end + 1;
        if command.trim().is_empty() || command.starts_with('#') {
            continue;
        }
        if session.commands.is_empty() && !sample.trim().is_empty() {
            session.begins_printed = line.trim_start().starts_with("$ ");
        }
        if opens_shell(&command) {
            in_pod = InPod::Yes;
        }
        let span = Span::new(start, end);
        let alternative = std::mem::take(&mut alternative);
        session.commands.push(Found { text: command, span, machine, alternative });
    }
    session.sample = (!sample.trim().is_empty()).then_some(sample);
    session
}

/// A command that stands before the first prompt, without one of its own.
fn typed_before(line: &str) -> Option<(Machine, usize)> {
    let program = line.split_whitespace().next().unwrap_or_default();
    // These two begin their output with their own name.
    let is_command = !matches!(program, "yarn" | "npm")
        && line.trim().contains(' ')
        && !is_printed(line)
        && is_known(line);
    is_command.then(|| (Machine::Host, line.len() - line.trim_start().len()))
}

/// `# …`, or `// …` where an author thinks of another language.
pub(super) fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("// ")
}

/// The command at `start` with the lines that belong to it; a `> ` before those is
/// dropped. Where nothing closes what was opened, the line stands for itself.
fn continued(text: &str, start: usize) -> (String, usize) {
    let first_end = line_end(text, start);
    let first = text[start..first_end].trim();
    if is_complete(first) {
        return (first.to_owned(), first_end);
    }
    let following = text[first_end..].lines().skip(1).take(LONGEST_COMMAND);
    let mut candidate = first.to_owned();
    for line in following.take_while(|line| !line.starts_with("$ ")) {
        candidate.push('\n');
        candidate.push_str(line.strip_prefix("> ").unwrap_or(line));
    }
    let command = first_piece(&candidate).map_or_else(|| first.to_owned(), |piece| piece.text);
    let mut end = first_end;
    for _ in command.matches('\n') {
        end = line_end(text, (end + 1).min(text.len()));
    }
    (command, end)
}

/// Whether the command opens a shell in a container.
pub(super) fn opens_shell(command: &str) -> bool {
    let may_open = ["run", "exec", "attach", "debug", "bash", "/sh"];
    if !command.contains(" -") || !may_open.iter().any(|word| command.contains(word)) {
        return false;
    }
    command.contains("/bin/sh")
        || command.contains("bash")
        || command.contains("-it") && command.contains("run")
        || meaning(command).opens.is_some()
}

/// Where the line begins that byte `at` is in.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

/// Where the line ends that byte `at` is in, before its newline.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |offset| at + offset)
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
