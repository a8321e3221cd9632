//! What of a block is typed, and what comes back.

use crate::base::Span;
use crate::shell::{Piece, first_piece, is_complete, split};

use super::languages::Language;
use super::looks::is_output_line;
use super::programs::{Typed, typed};
use super::prompts::{InPod, Machine, prompt};

/// How many lines a command after a prompt may take.
const LONGEST_COMMAND: usize = 300;

/// Something to type that was found in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Without prompts.
    pub text: String,
    /// In the block's text.
    pub span: Span,
    /// Whose prompt stood before it.
    pub machine: Machine,
}

/// A block read as a session in a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Session {
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
}

impl Session {
    /// Notes a part of the sample; what follows the part before it is one with it.
    fn note_printed(&mut self, text: &str, part: Span) {
        let commands = self.commands.len();
        match self.printed.last_mut() {
            Some((before, known)) if *before == commands => known.end = part.end,
            _ if part.of(text).trim().is_empty() => {}
            _ => self.printed.push((commands, part)),
        }
    }
}

/// Reads the block.
pub(super) fn read(text: &str, language: Language) -> Session {
    let is_prompted = text.lines().any(|line| {
        prompt(line, |rest| typed(rest) == Typed::Known, InPod::No)
            .is_some_and(|(_, length)| line.len() > length)
    });
    if is_prompted { prompted(text) } else { unprompted(text, language) }
}

