//! Events in words, the newest last.

use jiff::Timestamp;
use ratatui::text::{Line, Span};

use crate::base::{human_duration, safe_line};
use crate::kinds::Probe;
use crate::tui::line::{self, cut};
use crate::tui::state::State;
use crate::tui::theme::{Role, Theme};
use crate::tui::wrap::wrap_words;
use crate::watch::{EventRow, Model, Observation, Tone};

/// As many of the newest entries as there is room for; the view may be moved to the past.
pub(super) fn event_lines(
    state: &State,
    (width, height): (usize, usize),
    theme: &Theme,
) -> Vec<Line<'static>> {
    let count = state.watcher.model().event_count() + state.watcher.told_by_no_event().count();
    let back = state.watcher.scroll().1.min(count.saturating_sub(height));
    let mut lines: Vec<Line<'static>> = Vec::new();
    for entry in newest_first(state).skip(back) {
        let mut more = entry_lines(state, &entry, width, theme);
        if lines.len() + more.len() > height {
            break;
        }
        more.append(&mut lines);
        lines = more;
    }
    lines
}

/// What is told in one place: an event of the cluster, or what the watcher saw itself.
enum Entry<'a> {
    Event(&'a EventRow),
    Seen(Timestamp, &'a Observation),
}

/// Both kinds of entries by time, as two sorted lists are merged.
fn newest_first(state: &State) -> impl Iterator<Item = Entry<'_>> {
    let mut events = state.watcher.model().events().rev().peekable();
    let mut seen = state.watcher.told_by_no_event().rev().peekable();
    std::iter::from_fn(move || {
        let take_seen = match (events.peek(), seen.peek()) {
            (Some(event), Some((at, _))) => *at >= event.last,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        if take_seen {
            seen.next().map(|(at, seen)| Entry::Seen(*at, seen))
        } else {
            events.next().map(Entry::Event)
        }
    })
}

fn entry_lines(
    state: &State,
    entry: &Entry<'_>,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let (at, times, object, text, role) = match entry {
        Entry::Event(row) => {
            let times = if row.count > 1 { format!("×{} ", row.count) } else { String::new() };
            // What a probe brings about is worth reading whole, whatever type its event has.
            let matters = row.warning || row.message.contains(" probe");
            let role = if matters { Role::Warning } else { Role::Text };
            (row.last, times, row.object.to_string(), words(state.watcher.model(), row), role)
        }
        Entry::Seen(at, seen) => {
            let object = seen.object();
            let name = object.strip_prefix("pod/").unwrap_or(&object).to_owned();
            let role = match seen.tone() {
                Tone::Normal => Role::Info,
                Tone::Warning => Role::Warning,
            };
            (*at, format!("{} ", sign(seen)), name, seen.to_string(), role)
        }
    };
    let age = human_duration(state.now.duration_since(at));
    let head = vec![
        Span::styled(format!("{age:>4} {times}"), theme.style(Role::Muted)),
        Span::styled(format!("{} ", cut(&safe_line(&object), 22)), theme.style(Role::Value)),
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    folded(head, (&safe_line(&words.join(" ")), role), width, theme)
}

/// The signs of the time line, so that the two can be read together.
fn sign(seen: &Observation) -> char {
    match seen {
        Observation::Restarted(_) => '↻',
        Observation::ContainerReady { .. } => '●',
        Observation::ContainerNotReady { .. } => '○',
        Observation::ContainerEnded { exit_code: 0, .. } => '□',
        Observation::ContainerEnded { .. } => '■',
        _ => '·',
    }
}

/// The text after its head; what went wrong may take more lines than what went well.
fn folded(
    head: Vec<Span<'static>>,
    (text, role): (&str, Role),
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    const INDENT: usize = 5;
    let most = if role == Role::Warning { 3 } else { 1 };
    let used: usize = head.iter().map(Span::width).sum();
    let style = theme.style(role);
    let mut lines = vec![Line::from(head)];
    let mut rest = text;
    loop {
        let is_last = lines.len() == most;
        let room = width.saturating_sub(if lines.len() == 1 { used } else { INDENT });
        let part = if is_last { cut(rest, room) } else { first_line(rest, room) };
        rest = rest.strip_prefix(&part).unwrap_or_default().trim_start();
        if let Some(line) = lines.last_mut() {
            line.push_span(Span::styled(part, style));
        }
        if is_last || rest.is_empty() {
            return lines;
        }
        lines.push(Line::from(" ".repeat(INDENT)));
    }
}

/// As many whole words as fit.
fn first_line(text: &str, width: usize) -> String {
    let lines = wrap_words(&[line::Span::new(Role::Text, text)], width);
    lines.first().map(line::Line::text).unwrap_or_default()
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
