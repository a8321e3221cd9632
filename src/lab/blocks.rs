//! Fences to blocks: their kind, and what of them is typed.

use crate::base::{Position, Span};
use crate::invocation::meaning;
use crate::lab::{Block, BlockKind, Command, Directive, Printed, Runs};
use crate::shell::split;

use super::directive::Said;
use super::guess::announcements::Announcement;
use super::guess::classify::{Facts, classify, is_inline_command, session};
use super::guess::illustration::illustration;
use super::guess::languages::{Language, language};
use super::guess::programs::is_for_windows;
use super::guess::prompts::Machine;
use super::guess::session::{Found, Session};
use super::guess::statements::opens_program;
use super::markdown::{Fence, Reading};

/// Every fence as a block; `said` has one entry for each.
pub(super) fn blocks(source: &str, reading: &Reading, said: &[Said]) -> Vec<Block> {
    let mut lines = LineCounter::new(source);
    let mut blocks: Vec<Block> = Vec::with_capacity(reading.fences.len());
    for (index, fence) in reading.fences.iter().enumerate() {
        let mut block = block(fence, &said[index], commands_before(index, reading, &blocks));
        block.line = lines.line(fence.span.start);
        for printed in &mut block.printed {
            printed.span = whole_lines(source, printed.span);
        }
        blocks.push(block);
    }
    blocks
}

fn block(fence: &Fence, said: &Said, before: Before<'_>) -> Block {
    let (lang, family) = language(&fence.info);
    let announcement = Announcement::of(&fence.lead);
    let opened = before.last.is_some_and(opens_program);
    let session = session(family, &fence.text, &announcement, opened);
    let facts = Facts {
        language: family,
        text: &fence.text,
        session: &session,
        announcement: &announcement,
        command_before: before.right_before,
        command_above: before.above,
        is_below_inline_command: is_inline_command(&announcement),
    };
    let (kind, reason) = match said.kind {
        Some(kind) => (kind, "the directive says so"),
        None if said.is_about_a_command() && !session.commands.is_empty() => {
            let kind = if session.sample.is_some() { BlockKind::Mixed } else { BlockKind::Command };
            (kind, "its directive is about a command")
        }
        None => classify(&facts),
    };
    let typed = typed(kind, said, &fence.text, session);
    let printed = typed.printed.iter().map(|(after, span)| Printed {
        after: *after,
        text: span.of(&fence.text).to_owned(),
        span: fence.in_source(*span),
    });
    let printed = printed.collect();
    // Whoever writes a directive for a command means it to run.
    let shown = why_shown(family, &typed.commands, &fence.lead).filter(|_| said.keys.is_empty());
    let commands =
        typed.commands.into_iter().map(|found| command(fence, found, shown.is_some())).collect();
    Block {
        line: 0,
        span: fence.span,
        lang,
        kind,
        reason: reason.to_owned(),
        text: fence.text.clone(),
        places: fence.places.clone(),
        commands,
        sample: typed.sample,
        printed,
        file: said.file.clone(),
        directive: Directive { span: said.span, keys: said.keys.clone() },
        guesses: shown.map(|why| format!("shown, not run: {why}")).into_iter().collect(),
    }
}

/// A span of whole lines, without what stands before the line after them: the content of a
/// block in a list or a quote has no indentation, and the source has.
fn whole_lines(source: &str, span: Span) -> Span {
    let text = span.of(source);
    let is_indentation = |rest: &str| rest.chars().all(|c| matches!(c, ' ' | '\t' | '>'));
    match text.rfind('\n') {
        Some(at) if is_indentation(&text[at + 1..]) => Span::new(span.start, span.start + at + 1),
        _ => span,
    }
}

/// The last command before a block, in the same section.
#[derive(Debug, Clone, Copy, Default)]
struct Before<'a> {
    /// Of the block right before it.
    right_before: Option<&'a str>,
    /// Of a block before it with nothing but output between.
    above: Option<&'a str>,
    /// The last one for the reader's own machine, in whatever block: what it opened is
    /// still open.
    last: Option<&'a str>,
}

/// How many blocks may lie between a command and what it says about a later block.
const LOOK_BACK: usize = 50;

/// Programs that show a file in a window of their own, and print nothing.
const EDITORS: &[&str] = &["vi", "vim", "nvim", "nano", "emacs", "code", "notepad"];

