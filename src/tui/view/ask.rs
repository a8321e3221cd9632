//! Questions of a step, and the values that are known.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use super::dialog::popup;
use crate::base::safe_line;
use crate::tui::line::{Line, Span, cut};
use crate::tui::state::{Asking, Editor, State};
use crate::tui::theme::{Role, Theme};
use crate::tui::wrap::wrap_words;

const WIDTH: u16 = 76;

/// Draws the question with its candidates and the answer so far.
pub(super) fn draw_question(frame: &mut Frame<'_>, asking: &Asking, theme: &Theme) {
    let width = inner_width(frame);
    let why = Span::new(Role::Text, safe_line(&asking.question.why));
    let mut lines = wrap_words(&[why], width);
    lines.push(Line::default());
    for (at, candidate) in asking.question.candidates.iter().enumerate() {
        let row = (candidate.value.as_str(), candidate.what.as_str());
        lines.push(marked(asking.chosen == Some(at), row, width));
    }
    if !asking.question.candidates.is_empty() {
        lines.push(Line::default());
    }
    let title = format!(" step {}: what is {} here? ", asking.step.0 + 1, asking.question.gap);
    draw_with_input(frame, (&safe_line(&title), lines), Some(&asking.editor), theme);
}

/// Draws the values that are known, one of them marked.
pub(super) fn draw_values(
    frame: &mut Frame<'_>,
    state: &State,
    (at, editor): (usize, Option<&Editor>),
    theme: &Theme,
) {
    let width = inner_width(frame);
    let rows = state.progress.known_values();
    let row = |(index, row): (usize, &crate::tui::state::KnownValue)| {
        let what = format!("{} → {}", row.gap, row.value);
        marked(index == at, (&what, &row.place), width)
    };
    let lines = rows.iter().enumerate().map(row).collect();
    draw_with_input(frame, (" values ", lines), editor, theme);
}

fn inner_width(frame: &Frame<'_>) -> usize {
    usize::from(WIDTH.min(frame.area().width.saturating_sub(4)))
}

fn marked(is_marked: bool, (value, place): (&str, &str), width: usize) -> Line {
    let mark = if is_marked { "▶ " } else { "  " };
    let value = cut(&safe_line(value), width.saturating_sub(2));
    let mut line = Line::of(Role::StepCurrent, mark);
    line.spans.push(Span::new(Role::Value, value));
    let left = width.saturating_sub(line.width() + 2);
    if left > 4 {
        let place = cut(&safe_line(place), left);
        line.spans.push(Span::new(Role::Muted, format!("  {place}")));
    }
    line
}

/// Lines, and under them what is being typed.
fn draw_with_input(
    frame: &mut Frame<'_>,
    (title, mut lines): (&str, Vec<Line>),
    editor: Option<&Editor>,
    theme: &Theme,
) {
    if let Some(editor) = editor {
        lines.push(Line::of(Role::Code, format!("> {}", safe_line(editor.text()))));
    }
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let area = popup(frame, (title, (WIDTH, height)), theme);
    // What is typed stays in sight, however much stands above it.
    let hidden = lines.len().saturating_sub(usize::from(area.height));
    let styled: Vec<_> = lines.iter().skip(hidden).map(|line| line.styled(theme)).collect();
    let rows = styled.len();
    frame.render_widget(Paragraph::new(styled), area);
    if let Some(editor) = editor {
        put_cursor(frame, area, (editor, rows));
    }
}

fn put_cursor(frame: &mut Frame<'_>, area: Rect, (editor, rows): (&Editor, usize)) {
    let before = Span::new(Role::Code, safe_line(editor.before_cursor())).width() + 2;
    let column = u16::try_from(before).unwrap_or(u16::MAX);
    let row = u16::try_from(rows.saturating_sub(1)).unwrap_or(u16::MAX);
    if column < area.width && row < area.height {
        frame.set_cursor_position((area.x + column, area.y + row));
    }
}
