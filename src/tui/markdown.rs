//! The lab's text as it should look: elements to lines of a width.

use std::ops::Range;

use ratatui::style::Modifier;

use super::block::block_lines;
use super::line::{Line, Span};
use super::page::Page;
use super::table::table_lines;
use super::theme::Role;
use super::wrap::wrap_words;
use crate::base::{safe_line, safe_text};
use crate::engine::StepIndex;
use crate::lab::{Element, Inline};

/// Lines, and which of them belong to steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// From top to bottom, without the blank line after it.
    pub lines: Vec<Line>,
    /// The steps among them.
    pub steps: Vec<(StepIndex, Range<usize>)>,
}

impl Piece {
    fn of(lines: Vec<Line>) -> Self {
        Self { lines, steps: Vec::new() }
    }

    /// Adds `other` below; each of its lines after `prefix`, the first after `first`.
    fn append(&mut self, other: Self, first: &[Span], prefix: &[Span]) {
        let from = self.lines.len();
        let moved = |range: Range<usize>| range.start + from..range.end + from;
        self.steps.extend(other.steps.into_iter().map(|(step, range)| (step, moved(range))));
        let lines = other.lines.into_iter().enumerate();
        self.lines.extend(
            lines.map(|(at, line)| {
                line.after(if at == 0 { first.to_vec() } else { prefix.to_vec() })
            }),
        );
    }
}

/// One element in `width` cells.
pub(super) fn element(page: &Page<'_>, element: &Element, width: usize) -> Piece {
    match element {
        Element::Heading { level, text } => Piece::of(heading(*level, text, width)),
        Element::Paragraph(text) => Piece::of(wrap_words(&inline(text, Role::Text), width)),
        Element::List { start, items } => list(page, *start, items, width),
        Element::Quote { alert, content } => quote(page, alert.as_deref(), content, width),
        Element::Table { head, rows } => Piece::of(table_lines(head, rows, width)),
        Element::Block(block) => block_lines(page, *block, width),
        Element::Rule => Piece::of(vec![Line::of(Role::Rule, "─".repeat(width))]),
    }
}

/// Elements below each other; a blank line between them.
fn elements(page: &Page<'_>, content: &[Element], width: usize) -> Piece {
    let mut whole = Piece::default();
    for (at, part) in content.iter().enumerate() {
        let tight = at == 0 || matches!(part, Element::List { .. });
        if !tight {
            whole.lines.push(Line::default());
        }
        whole.append(element(page, part, width), &[], &[]);
    }
    whole
}

fn heading(level: u8, text: &[Inline], width: usize) -> Vec<Line> {
    let role = if level <= 2 { Role::Heading } else { Role::HeadingMinor };
    let mut lines = wrap_words(&inline(text, role), width);
    let longest = lines.iter().map(Line::width).max().unwrap_or(0);
    match level {
        1 => lines.push(Line::of(Role::Rule, "━".repeat(width))),
        2 => lines.push(Line::of(Role::Rule, "─".repeat(longest))),
        _ => {}
    }
    lines
}

fn list(page: &Page<'_>, start: Option<u64>, items: &[Vec<Element>], width: usize) -> Piece {
    let mut whole = Piece::default();
    for (at, item) in items.iter().enumerate() {
        let mark = match start {
            Some(first) => format!("{}. ", first.saturating_add(at as u64)),
            None => "• ".to_owned(),
        };
        let indent = if start.is_some() { mark.len() } else { 2 };
        let content = elements(page, item, width.saturating_sub(indent).max(1));
        let blank = Span::new(Role::Text, " ".repeat(indent));
        whole.append(content, &[Span::new(Role::Muted, mark)], &[blank]);
    }
    whole
}

fn quote(page: &Page<'_>, alert: Option<&str>, content: &[Element], width: usize) -> Piece {
    let role = match alert {
        None => Role::Quote,
        Some("TIP") => Role::AlertTip,
        Some("WARNING" | "CAUTION") => Role::AlertWarning,
        Some(_) => Role::AlertNote,
    };
    let bar = [Span::new(role, "┃ ")];
    let mut whole = Piece::default();
    if let Some(alert) = alert {
        let sign = if role == Role::AlertWarning { "!" } else { "i" };
        let word = safe_line(alert);
        let head = Line::of(role, format!("{sign} {}", capitalised(&word)));
        whole.append(Piece::of(vec![head]), &bar, &bar);
    }
    whole.append(elements(page, content, width.saturating_sub(2).max(1)), &bar, &bar);
    whole
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|c| c.to_ascii_lowercase())).collect()
}

/// Text within a line, as spans of which plain text has `role`.
pub(super) fn inline(text: &[Inline], role: Role) -> Vec<Span> {
    let mut spans = Vec::new();
    collect(text, role, Modifier::empty(), &mut spans);
    spans
}

fn collect(text: &[Inline], role: Role, modifier: Modifier, out: &mut Vec<Span>) {
    for part in text {
        match part {
            Inline::Text(text) => {
                let text = safe_text(text).replace(['\n', '\t'], " ");
                out.push(Span { text, role, modifier });
            }
            Inline::Code(code) => {
                out.push(Span { text: safe_line(code), role: Role::InlineCode, modifier });
            }
            Inline::Emphasis(inner) => collect(inner, role, modifier | Modifier::ITALIC, out),
            Inline::Strong(inner) => collect(inner, role, modifier | Modifier::BOLD, out),
            Inline::Struck(inner) => collect(inner, role, modifier | Modifier::CROSSED_OUT, out),
            Inline::Link { text, url } => link(text, url, modifier, out),
            Inline::Break => out.push(Span { text: "\n".into(), role, modifier }),
        }
    }
}

/// A link's text, and where it leads if the text does not say so.
fn link(text: &[Inline], url: &str, modifier: Modifier, out: &mut Vec<Span>) {
    let from = out.len();
    collect(text, Role::Link, modifier, out);
    let shown: String = out[from..].iter().map(|span| span.text.as_str()).collect();
    let url = safe_line(url);
    if !url.is_empty() && !url.starts_with('#') && !url.contains(&shown) {
        out.push(Span { text: format!(" ({url})"), role: Role::Muted, modifier });
    }
}
