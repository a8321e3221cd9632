//! What the cluster does: pods as kubectl shows them, the time line, events in words.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::events::event_lines;
use super::frame::PaneFrame;
use super::timeline::timeline_lines;
use crate::base::safe_line;
use crate::tui::line::cut;
use crate::tui::state::{Pane, State};
use crate::tui::theme::{Role, Theme};
use crate::watch::{Followed, Health};

/// The gap that kubectl leaves between columns.
const GAP: usize = 3;

/// Draws the pane; old rows are dimmed while nothing is heard.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let inner = PaneFrame {
        pane: Pane::Watcher,
        name: " watcher ".into(),
        right: health(state, area, theme),
        below: Line::default(),
    }
    .draw(frame, area, state, theme);
    let (width, height) = (usize::from(inner.width), usize::from(inner.height));
    let lines = content(state, (width, height), theme);
    let stale = matches!(state.watcher.model().worst_health(), Health::Stale { .. });
    for (row, line) in (0..inner.height).zip(lines) {
        frame.render_widget(line, Rect { y: inner.y + row, height: 1, ..inner });
    }
    if stale {
        // Whatever colour a row had, it may not be true any more.
        frame.buffer_mut().set_style(inner, reset().patch(theme.style(Role::Stale)));
    }
}

fn reset() -> Style {
    Style::new().fg(ratatui::style::Color::Reset).bg(ratatui::style::Color::Reset)
}

fn health(state: &State, area: Rect, theme: &Theme) -> Line<'static> {
    if state.started.is_none() {
        return Line::styled(" not connected ", theme.style(Role::Muted));
    }
    let health = state.watcher.model().worst_health();
    let role = match health {
        Health::Live => Role::Live,
        Health::Connecting => Role::Muted,
        Health::Stale { .. } | Health::Forbidden(_) => Role::Warning,
    };
    let room = usize::from(area.width).saturating_sub(" watcher ".width() + 5);
    let sign = if matches!(health, Health::Live) { "● " } else { "○ " };
    let words = cut(&format!("{sign}{}", health.words(state.now)), room);
    Line::styled(format!(" {words} "), theme.style(role))
}

/// Lanes take up to a third, pods what events leave them, events what is left then; never
/// less than a half if there are so many.
fn content(state: &State, (width, height): (usize, usize), theme: &Theme) -> Vec<Line<'static>> {
    let model = state.watcher.model();
    if model.pods().next().is_none() && model.event_count() == 0 {
        return vec![Line::styled(nothing(state), theme.style(Role::Muted))];
    }
    let heading = |name: &str| {
        let rule = "─".repeat(width.saturating_sub(name.width() + 1));
        Line::styled(format!("{name} {rule}"), theme.style(Role::Border))
    };
    let lanes = timeline_lines(state, (width, (height / 3).max(2)), theme);
    let entries = model.event_count() + state.watcher.told_by_no_event().count();
    let others = lanes.len() + 2 + entries.min(height / 2);
    let mut lines = pod_lines(state, (width, height.saturating_sub(others).max(3)), theme);
    if !lanes.is_empty() && lines.len() + lanes.len() + 4 <= height {
        lines.push(heading("time line"));
        lines.extend(lanes);
    }
    let room = height.saturating_sub(lines.len() + 1);
    if room > 0 {
        lines.push(heading("events"));
        lines.extend(event_lines(state, (width, room), theme));
    }
    lines
}

fn nothing(state: &State) -> &'static str {
    let model = state.watcher.model();
    match (&state.started, model.health(Followed::Pods)) {
        (None, _) => "the cluster has not answered yet",
        (_, Health::Forbidden(_)) => "the server does not let podlab look at pods",
        (_, Health::Connecting) => "waiting for the first list of pods",
        _ => "no pods yet",
    }
}

/// The table of `kubectl get pods`, and how many pods there is no room for.
fn pod_lines(state: &State, (width, height): (usize, usize), theme: &Theme) -> Vec<Line<'static>> {
    let model = state.watcher.model();
    let count = model.pods().count();
    if count == 0 {
        return Vec::new();
    }
    let room = height.saturating_sub(1);
    let shown = if count > room { room.saturating_sub(1).max(1) } else { count };
    let skipped = state.watcher.scroll().0.min(count - shown);
    let mut rows = vec![["NAME", "READY", "STATUS", "RESTARTS", "AGE"].map(str::to_owned)];
    let mut marked = vec![false];
    for pod in model.pods().skip(skipped).take(shown) {
        let row = &pod.row;
        let name = safe_line(&row.name);
        marked.push(state.watcher.is_marked(&format!("pod/{name}")));
        rows.push([
            name,
            row.ready_cell(),
            safe_line(&row.status),
            row.restarts_cell(state.now),
            row.age_cell(state.now),
        ]);
    }
    let widths = column_widths(&rows, width);
    let mut lines: Vec<Line<'static>> = rows
        .iter()
        .zip(marked)
        .enumerate()
        .map(|(at, (row, marked))| {
            let role = match (at, marked) {
                (0, _) => Role::TableHead,
                (_, true) => Role::Changed,
                (_, false) => Role::Text,
            };
            Line::styled(row_text(row, &widths), theme.style(role))
        })
        .collect();
    if count > shown {
        let text = format!("{shown} of {count} pods are shown, j and k scroll");
        lines.push(Line::from(Span::styled(text, theme.style(Role::Muted))));
    }
    lines
}

/// Every column as wide as its widest cell; the name, then the status, give way.
fn column_widths(rows: &[[String; 5]], width: usize) -> [usize; 5] {
    let mut widths = [0; 5];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(cell.width());
        }
    }
    let all = |widths: &[usize; 5]| widths.iter().sum::<usize>() + GAP * 4;
    for (column, least) in [(0, 12), (3, 8), (2, 10), (0, 4)] {
        let surplus = all(&widths).saturating_sub(width);
        let given = surplus.min(widths[column].saturating_sub(least));
        widths[column] -= given;
    }
    widths
}

fn row_text(row: &[String; 5], widths: &[usize; 5]) -> String {
    let mut text = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let cell = cut(cell, *width);
        text.push_str(&cell);
        text.push_str(&" ".repeat(width.saturating_sub(cell.width()) + GAP));
    }
    text.trim_end().to_owned()
}
