//! Breaks styled text into lines of a width.

use unicode_width::UnicodeWidthChar;

use super::line::{Line, Span};

/// Breaks at spaces; a word that is too long is broken where the line ends.
/// A span whose text is `\n` breaks the line. `width` is in cells, 0 counts as 1.
pub(super) fn wrap_words(spans: &[Span], width: usize) -> Vec<Line> {
    let mut wrapping = Wrapping::new(width);
    for span in spans {
        if span.text == "\n" {
            wrapping.end_word();
            wrapping.end_line();
            continue;
        }
        for c in span.text.chars() {
            if c == ' ' {
                wrapping.end_word();
                wrapping.space(span);
            } else {
                wrapping.word(c, span);
            }
        }
    }
    wrapping.end_word();
    wrapping.end_line();
    wrapping.lines
}

/// Breaks where a line is full, at a space if one is near: code keeps all its spaces.
pub(super) fn wrap_code(spans: &[Span], width: usize) -> Vec<Line> {
    let width = width.max(1);
    let cells: Vec<(char, &Span)> =
        spans.iter().flat_map(|span| span.text.chars().map(move |c| (c, span))).collect();
    let mut lines = Vec::new();
    let mut from = 0;
    while from < cells.len() || lines.is_empty() {
        let end = line_end(&cells[from..], width) + from;
        let mut line = Line::default();
        for (c, span) in &cells[from..end] {
            push(&mut line, *c, span);
        }
        lines.push(line);
        from = end;
    }
    lines
}

/// How many characters the next line takes; at least one, if there are any.
fn line_end(cells: &[(char, &Span)], width: usize) -> usize {
    let mut used = 0;
    let full = cells.iter().position(|(c, _)| {
        used += c.width().unwrap_or(0);
        used > width
    });
    let Some(full) = full else { return cells.len() };
    let near = full - full / 3;
    let space = cells[..full].iter().rposition(|(c, _)| *c == ' ').map(|at| at + 1);
    space.filter(|at| *at > near).unwrap_or(full).max(1)
}

struct Wrapping {
    width: usize,
    lines: Vec<Line>,
    line: Line,
    used: usize,
    /// The spaces that stand between the line and the word, if the word still fits.
    gap: Vec<Span>,
    word: Line,
    word_used: usize,
}

impl Wrapping {
    fn new(width: usize) -> Self {
        Self {
            width: width.max(1),
            lines: Vec::new(),
            line: Line::default(),
            used: 0,
            gap: Vec::new(),
            word: Line::default(),
            word_used: 0,
        }
    }

    fn word(&mut self, c: char, span: &Span) {
        let cells = c.width().unwrap_or(0);
        if self.word_used + cells > self.width {
            self.end_word();
            self.end_line();
        }
        self.word_used += cells;
        push(&mut self.word, c, span);
    }

    fn space(&mut self, span: &Span) {
        // Spaces in a row, and spaces where a line begins, count once or not at all.
        if self.gap.is_empty() && self.used > 0 {
            self.gap.push(Span { text: " ".into(), ..span.clone() });
        }
    }

    fn end_word(&mut self) {
        if self.word_used == 0 {
            return;
        }
        if self.used + self.gap.len() + self.word_used > self.width && self.used > 0 {
            self.end_line();
        }
        self.used += self.gap.len() + self.word_used;
        for gap in self.gap.drain(..) {
            push(&mut self.line, ' ', &gap);
        }
        for span in self.word.spans.drain(..) {
            for c in span.text.chars() {
                push(&mut self.line, c, &span);
            }
        }
        self.word_used = 0;
    }

    fn end_line(&mut self) {
        self.gap.clear();
        self.used = 0;
        self.lines.push(std::mem::take(&mut self.line));
    }
}

fn push(line: &mut Line, c: char, like: &Span) {
    match line.spans.last_mut() {
        Some(last) if last.role == like.role && last.modifier == like.modifier => last.text.push(c),
        _ => line.spans.push(Span { text: c.into(), ..like.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tui::theme::Role;

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn words_go_to_the_next_line_whole() {
        let spans = [Span::new(Role::Text, "one two "), Span::new(Role::Link, "three-and-more")];
        assert_eq!(texts(&wrap_words(&spans, 9)), ["one two", "three-and", "-more"]);
        assert_eq!(texts(&wrap_words(&spans, 99)), ["one two three-and-more"]);
        assert_eq!(texts(&wrap_words(&[], 9)), [""]);
    }

    #[test]
    fn a_break_that_the_author_asked_for_stays() {
        let spans =
            [Span::new(Role::Text, "a"), Span::new(Role::Text, "\n"), Span::new(Role::Text, "b")];
        assert_eq!(texts(&wrap_words(&spans, 9)), ["a", "b"]);
    }

    #[test]
    fn code_keeps_its_spaces() {
        let spans = [Span::new(Role::Code, "  a   b")];
        assert_eq!(texts(&wrap_code(&spans, 4)), ["  a ", "  b"]);
        let spans = [Span::new(Role::Code, "kubectl run --restart=Never")];
        assert_eq!(texts(&wrap_code(&spans, 14)), ["kubectl run ", "--restart=Neve", "r"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_and_no_word_is_lost(
            words in prop::collection::vec("[a-z日é`]{1,14}", 0..20), width in 2_usize..30,
        ) {
            let spans = [Span::new(Role::Text, words.join(" "))];
            let lines = wrap_words(&spans, width);
            prop_assert!(lines.iter().all(|line| line.width() <= width));
            let all: String = texts(&lines).concat();
            prop_assert_eq!(all.replace(' ', ""), words.concat());
            let code = wrap_code(&spans, width);
            prop_assert!(code.iter().all(|line| line.width() <= width));
            prop_assert_eq!(texts(&code).concat(), words.join(" "));
        }
    }
}
