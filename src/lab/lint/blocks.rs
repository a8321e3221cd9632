//! Blocks that may be taken for what they are not.

use crate::base::{Diagnostic, Span};
use crate::lab::{Block, BlockKind, Finding};

use super::Linted;
use super::sections::sections_of_blocks;
use crate::lab::guess::classify::is_close_call;

/// A block whose kind podlab guessed by little.
pub(super) fn close_calls(linted: &Linted<'_>) -> Vec<Finding> {
    let doubtful = linted.lab.blocks.iter().filter(|block| is_close_call(&block.reason));
    doubtful.map(|block| linted.own(close_call(block, opening(linted, block)))).collect()
}

fn close_call(block: &Block, span: Span) -> Diagnostic {
    let taken = format!("{:?}", block.kind).to_lowercase();
    let other = match block.kind {
        BlockKind::Command | BlockKind::Mixed => "output",
        _ => "command",
    };
    let message = format!("podlab takes this for {taken} by little: {}", block.reason);
    let hint = format!(
        "say which it is: `<!-- podlab: {{kind: {taken}}} -->` or `{{kind: {other}}}` before it"
    );
    Diagnostic::warning("close-call", span, message).with_hint(hint)
}

/// Output in a section in which nothing ran before it.
pub(super) fn stray_output(linted: &Linted<'_>) -> Vec<Finding> {
    let sections = sections_of_blocks(linted.lab);
    let mut findings = Vec::new();
    for (at, block) in linted.lab.blocks.iter().enumerate() {
        let said = block.directive.keys.iter().any(|key| key == "kind");
        if block.kind != BlockKind::Output || said {
            continue;
        }
        let mut before = linted.lab.blocks[..at].iter().zip(&sections).rev();
        let same_section = before.by_ref().take_while(|(_, section)| **section == sections[at]);
        let mut kinds = same_section.map(|(block, _)| block.kind);
        if !kinds.any(|kind| matches!(kind, BlockKind::Command | BlockKind::Mixed)) {
            let message =
                "this output belongs to no command: nothing runs before it in its section";
            let diagnostic = Diagnostic::warning("stray-output", opening(linted, block), message);
            let hint = "put it below its command, or say `<!-- podlab: {kind: other} -->`";
            findings.push(linted.own(diagnostic.with_hint(hint)));
        }
    }
    findings
}

/// A fence that nothing closes takes the rest of the text.
pub(super) fn unclosed(linted: &Linted<'_>) -> Vec<Finding> {
    let text = &linted.lab.source.text;
    let open = linted.lab.blocks.iter().filter(|block| !is_closed(block.span.of(text)));
    open.map(|block| {
        let span = opening(linted, block);
        let diagnostic = Diagnostic::warning("unclosed-fence", span, "nothing closes this fence");
        linted.own(diagnostic.with_hint("everything after it is taken for a part of the block"))
    })
    .collect()
}

fn is_closed(block: &str) -> bool {
    let trimmed = block.trim_start();
    let Some(mark) = trimmed.chars().next() else { return true };
    let length = trimmed.len() - trimmed.trim_start_matches(mark).len();
    let marks = mark.to_string().repeat(length);
    let mut lines = block.trim_end().lines();
    let first = lines.next().is_some();
    let last = lines.next_back().map(|line| line.trim_start_matches([' ', '\t', '>']));
    first && last.is_some_and(|line| line.starts_with(&marks))
}

fn opening(linted: &Linted<'_>, block: &Block) -> Span {
    crate::lab::blocks::opening_line(&linted.lab.source.text, block.span)
}
