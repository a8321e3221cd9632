//! A fenced block as lines: manifests, samples, code; steps are in `step_lines`.

use super::line::{Line, Span, cut};
use super::markdown::Piece;
use super::page::Page;
use super::step_lines::step_lines;
use super::theme::Role;
use super::wrap::{wrap_code, wrap_words};
use crate::base::safe_line;
use crate::lab::{Block, BlockKind};

/// How far code stands in from the text.
pub(super) const INDENT: usize = 2;

/// The block in `width` cells.
pub(super) fn block_lines(page: &Page<'_>, at: usize, width: usize) -> Piece {
    let Some(block) = page.lab.blocks.get(at) else {
        return Piece::default();
    };
    match page.step_of(at) {
        Some((index, step, state)) => {
            let lines = step_lines(page, (index, step, state), width);
            let all = 0..lines.len();
            Piece { lines, steps: vec![(index, all)] }
        }
        None => Piece { lines: shown_lines(page, at, block, width), steps: Vec::new() },
    }
}

fn shown_lines(page: &Page<'_>, at: usize, block: &Block, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(file) = &block.file {
        lines.push(Line::of(Role::Muted, format!("  ╷ {}", safe_line(file))));
    }
    if block.kind == BlockKind::Output {
        lines.extend(sample_lines(&block.text, width));
    } else {
        lines.extend(code_lines(page, at, &block.text, width));
        lines.extend(replaced_images(page, &block.text, width));
    }
    lines
}

/// Output that the author saw: said to be so, dim, and cut rather than wrapped, so that
/// columns stay.
pub(super) fn sample_lines(text: &str, width: usize) -> Vec<Line> {
    let caption = Line::of(Role::Muted, "  ╷ for example".to_owned());
    let line = |text: &str| {
        let text = safe_line(&expanded(text));
        Line::of(Role::Sample, format!("  {}", cut(&text, width.saturating_sub(INDENT))))
    };
    std::iter::once(caption).chain(text.lines().map(line)).collect()
}

/// Code with its colours behind a bar; a dotted bar where a line goes on.
pub(super) fn code_lines(page: &Page<'_>, at: usize, text: &str, width: usize) -> Vec<Line> {
    let bar = |at| vec![Span::new(Role::Border, if at == 0 { "  │ " } else { "  ┊ " })];
    let inner = width.saturating_sub(INDENT + 2);
    let lines = text.lines().enumerate();
    lines
        .flat_map(|(number, line)| {
            let mut spans = page.highlights.spans(at, number, line, Role::Code);
            for span in &mut spans {
                span.text = safe_line(&expanded(&span.text));
            }
            let lines = wrap_code(&spans, inner).into_iter().enumerate();
            lines.map(|(at, line)| line.after(bar(at)))
        })
        .collect()
}

/// Tabs as spaces, so that cells can be counted.
fn expanded(text: &str) -> String {
    text.replace('\t', "    ")
}

fn replaced_images(page: &Page<'_>, text: &str, width: usize) -> Vec<Line> {
    let replaced = page.progress.replaced_images.iter();
    replaced
        .filter(|(from, _)| mentions_image(text, from))
        .flat_map(|(from, (to, why))| {
            let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let note = safe_line(&format!("podlab runs {to} instead of {from}{why}"));
            wrap_words(&[Span::new(Role::Hint, note)], width.saturating_sub(INDENT))
        })
        .map(|line| line.after(vec![Span::new(Role::Text, "  ")]))
        .collect()
}

fn mentions_image(text: &str, image: &str) -> bool {
    text.lines().any(|line| {
        let value = line.trim().trim_start_matches("- ").strip_prefix("image:");
        value.is_some_and(|value| {
            let value = value.trim().trim_matches(['"', '\'']);
            value == image
                || value.strip_prefix(image).is_some_and(|rest| rest.starts_with([':', '@']))
        })
    })
}
