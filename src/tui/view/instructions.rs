//! The lab's text.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthChar;

use super::frame::PaneFrame;
use super::layout::text_area;
use crate::tui::state::{Pane, State};
use crate::tui::theme::{Role, Theme};

/// Draws the lines that are to be seen, with matches and marked text.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let inner = PaneFrame {
        pane: Pane::Instructions,
        name: " instructions ".into(),
        right: Line::default(),
        below: Line::styled(place(state), theme.style(Role::Muted)),
    }
    .draw(frame, area, state, theme);
    let inner = text_area(inner);
    for (row, line) in (0..inner.height).zip(state.instructions.visible()) {
        let line_area = Rect { y: inner.y + row, height: 1, ..inner };
        frame.render_widget(line.styled(theme), line_area);
        if let Some(search) = &state.search {
            for range in search.matches(&line.text()) {
                mark(frame, line_area, (&line.text(), range), theme);
            }
        }
    }
    super::tabs::draw_selection(frame, inner, (Pane::Instructions, state), theme);
}

/// Where in the text, and how to go on: `Space reads on · 37%`, or nothing where all of it is seen.
fn place(state: &State) -> String {
    let text = &state.instructions;
    let hidden = text.total().saturating_sub(text.height());
    if hidden == 0 {
        return String::new();
    }
    let more = if text.scroll() < hidden { "Space reads on · " } else { "" };
    format!(" {more}{}% ", text.scroll() * 100 / hidden)
}

/// Marks characters of a line that starts where the area does.
fn mark(
    frame: &mut Frame<'_>,
    area: Rect,
    (text, range): (&str, std::ops::Range<usize>),
    theme: &Theme,
) {
    let cells = |text: &mut dyn Iterator<Item = char>| -> u16 {
        let width: usize = text.map(|c| c.width().unwrap_or(0)).sum();
        u16::try_from(width).unwrap_or(u16::MAX)
    };
    let before = cells(&mut text.chars().take(range.start));
    let width = cells(&mut text.chars().skip(range.start).take(range.len()));
    let marked = Rect { x: area.x.saturating_add(before), width, ..area }.intersection(area);
    frame.buffer_mut().set_style(marked, theme.style(Role::Match));
}
