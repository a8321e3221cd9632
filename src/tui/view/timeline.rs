//! Containers' lives as lanes: what happened, on a line of time that ends now.

use jiff::Timestamp;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::base::{human_duration, safe_line};
use crate::tui::line::cut;
use crate::tui::state::State;
use crate::tui::theme::{Role, Theme};
use crate::watch::{Lane, Mark, MarkKind};

/// Spans of time that a line may stand for, in seconds.
const SPANS: [i64; 9] = [60, 120, 300, 600, 1_200, 3_600, 10_800, 43_200, 86_400];
const LABEL: usize = 20;
const TAIL: usize = 6;
/// How many observations and events are searched for pods that are worth a lane.
const RECENT: usize = 200;

/// A lane per container, and a line that says what the signs mean. Containers in which
/// something happened last come last.
pub(super) fn timeline_lines(
    state: &State,
    (width, height): (usize, usize),
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lanes = lanes(state, height);
    let surplus = lanes.len().saturating_sub(height.saturating_sub(1));
    lanes.drain(..surplus);
    let label = lanes.iter().map(|(name, _)| name.width()).max().unwrap_or(0).min(LABEL);
    let cells = width.saturating_sub(label + 1 + TAIL);
    if lanes.is_empty() || cells < 8 {
        return Vec::new();
    }
    let scale = Scale::of(&lanes, state.now, cells);
    let mut lines: Vec<Line<'static>> =
        lanes.iter().map(|lane| lane_line(lane, label, &scale, theme)).collect();
    lines.push(legend(label, &scale, theme));
    lines
}

/// Lanes with their names, the one with the oldest last mark first.
fn lanes(state: &State, most: usize) -> Vec<(String, Lane)> {
    let model = state.watcher.model();
    let mut lanes: Vec<(String, Lane)> = lively_pods(state, most)
        .into_iter()
        .flat_map(|pod| {
            let lanes = model.lanes(pod);
            let several = lanes.len() > 1;
            lanes.into_iter().map(move |lane| (name(pod, &lane, several), lane))
        })
        .filter(|(_, lane)| !lane.marks.is_empty())
        .collect();
    lanes.sort_by_key(|(_, lane)| lane.marks.last().map(|mark| mark.at));
    lanes
}

fn name(pod: &str, lane: &Lane, several: bool) -> String {
    let name = if several { format!("{pod}/{}", lane.container) } else { pod.to_owned() };
    safe_line(&name)
}

/// The pods in which something happened last; of thousands only these are looked at.
fn lively_pods(state: &State, most: usize) -> Vec<&str> {
    let model = state.watcher.model();
    let seen = state.watcher.told_by_no_event().rev().take(RECENT);
    let seen = seen.filter_map(|(_, seen)| seen.object().strip_prefix("pod/").map(str::to_owned));
    let seen: Vec<String> = seen.collect();
    let seen = seen.iter().filter_map(|name| model.pod(name));
    let told = model.events().rev().take(RECENT).filter_map(|row| model.pod(&row.object));
    let mut lively: Vec<&str> = Vec::new();
    for pod in seen.chain(told).chain(model.pods()) {
        if lively.len() >= most {
            break;
        }
        if !lively.contains(&pod.row.name.as_str()) {
            lively.push(&pod.row.name);
        }
    }
    lively
}

/// Which time a cell stands for.
struct Scale {
    now: Timestamp,
    seconds: i64,
    cells: usize,
}

impl Scale {
    /// The shortest of [`SPANS`] that shows the oldest mark.
    fn of(lanes: &[(String, Lane)], now: Timestamp, cells: usize) -> Self {
        let first = lanes.iter().filter_map(|(_, lane)| lane.marks.first()).map(|mark| mark.at);
        let age = first.min().map_or(0, |at| now.duration_since(at).as_secs());
        let fits = |span: &&i64| **span >= age;
        let longest = SPANS[SPANS.len() - 1];
        let seconds = SPANS.iter().find(fits).copied().unwrap_or(longest);
        Self { now, seconds, cells }
    }

    /// The cell of a time; none where it is before the line begins.
    fn cell(&self, at: Timestamp) -> Option<usize> {
        let age = self.now.duration_since(at).as_secs().max(0);
        let left = usize::try_from(self.seconds.checked_sub(age)?).ok()?;
        let whole = usize::try_from(self.seconds).ok()?.max(1);
        Some((left * self.cells / whole).min(self.cells.saturating_sub(1)))
    }
}

