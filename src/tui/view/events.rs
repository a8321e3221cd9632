//! Events in words, the newest last.

use ratatui::text::{Line, Span};

use crate::base::{human_duration, safe_line};
use crate::kinds::Probe;
use crate::tui::line::cut;
use crate::tui::state::State;
use crate::tui::theme::{Role, Theme};
use crate::watch::{EventRow, Model};
use unicode_width::UnicodeWidthStr;

/// As many of the newest events as there is room for; the view may be moved to the past.
pub(super) fn event_lines(
    state: &State,
    (width, height): (usize, usize),
    theme: &Theme,
) -> Vec<Line<'static>> {
    let model = state.watcher.model();
    let count = model.event_count();
    let back = state.watcher.scroll().1.min(count.saturating_sub(height));
    let newest: Vec<&EventRow> = model.events().rev().skip(back).take(height).collect();
    newest.into_iter().rev().map(|row| line(state, row, width, theme)).collect()
}

fn line(state: &State, row: &EventRow, width: usize, theme: &Theme) -> Line<'static> {
    let age = human_duration(state.now.duration_since(row.last));
    let times = if row.count > 1 { format!("×{} ", row.count) } else { String::new() };
    let head = format!("{age:>4} {times}");
    let object = cut(&safe_line(&row.object), 22);
    let used = head.width() + object.width() + 1;
    let words = cut(&safe_line(&words(state.watcher.model(), row)), width.saturating_sub(used));
    let role = if row.warning { Role::Warning } else { Role::Text };
    Line::from(vec![
        Span::styled(head, theme.style(Role::Muted)),
        Span::styled(object, theme.style(Role::Value)),
        Span::raw(" "),
        Span::styled(words, theme.style(role)),
    ])
}

/// A probe's failure with its threshold; of other events reason and message.
fn words(model: &Model, row: &EventRow) -> String {
    let Some(probe) = row.probe else {
        return format!("{}: {}", row.reason, row.message);
    };
    let message = row.message.split_once(": ").map_or("", |(_, rest)| rest);
    format!("{probe} probe failed{}: {message}", in_a_row(model, row, probe))
}

/// `, 2 of 3`: failures in a row in the container's present life.
fn in_a_row(model: &Model, row: &EventRow, probe: Probe) -> String {
    let is_same = model.pod(&row.object).is_some_and(|pod| *pod.uid == *row.uid);
    if !is_same {
        return String::new();
    }
    let lanes = model.lanes(&row.object);
    let lane = lanes.iter().find(|lane| row.container.as_deref() == Some(&lane.container));
    let run = lane.and_then(|lane| lane.probes.iter().find(|run| run.spec.probe == probe));
    match run {
        Some(run) if run.failures > 0 && run.failures < run.spec.threshold => {
            format!(", {} of {} in a row", run.failures, run.spec.threshold)
        }
        Some(run) if run.failures > 0 => {
            format!(", {} in a row (threshold {})", run.failures, run.spec.threshold)
        }
        Some(run) => format!(" (threshold {})", run.spec.threshold),
        None => String::new(),
    }
}
