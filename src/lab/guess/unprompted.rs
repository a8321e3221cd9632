//! Commands and output in one block without prompts: a table for each line, as long as
//! commands go on, and another for how they resume after output.

use crate::base::Span;
use crate::invocation::meaning;
use crate::shell::{Piece, split};

use super::printed::{is_alternative_mark, is_printed, is_publishers_tag};
use super::programs::{Typed, has_shell_marks, is_program, is_sentence, typed};
use super::prompts::Machine;
use super::session::{Found, Manner, Session, is_remark, line_end, line_start, opens_shell};
use super::statements::{is_statement, opens_program};

/// What a row looks at: a piece of text, after commands only.
struct Line<'a> {
    text: &'a str,
    piece: &'a Piece,
    /// The whole line that it begins in.
    line: &'a str,
    typed: Typed,
    is_eager: bool,
    /// The commands before it.
    commands: &'a [Found],
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// To be typed, beyond doubt.
    Certain,
    /// To be typed.
    Likely,
    /// Printed; so is what follows until commands resume.
    Output,
    /// A word between two commands of which one is chosen.
    Between,
}

/// One way to tell.
#[derive(Clone, Copy)]
struct Row {
    /// A block of a shell's language; what is found in it changes without the row.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the tests, and for who reads the table")
    )]
    example: &'static str,
    verdict: Verdict,
    test: fn(&Line<'_>) -> bool,
}

const fn row(example: &'static str, verdict: Verdict, test: fn(&Line<'_>) -> bool) -> Row {
    Row { example, verdict, test }
}

/// The table. The first row that holds decides; where none does, it is output.
const ROWS: &[Row] = &[
    row("kubectl get po\nor\nkubectl get pods", Verdict::Between, |it| {
        is_alternative_mark(it.line)
    }),
    row("kubectl get po\n{% endraw %}\nkubectl get svc", Verdict::Between, |it| {
        is_publishers_tag(it.line)
    }),
    row("// all of them\nkubectl get po", Verdict::Between, |it| is_remark(it.line)),
    row("kubectl get po\nnode   1/1   Running", Verdict::Output, |it| is_printed(it.line)),
    // A program with commands of its own was opened right before it.
    row("redis-cli\nGET name", Verdict::Likely, |it| {
        let opened = it.commands.last();
        is_statement(it.line) && opened.is_some_and(|found| opens_program(&found.text))
    }),
    // `env` prints assignments; what they set is not used.
    row("printenv\nCOLOR=blue", Verdict::Output, |it| {
        are_bare_assignments(&it.piece.text) && it.is_right_below() && it.is_printed_by_command()
    }),
    row("mytool up\nkubectl get po", Verdict::Certain, |it| it.typed == Typed::Known),
    row("mytool up", Verdict::Likely, |it| {
        it.is_eager && it.typed == Typed::Perhaps && it.commands.is_empty()
    }),
    // A shell in a container was opened right before it.
    row("kubectl exec -it web -- sh\nmytool", Verdict::Likely, |it| {
        it.typed == Typed::Perhaps
            && it.commands.last().is_some_and(|found| opens_shell(&found.text))
    }),
    // What was typed before it prints nothing.
    row("cd lab\nmytool up", Verdict::Likely, |it| {
        it.is_eager && it.typed == Typed::Perhaps && it.commands.last().is_some_and(is_silent)
    }),
    row("mytool up\nmytool down", Verdict::Likely, |it| {
        let program = it.piece.text.split_whitespace().next();
        let begins_alike = |found: &Found| found.text.split_whitespace().next() == program;
        it.typed == Typed::Perhaps && it.commands.iter().any(begins_alike)
    }),
    row("kubectl get po\nmytool --up", Verdict::Likely, |it| {
        it.typed == Typed::Perhaps
            && (it.is_eager || !it.is_right_below())
            && it.piece.text.contains(" -")
    }),
    row("kubectl get po\n# And then\nmytool up", Verdict::Likely, |it| {
        it.is_eager
            && it.typed == Typed::Perhaps
            && it.is_right_below_comment()
            && it.piece.text.contains(' ')
    }),
    row("kubectl get po\n\nmytool up a/b", Verdict::Likely, |it| {
        it.is_eager
            && it.typed == Typed::Perhaps
            && !it.is_right_below()
            && has_shell_marks(&it.piece.text)
    }),
];

/// What may be typed after output: one row is enough.
struct Resumption<'a> {
    piece: &'a Piece,
    /// What was printed, up to the piece.
    printed: &'a str,
    is_right_below: bool,
}

#[derive(Clone, Copy)]
struct ResumptionRow {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the tests, and for who reads the table")
    )]
    example: &'static str,
    test: fn(&Resumption<'_>) -> bool,
}

