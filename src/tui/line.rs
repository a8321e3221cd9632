//! Lines of styled text that know roles, not colours; so that they can be kept.

use ratatui::style::Modifier;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::theme::{Role, Theme};

/// A line of the instructions, ready for a width.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// What it consists of, from left to right.
    pub spans: Vec<Span>,
}

/// A part of a line that looks the same throughout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Safe text, without line breaks.
    pub text: String,
    /// What it is.
    pub role: Role,
    /// How it is emphasised beyond its role.
    pub modifier: Modifier,
}

impl Span {
    /// `text` (safe, one line) in the role.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { text: text.into(), role, modifier: Modifier::empty() }
    }

    /// How many cells it takes.
    pub fn width(&self) -> usize {
        self.text.width()
    }
}

impl Line {
    /// A line of one span.
    pub fn of(role: Role, text: impl Into<String>) -> Self {
        Self { spans: vec![Span::new(role, text)] }
    }

    /// How many cells it takes.
    pub fn width(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }

    /// Its text, without looks.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// The same line after `spans`.
    #[must_use]
    pub fn after(mut self, mut spans: Vec<Span>) -> Self {
        spans.append(&mut self.spans);
        Self { spans }
    }

    /// The line as ratatui draws it.
    pub fn styled<'a>(&'a self, theme: &Theme) -> ratatui::text::Line<'a> {
        let spans = self.spans.iter().map(|span| {
            let style = theme.style(span.role).add_modifier(span.modifier);
            ratatui::text::Span::styled(span.text.as_str(), style)
        });
        ratatui::text::Line::from_iter(spans)
    }
}

/// `text` in at most `width` cells; what is cut is replaced by `…`.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let cells = c.width().unwrap_or(0);
        if used + cells + 1 > width {
            break;
        }
        used += cells;
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_so_and_fits() {
        for (text, width, wanted) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("日本語", 4, "日…"),
            ("ab", 0, ""),
            ("ab", 1, "…"),
        ] {
            assert_eq!(cut(text, width), wanted);
        }
    }
}
