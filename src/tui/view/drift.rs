//! A sample in the text beside what was printed: expected to the left, actual to the right.

use ratatui::Frame;
use ratatui::widgets::Paragraph;

use super::dialog::popup;
use crate::base::safe_line;
use crate::engine::StepIndex;
use crate::sample::{ComparedRow, Judgement};
use crate::tui::line::{Line, Span};
use crate::tui::state::{Overlay, State};
use crate::tui::theme::{Role, Theme};
use crate::tui::wrap::wrap_code;

/// How many lines the open comparison has.
pub(crate) fn drift_height(state: &State) -> usize {
    match state.overlay {
        Overlay::Drift { step, .. } => {
            lines(state, step, usize::from(state.size.columns.saturating_sub(8))).len()
        }
        _ => 0,
    }
}

/// Draws the comparison of a step from this line on.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    state: &State,
    (step, scroll): (StepIndex, usize),
    theme: &Theme,
) {
    let width = frame.area().width.saturating_sub(8);
    let lines = lines(state, step, usize::from(width));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let title = format!(" step {}: the text, and what was printed ", step.0 + 1);
    let area = popup(frame, (&title, (width, height)), theme);
    let most = lines.len().saturating_sub(usize::from(area.height));
    let shown = lines.iter().skip(scroll.min(most)).map(|line| line.styled(theme));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
}

fn lines(state: &State, step: StepIndex, width: usize) -> Vec<Line> {
    let Some(known) = state.progress.step(step) else { return Vec::new() };
    let side = width.saturating_sub(5) / 2;
    let mut out = Vec::new();
    for drift in &known.drift {
        let head = |text: &str| vec![Line::of(Role::HeadingMinor, text)];
        let expected = head(&format!("expected (line {})", drift.line));
        out.extend(beside(' ', (expected, head("actual")), side));
        for row in &drift.rows {
            out.extend(row_lines(row, side));
        }
    }
    out
}

fn row_lines(row: &ComparedRow, side: usize) -> Vec<Line> {
    let (mark, what) = match &row.judgement {
        Judgement::Like | Judgement::Explained(_) => (' ', None),
        Judgement::Elided => (' ', None),
        Judgement::NotYet(what) | Judgement::Differs(what) => ('≠', Some(what)),
    };
    let roles =
        if what.is_some() { (Role::Expected, Role::Actual) } else { (Role::Sample, Role::Sample) };
    let cell = |text: &Option<String>, role| {
        let text = text.as_deref().unwrap_or_default();
        wrap_code(&[Span::new(role, safe_line(text))], side)
    };
    let mut out = beside(mark, (cell(&row.expected, roles.0), cell(&row.actual, roles.1)), side);
    if let Some(what) = what {
        let text = Span::new(Role::Warning, format!("  {}", safe_line(what)));
        out.extend(wrap_code(&[text], side * 2 + 5));
    }
    out
}

/// Two columns with a mark before them and a bar between.
fn beside(mark: char, (left, right): (Vec<Line>, Vec<Line>), side: usize) -> Vec<Line> {
    let rows = left.len().max(right.len()).max(1);
    let mut out = Vec::with_capacity(rows);
    for at in 0..rows {
        let sign = if at == 0 { mark } else { ' ' };
        let mut line = Line::of(Role::Warning, format!("{sign} "));
        let cell = left.get(at).cloned().unwrap_or_default();
        let gap = " ".repeat(side.saturating_sub(cell.width()));
        line.spans.extend(cell.spans);
        line.spans.push(Span::new(Role::Muted, format!("{gap} │ ")));
        line.spans.extend(right.get(at).cloned().unwrap_or_default().spans);
        out.push(line);
    }
    out
}