/// How a container is between two marks.
#[derive(Clone, Copy, PartialEq)]
enum Life {
    Gone,
    NotReady,
    Ready,
}

fn lane_line(
    (name, lane): &(String, Lane),
    label: usize,
    scale: &Scale,
    theme: &Theme,
) -> Line<'static> {
    let name = cut(name, label);
    let gap = " ".repeat(label.saturating_sub(name.width()) + 1);
    let mut spans = vec![Span::styled(name, theme.style(Role::Text)), Span::raw(gap)];
    for (sign, role) in cells(lane, scale) {
        spans.push(Span::styled(sign.to_string(), theme.style(role)));
    }
    let failing = lane.probes.iter().filter(|run| run.failures > 0);
    if let Some(run) = failing.max_by_key(|run| run.failures) {
        let text = format!(" ✗{}/{}", run.failures, run.spec.threshold);
        spans.push(Span::styled(text, theme.style(Role::LaneFailed)));
    }
    Line::from(spans)
}

/// The line from the left: how the container was, and the weightiest mark of every cell.
fn cells(lane: &Lane, scale: &Scale) -> Vec<(char, Role)> {
    let mut cells = vec![(' ', Role::LaneNotReady); scale.cells];
    let mut weights = vec![0_u8; scale.cells];
    let mut life = Life::Gone;
    let mut from = 0;
    for mark in &lane.marks {
        let at = scale.cell(mark.at);
        fill(&mut cells[from..at.unwrap_or(0).max(from)], life);
        life = after(mark, life);
        let Some(at) = at else { continue };
        from = at.max(from);
        let (sign, role, weight) = sign(mark);
        if weight >= weights[at] {
            weights[at] = weight;
        }
        if weight == weights[at] {
            cells[at] = (sign, role);
        }
    }
    for at in from..scale.cells {
        if weights[at] == 0 {
            fill(&mut cells[at..=at], life);
        }
    }
    cells
}

/// Cells that hold a mark already keep it.
fn fill(cells: &mut [(char, Role)], life: Life) {
    let look = match life {
        Life::Gone => (' ', Role::LaneNotReady),
        Life::NotReady => ('─', Role::LaneNotReady),
        Life::Ready => ('━', Role::LaneReady),
    };
    cells.iter_mut().filter(|(sign, _)| *sign == ' ').for_each(|cell| *cell = look);
}

fn after(mark: &Mark, life: Life) -> Life {
    match mark.what {
        MarkKind::Started | MarkKind::NotReady => Life::NotReady,
        // A watch may tell of an end and a new start at once; if it never said that the
        // container was not ready, it is.
        MarkKind::Restarted(_) if life == Life::Gone => Life::NotReady,
        MarkKind::Ready => Life::Ready,
        MarkKind::Ended(_) => Life::Gone,
        MarkKind::Restarted(_) | MarkKind::ProbeFailed(..) | MarkKind::Killing => life,
    }
}

/// Sign, role, and what wins where several meet in a cell.
fn sign(mark: &Mark) -> (char, Role, u8) {
    match mark.what {
        MarkKind::Restarted(_) => ('↻', Role::LaneRestart, 6),
        MarkKind::ProbeFailed(..) => ('✗', Role::LaneFailed, 5),
        MarkKind::Ended(0) => ('□', Role::LaneNotReady, 4),
        MarkKind::Ended(_) => ('■', Role::LaneFailed, 4),
        MarkKind::Ready => ('●', Role::LaneReady, 3),
        MarkKind::NotReady => ('○', Role::LaneNotReady, 3),
        MarkKind::Started => ('○', Role::LaneNotReady, 2),
        MarkKind::Killing => ('!', Role::LaneFailed, 1),
    }
}

/// What the signs mean, as much of it as there is room for.
fn legend(label: usize, scale: &Scale, theme: &Theme) -> Line<'static> {
    let span = human_duration(jiff::SignedDuration::from_secs(scale.seconds));
    let mut text = format!("-{span}");
    for word in ["✗ probe", "↻ restart", "● ready", "○ not", "■ ended", "! stopped"] {
        if text.width() + word.width() + 5 <= scale.cells {
            text = format!("{text} {word}");
        } else {
            break;
        }
    }
    let gap = " ".repeat(scale.cells.saturating_sub(text.width() + 3));
    let before = " ".repeat(label + 1);
    Line::styled(format!("{before}{text}{gap}now"), theme.style(Role::Muted))
}