/// The table.
const RESUMPTIONS: &[ResumptionRow] = &[
    // Right below a table, kubectl and curl are typed and not printed.
    ResumptionRow {
        example: "kubectl get po\nNAME   READY\nkubectl get svc",
        test: |it| it.looks_printed() && (is_kubectl(&it.piece.text) || is_curl(&it.piece.text)),
    },
    ResumptionRow {
        example: "kubectl exec web -- ls\nindex.html\n\nkubectl get svc",
        test: |it| !it.is_right_below && !it.has_sentence() && is_kubectl(&it.piece.text),
    },
    ResumptionRow {
        example: "kubectl get po\nNAME   READY\n\ndocker ps -a",
        test: |it| !it.is_right_below && it.looks_printed() && is_other(&it.piece.text),
    },
];

/// Reads a block in which no prompt says what is typed.
pub(super) fn unprompted(text: &str, manner: Manner) -> Session {
    read(text, manner, ROWS, RESUMPTIONS)
}

fn read(text: &str, manner: Manner, rows: &[Row], resumptions: &[ResumptionRow]) -> Session {
    let pieces = if manner == Manner::Foreign { foreign_pieces(text) } else { split(text) };
    let is_eager = manner != Manner::Careful;
    if !is_eager && pieces.iter().all(|piece| are_bare_assignments(&piece.text)) {
        return Session::default();
    }
    let mut session = Session::default();
    let mut sample = String::new();
    let mut output_from: Option<usize> = None;
    let mut alternative = false;
    for piece in pieces {
        let start = line_start(text, piece.span.start);
        if let Some(from) = output_from {
            if !resumes(&piece, text, from, resumptions) {
                continue;
            }
            sample.push_str(&text[from..start]);
            session.note_printed(text, Span::new(from, start));
            output_from = None;
            session.commands.push(Found::on_host(piece));
            continue;
        }
        match verdict(&piece, text, is_eager, &session.commands, rows) {
            Verdict::Between => alternative |= is_alternative_mark(&piece.text),
            Verdict::Output if session.commands.is_empty() => return Session::default(),
            Verdict::Output => output_from = Some(start),
            found => {
                session.certain |= found == Verdict::Certain && session.commands.is_empty();
                let alternative = std::mem::take(&mut alternative);
                session.commands.push(Found { alternative, ..Found::on_host(piece) });
            }
        }
    }
    if let Some(from) = output_from {
        sample.push_str(&text[from..]);
        session.note_printed(text, Span::new(from, text.len()));
    }
    session.sample = (!sample.trim().is_empty()).then_some(sample);
    in_opened_shells(&mut session.commands);
    session
}

fn verdict(piece: &Piece, text: &str, is_eager: bool, commands: &[Found], rows: &[Row]) -> Verdict {
    let at = piece.span.start;
    let line = Line {
        text,
        piece,
        line: &text[line_start(text, at)..line_end(text, at)],
        typed: typed(&piece.text),
        is_eager,
        commands,
    };
    rows.iter().find(|row| (row.test)(&line)).map_or(Verdict::Output, |row| row.verdict)
}

impl Line<'_> {
    /// Neither a blank line nor a comment stands before it.
    fn is_right_below(&self) -> bool {
        is_right_below(self.text, self.piece.span.start)
    }

    fn is_right_below_comment(&self) -> bool {
        let above = line_above(self.text, self.piece.span.start);
        above.is_some_and(|line| line.trim_start().starts_with("# "))
    }

    /// The command before it shows variables or a file, and nothing uses this one.
    fn is_printed_by_command(&self) -> bool {
        let shows = |found: &Found| {
            let mut words = found.text.split(|c: char| !c.is_ascii_alphanumeric());
            words.any(|word| matches!(word, "env" | "printenv" | "cat" | "grep" | "echo" | "set"))
        };
        let name = self.piece.text.split('=').next().unwrap_or_default();
        let later = &self.text[self.piece.span.end..];
        let is_used = later.contains(&format!("${name}")) || later.contains(&format!("${{{name}"));
        self.commands.last().is_some_and(shows) && !is_used
    }
}

impl Resumption<'_> {
    fn looks_printed(&self) -> bool {
        let mut lines = self.printed.lines().filter(|line| !line.trim().is_empty());
        lines.all(|line| is_printed(line) || line.starts_with([' ', '#']))
    }

    fn has_sentence(&self) -> bool {
        self.printed.lines().any(is_sentence)
    }
}

/// Whether, after output and without a prompt, a person types again: at the margin, and
/// not where the output announces a command.
fn resumes(piece: &Piece, text: &str, from: usize, rows: &[ResumptionRow]) -> bool {
    let start = piece.span.start;
    if line_start(text, start) != start || is_printed(&text[start..line_end(text, start)]) {
        return false;
    }
    let printed = text[from..start].trim_end();
    let visible = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    if printed.lines().rfind(visible).is_some_and(|line| line.trim_end().ends_with(':')) {
        return false;
    }
    let it = Resumption { piece, printed, is_right_below: is_right_below(text, start) };
    rows.iter().any(|row| (row.test)(&it))
}

