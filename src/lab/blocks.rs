//! Fences to blocks: their kind, and what of them is typed.

use crate::base::{Position, Span};
use crate::invocation::meaning;
use crate::lab::{Block, BlockKind, Command, Directive, Printed, Runs};
use crate::shell::split;

use super::classify::{Facts, classify};
use super::directive::Said;
use super::illustration::is_illustration;
use super::languages::language;
use super::markdown::{Fence, Reading};
use super::prompts::Machine;
use super::session::{self, Found, Session};

/// Every fence as a block; `said` has one entry for each.
pub(super) fn blocks(source: &str, reading: &Reading, said: &[Said]) -> Vec<Block> {
    let mut lines = LineCounter::new(source);
    let mut blocks: Vec<Block> = Vec::with_capacity(reading.fences.len());
    for (index, fence) in reading.fences.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| {
            let same_section = reading.fences[before].heading == fence.heading;
            same_section.then(|| &blocks[before])
        });
        let mut block = block(fence, &said[index], before);
        block.line = lines.line(fence.span.start);
        blocks.push(block);
    }
    blocks
}

fn block(fence: &Fence, said: &Said, before: Option<&Block>) -> Block {
    let (lang, family) = language(&fence.info);
    let session = session::read(&fence.text, family);
    let announcement = fence.lead.last().map(|text| text.to_lowercase()).unwrap_or_default();
    let facts = Facts {
        language: family,
        text: &fence.text,
        session: &session,
        announcement: &announcement,
        command_before: before.and_then(last_command),
    };
    let (kind, reason) = match said.kind {
        Some(kind) => (kind, "the directive says so"),
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
    let is_shown = said.keys.is_empty() && is_illustration(&fence.lead);
    let commands =
        typed.commands.into_iter().map(|found| command(fence, found, is_shown)).collect();
    Block {
        line: 0,
        span: fence.span,
        lang,
        kind,
        reason: reason.to_owned(),
        text: fence.text.clone(),
        commands,
        sample: typed.sample,
        printed,
        file: said.file.clone(),
        directive: Directive { span: said.span, keys: said.keys.clone() },
    }
}

fn last_command(block: &Block) -> Option<&str> {
    matches!(block.kind, BlockKind::Command | BlockKind::Mixed)
        .then(|| block.commands.last().map(|command| command.text.as_str()))
        .flatten()
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
    let found = |piece: crate::shell::Piece| Found {
        text: piece.text,
        span: piece.span,
        machine: Machine::Host,
    };
    Session { commands: split(text).into_iter().map(found).collect(), ..Session::default() }
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
    let runs = match found.machine {
        _ if is_shown => Runs::Shown,
        Machine::Elsewhere => Runs::Shown,
        Machine::Pod => Runs::Pod,
        Machine::Host => on_host(&meaning),
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
