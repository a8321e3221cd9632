//! The first line: the lab, the cluster, the step.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::base::safe_line;
use crate::tui::line::cut;
use crate::tui::state::{Phase, State};
use crate::tui::theme::{Role, Theme};

/// Draws it; where it is too long the cluster gives way first, then the lab's name.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let width = usize::from(area.width);
    let step = step(state);
    let name = safe_line(&state.lab.title);
    let fixed = " podlab · ".width() + step.width() + 4;
    let name = cut(&name, width.saturating_sub(fixed + 10).max(8));
    let place = cut(&place(state), width.saturating_sub(fixed + name.width() + 4));
    let right = if place.is_empty() { step } else { format!("{place} ── {step}") };
    let used = " podlab · ".width() + name.width() + right.width() + 3;
    let rule = "─".repeat(width.saturating_sub(used).max(1));
    let line = Line::from(vec![
        Span::styled(" podlab · ", theme.style(Role::Title)),
        Span::styled(name, theme.style(Role::TitleName)),
        Span::styled(format!(" {rule} "), theme.style(Role::Border)),
        Span::styled(right, theme.style(Role::Title)),
    ]);
    frame.render_widget(line, area);
}

fn place(state: &State) -> String {
    match (&state.started, &state.phase) {
        (Some(started), _) => safe_line(&format!("{} · ns {}", started.cluster, started.namespace)),
        (None, Phase::Connecting { to }) => safe_line(&format!("connecting to {to} …")),
        (None, _) => String::new(),
    }
}

fn step(state: &State) -> String {
    let all = state.lab.steps.len();
    match state.progress.current {
        Some(step) => format!("step {} of {all}", step.0 + 1),
        None => "no steps".to_owned(),
    }
}