fn is_right_below(text: &str, at: usize) -> bool {
    !line_above(text, at)
        .is_some_and(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

fn line_above(text: &str, at: usize) -> Option<&str> {
    text[..line_start(text, at)].lines().next_back()
}

fn is_kubectl(text: &str) -> bool {
    let mut words = text.split_whitespace();
    matches!(words.next(), Some("kubectl" | "k"))
        && words.next().is_some()
        && typed(text) == Typed::Known
}

fn is_curl(text: &str) -> bool {
    text.starts_with("curl ") && (text.contains("http") || text.contains('.'))
}

/// A known program with arguments, or a value that a command gives.
fn is_other(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_program = is_program(first) && text.trim().contains(' ') && !is_sentence(text);
    is_program || first.contains("=$(") || first.contains("=`")
}

/// Programs that print nothing where all goes well, and assignments.
fn is_silent(found: &Found) -> bool {
    const SILENT: &[&str] = &[
        ".", "alias", "cd", "chmod", "chown", "cp", "eval", "export", "ln", "mkdir", "mv", "rm",
        "set", "source", "touch", "unset",
    ];
    let first = found.text.split_whitespace().next().unwrap_or_default();
    SILENT.contains(&first) || first.contains('=')
}

/// `NAME=value`, once or more, without anything that a shell would expand and without
/// a gap to fill: `env` and `id` print such lines.
fn are_bare_assignments(text: &str) -> bool {
    let is_bare = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    text.split_whitespace().all(is_bare) && !text.contains(['$', '"', '\'', '`', '<'])
}

/// After a command that opens a shell in a container, what is no kubectl is typed there;
/// after one that opens a program, what follows is for that program.
fn in_opened_shells(commands: &mut [Found]) {
    let mut inside = None;
    for found in commands {
        let first = found.text.split_whitespace().next().unwrap_or_default();
        if let Some(machine) = inside.filter(|_| !matches!(first, "kubectl" | "k")) {
            found.machine = machine;
            if matches!(first, "exit" | "quit") {
                inside = None;
            }
        } else if opens_program(&found.text) {
            inside = Some(Machine::Elsewhere);
        } else {
            let opens = opens_shell(&found.text) && meaning(&found.text).opens.is_some();
            inside = opens.then_some(Machine::Pod);
        }
    }
}

/// Lines as the shells of Windows read them: `` ` `` and `^` at the end join the next one.
fn foreign_pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    let mut is_open = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let span = crate::base::Span::new(at, at + line.trim_end().len());
        at += line.len();
        let is_comment =
            ["#", "REM ", "rem ", "::", "//"].iter().any(|mark| content.starts_with(mark));
        match pieces.last_mut().filter(|_| is_open) {
            Some(last) => {
                last.span.end = span.end;
                last.text = last.span.of(text).to_owned();
            }
            None if content.is_empty() || is_comment => continue,
            None => {
                let blanks = line.len() - line.trim_start().len();
                let span = crate::base::Span::new(span.start + blanks, span.end);
                pieces.push(Piece { text: span.of(text).to_owned(), span });
            }
        }
        is_open = content.ends_with(['`', '^']);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed_in(text: &str, rows: &[Row], resumptions: &[ResumptionRow]) -> Vec<String> {
        let session = read(text, Manner::Eager, rows, resumptions);
        session.commands.into_iter().map(|found| found.text).collect()
    }

    #[test]
    fn each_row_is_needed_for_its_example() {
        for (at, row) in ROWS.iter().enumerate() {
            let others = [&ROWS[..at], &ROWS[at + 1..]].concat();
            let with = typed_in(row.example, ROWS, RESUMPTIONS);
            assert_ne!(typed_in(row.example, &others, RESUMPTIONS), with, "{}", row.example);
        }
        for (at, row) in RESUMPTIONS.iter().enumerate() {
            let others = [&RESUMPTIONS[..at], &RESUMPTIONS[at + 1..]].concat();
            let with = typed_in(row.example, ROWS, RESUMPTIONS);
            assert_ne!(typed_in(row.example, ROWS, &others), with, "{}", row.example);
        }
    }

    #[test]
    fn shells_of_windows_join_lines_in_their_own_way() {
        let text = "REM note\nkubectl get po `\n  -o wide\ndir\n";
        let texts: Vec<String> = foreign_pieces(text).into_iter().map(|piece| piece.text).collect();
        assert_eq!(texts, ["kubectl get po `\n  -o wide", "dir"]);
    }
}