fn commands_before<'a>(index: usize, reading: &Reading, blocks: &'a [Block]) -> Before<'a> {
    let heading = reading.fences[index].heading;
    let mut before = Before::default();
    let mut is_near = true;
    let nearest_first = blocks.iter().zip(&reading.fences).rev().take(LOOK_BACK);
    for (distance, (block, fence)) in nearest_first.enumerate() {
        is_near &= fence.heading == heading;
        if block.kind == BlockKind::Output {
            continue;
        }
        let Some(command) = block.commands.last() else {
            is_near = false;
            continue;
        };
        let first =
            command.text.split_whitespace().find(|word| *word != "sudo").unwrap_or_default();
        if is_near && before.above.is_none() && !EDITORS.contains(&first) {
            before.above = Some(command.text.as_str());
            before.right_before = before.above.filter(|_| distance == 0);
        }
        is_near = false;
        let goes_on = block.commands.iter().all(|command| command.runs == Runs::Shown);
        if !goes_on || first == "quit" {
            before.last = Some(command.text.as_str());
            break;
        }
    }
    before
}

/// Why the commands of a block are for reading only, if they are.
fn why_shown(language: Language, found: &[Found], lead: &[String]) -> Option<&'static str> {
    if found.is_empty() {
        return None;
    }
    let is_foreign =
        language == Language::ForeignShell || found.iter().any(|found| is_for_windows(&found.text));
    if is_foreign { Some("it is for a shell of Windows") } else { illustration(lead) }
}

/// What of a block of this kind is typed, and what came back.
fn typed(kind: BlockKind, said: &Said, text: &str, session: Session) -> Session {
    let is_stated = said.kind.is_some();
    let whole = || Session { printed: vec![(0, Span::new(0, text.len()))], ..Session::default() };
    match kind {
        BlockKind::Command if is_stated && !session.prompted => every_piece(text),
        BlockKind::Mixed if is_stated && session.commands.is_empty() => first_piece(text),
        BlockKind::Command => Session { sample: None, printed: Vec::new(), ..session },
        BlockKind::Mixed => session,
        BlockKind::Output => whole(),
        _ => Session::default(),
    }
}

fn every_piece(text: &str) -> Session {
    let commands = split(text).into_iter().map(Found::on_host).collect();
    Session { commands, ..Session::default() }
}

fn first_piece(text: &str) -> Session {
    let mut session = every_piece(text);
    session.commands.truncate(1);
    let end = session.commands.first().map_or(0, |found| found.span.end);
    let rest = text[end..].trim_start_matches('\n');
    if !rest.trim().is_empty() {
        session.sample = Some(rest.to_owned());
        let span = Span::new(text.len() - rest.len(), text.len());
        session.printed = vec![(session.commands.len(), span)];
    }
    session
}

fn command(fence: &Fence, found: Found, is_shown: bool) -> Command {
    let meaning = meaning(&found.text);
    let is_template = found.text.contains("{{%");
    let runs = match found.machine {
        _ if is_shown || found.alternative || is_template => Runs::Shown,
        Machine::Elsewhere => Runs::Shown,
        // kubectl is nowhere but on the host, whatever prompt an author copied.
        Machine::Pod if meaning.invocations.is_empty() => Runs::Pod,
        Machine::Pod | Machine::Host => on_host(&meaning),
    };
    Command { text: found.text, span: fence.in_source(found.span), runs, meaning }
}

/// Who carries it out where kubectl is found.
pub(super) fn on_host(meaning: &crate::invocation::Meaning) -> Runs {
    match meaning.invocations.as_slice() {
        [] => Runs::Host,
        known if known.iter().all(|one| one.native) => Runs::Native,
        _ => Runs::Kubectl,
    }
}

/// Counts lines in one pass over the text; places must come in order.
struct LineCounter<'a> {
    source: &'a str,
    at: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    fn new(source: &'a str) -> Self {
        Self { source, at: 0, line: 1 }
    }

    fn line(&mut self, offset: usize) -> usize {
        let Some(between) = self.source.get(self.at..offset) else {
            return Position::of(self.source, offset).line;
        };
        self.line += between.bytes().filter(|byte| *byte == b'\n').count();
        self.at = offset;
        self.line
    }
}

/// The whole of a block for diagnostics: its opening line.
pub(super) fn opening_line(source: &str, block: Span) -> Span {
    let text = block.of(source);
    let end = text.find('\n').unwrap_or(text.len());
    Span::new(block.start, block.start + text[..end].trim_end().len())
}