fn prompted(text: &str) -> Session {
    let mut session = Session { prompted: true, certain: true, ..Session::default() };
    let mut sample = String::new();
    let mut in_pod = InPod::No;
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = &text[at..end];
        let found = prompt(line, |rest| typed(rest) == Typed::Known, in_pod);
        let Some((machine, length)) = found else {
            let says_nothing = line.trim().is_empty() || line.trim_start().starts_with('#');
            if !(says_nothing && sample.is_empty()) {
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
        if opens_shell(&command) {
            in_pod = InPod::Yes;
        }
        session.commands.push(Found { text: command, span: Span::new(start, end), machine });
    }
    session.sample = (!sample.trim().is_empty()).then_some(sample);
    session
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

fn opens_shell(command: &str) -> bool {
    crate::invocation::meaning(command).opens.is_some()
        || command.contains("/bin/sh")
        || command.contains("bash")
        || command.contains("-it") && command.contains("run")
}

fn unprompted(text: &str, language: Language) -> Session {
    let pieces = split(text);
    if !is_shell(language) && pieces.iter().all(|piece| is_bare_assignment(&piece.text)) {
        return Session::default();
    }
    let mut session = Session::default();
    let mut sample = String::new();
    let mut output_from: Option<usize> = None;
    for piece in pieces {
        let verdict = verdict(&piece, text, language, &session);
        match (output_from, verdict) {
            (None, Verdict::Command(certain)) => {
                session.certain |= certain && session.commands.is_empty();
                session.commands.push(found(piece));
            }
            (None, Verdict::Output) if session.commands.is_empty() => return Session::default(),
            (None, Verdict::Output) => output_from = Some(line_start(text, piece.span.start)),
            (Some(from), _) if resumes(&piece, text, from) => {
                let part = Span::new(from, line_start(text, piece.span.start));
                sample.push_str(part.of(text));
                session.note_printed(text, part);
                output_from = None;
                session.commands.push(found(piece));
            }
            (Some(_), _) => {}
        }
    }
    if let Some(from) = output_from {
        sample.push_str(&text[from..]);
        session.note_printed(text, Span::new(from, text.len()));
    }
    session.sample = (!sample.trim().is_empty()).then_some(sample);
    session
}

fn is_shell(language: Language) -> bool {
    matches!(language, Language::Shell | Language::Session)
}

/// `NAME=value` without anything that a shell would expand: `env` prints such lines.
fn is_bare_assignment(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or_default();
    name.len() < text.len()
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && !text.contains(['$', '"', '\'', '`', ' '])
}

fn found(piece: Piece) -> Found {
    Found { text: piece.text, span: piece.span, machine: Machine::Host }
}

enum Verdict {
    /// To be typed; beyond doubt or not.
    Command(bool),
    Output,
}

fn verdict(piece: &Piece, text: &str, language: Language, session: &Session) -> Verdict {
    let line = &text[line_start(text, piece.span.start)..line_end(text, piece.span.start)];
    let is_shell = is_shell(language);
    match typed(&piece.text) {
        _ if is_output_line(line) => Verdict::Output,
        Typed::Known => Verdict::Command(true),
        Typed::Perhaps if is_shell && session.commands.is_empty() => Verdict::Command(false),
        Typed::Perhaps if is_shell && follows_blank_line(text, piece.span.start) => {
            Verdict::Command(false)
        }
        _ => Verdict::Output,
    }
}

/// Whether, after output and without a prompt, a person types again: a line of its
/// own that is kubectl or curl beyond doubt, after output that does not announce it.
fn resumes(piece: &Piece, text: &str, from: usize) -> bool {
    let start = piece.span.start;
    let is_at_margin = line_start(text, start) == start;
    let before = text[from..start].trim_end();
    let announced = before.lines().last().is_some_and(|line| line.trim_end().ends_with(':'));
    let looks_printed = before
        .lines()
        .filter(|line| !line.trim().is_empty())
        .all(|line| is_output_line(line) || line.starts_with([' ', '#']));
    let words: Vec<&str> = piece.text.split_whitespace().collect();
    let is_certain = match words.first() {
        Some(&"kubectl") => typed(&piece.text) == Typed::Known && words.len() > 1,
        Some(&"curl") => words.iter().any(|word| word.contains("http") || word.contains('.')),
        _ => false,
    };
    is_at_margin && !announced && looks_printed && is_certain
}

fn follows_blank_line(text: &str, at: usize) -> bool {
    let before = &text[..line_start(text, at)];
    let mut lines = before.lines().rev();
    lines.next().is_some_and(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |offset| at + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, language: Language, commands: &[&str], sample: Option<&str>) {
        let session = read(text, language);
        let found: Vec<_> = session.commands.iter().map(|found| found.text.as_str()).collect();
        assert_eq!(found, commands, "{text}");
        assert_eq!(session.sample.as_deref(), sample, "{text}");
        for found in &session.commands {
            assert!(found.span.end <= text.len());
        }
    }

    #[test]
    fn without_prompts_output_begins_where_nobody_would_type() {
        let none = Language::None;
        check("kubectl get po\n", none, &["kubectl get po"], None);
        check(
            "# note\nkubectl get po -o wide\n\n# more\nkubectl get svc\n",
            none,
            &["kubectl get po -o wide", "kubectl get svc"],
            None,
        );
        check(
            "curl --connect-timeout 2 http://10.0.0.1\ncurl: (28) Connection timed out\n",
            Language::Shell,
            &["curl --connect-timeout 2 http://10.0.0.1"],
            Some("curl: (28) Connection timed out\n"),
        );
        check(
            "kubectl describe pod x\n\n...\nNormal  Scheduled  23s  ok\n",
            none,
            &["kubectl describe pod x"],
            Some("...\nNormal  Scheduled  23s  ok\n"),
        );
        check(
            "kubectl delete svc a\n\nkubectl expose pod a --port=80\nservice \"a\" exposed\n",
            none,
            &["kubectl delete svc a", "kubectl expose pod a --port=80"],
            Some("service \"a\" exposed\n"),
        );
        check("A_HOST=10.0.0.1\nA_PORT=80\n", none, &[], None);
        check("A_HOST=10.0.0.1\ncurl $A_HOST\n", none, &["A_HOST=10.0.0.1", "curl $A_HOST"], None);
        check("pod/a created\n", none, &[], None);
        check("Just a note.\nkubectl get po\n", none, &[], None);
        check("mytool --x\n", Language::Shell, &["mytool --x"], None);
        check("mytool --x\n", none, &[], None);
    }

    #[test]
    fn output_that_holds_a_command_is_not_run() {
        check(
            "helm install x y\nNAME: x\nGet the address by running:\nkubectl get svc x\n",
            Language::None,
            &["helm install x y"],
            Some("NAME: x\nGet the address by running:\nkubectl get svc x\n"),
        );
        check(
            "kubeadm init\nYour cluster is up. Now type\n  kubectl apply -f net.yaml\n",
            Language::Shell,
            &["kubeadm init"],
            Some("Your cluster is up. Now type\n  kubectl apply -f net.yaml\n"),
        );
        check(
            "kubectl get svc\nNAME   TYPE\nweb    ClusterIP   10.0.0.1   80\nkubectl get po\n",
            Language::None,
            &["kubectl get svc", "kubectl get po"],
            Some("NAME   TYPE\nweb    ClusterIP   10.0.0.1   80\n"),
        );
    }

    #[test]
    fn prompts_tell_what_is_typed() {
        check(
            "$ kubectl get po\nNAME  READY\nkubectl get svc\n$ ls \\\n> -l\n",
            Language::Session,
            &["kubectl get po", "ls \\\n-l"],
            Some("NAME  READY\nkubectl get svc\n"),
        );
        check(
            "$ cat <<EOF | kubectl apply -f -\na: b\nEOF\n$ ls\n",
            Language::None,
            &["cat <<EOF | kubectl apply -f -\na: b\nEOF", "ls"],
            None,
        );
        check("$ echo it's\nno\n", Language::None, &["echo it's"], Some("no\n"));
        let session = read(
            "$ kubectl run b -it --image=b -- /bin/sh\n/ # wget x\nok\n/ # \n",
            Language::Session,
        );
        let machines: Vec<_> = session.commands.iter().map(|found| found.machine).collect();
        assert_eq!(machines, [Machine::Host, Machine::Pod]);
    }
}
