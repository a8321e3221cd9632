//! The last lines: what the watcher saw, what the step does, what the keys do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::base::{human_duration, safe_line, short_elapsed};
use crate::engine::{Level, StepIndex};
use crate::tui::keymap::{Mode, bindings};
use crate::tui::line::cut;
use crate::tui::state::{Overlay, Pane, Phase, State, Status};
use crate::tui::theme::{Role, Theme};
use crate::watch::{Health, Tone};

/// What the watcher saw last, in a line.
pub(super) fn draw_summary(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let model = state.watcher.model();
    let (role, text) = match (model.worst_health(), state.watcher.latest()) {
        (Health::Live | Health::Connecting, Some((at, seen))) => {
            let role = match seen.tone() {
                Tone::Normal => Role::Info,
                Tone::Warning => Role::Warning,
            };
            let age = human_duration(state.now.duration_since(*at));
            (role, format!("{} ({age} ago)", seen.words()))
        }
        (Health::Live, None) => (Role::Muted, "nothing has happened yet".to_owned()),
        (Health::Connecting, None) if state.started.is_none() => {
            (Role::Muted, "not connected".into())
        }
        (health, _) => (Role::Warning, health.words(state.now)),
    };
    write(frame, area, ("watcher", role, &safe_line(&text)), theme);
}

/// A notice, else what the run or the step does.
pub(super) fn draw_status(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    if let Some(notice) = &state.notice {
        let (word, role) = match notice.level {
            Level::Info => ("note", Role::Info),
            Level::Warning => ("warning", Role::Warning),
            Level::Error => ("error", Role::Error),
        };
        write(frame, area, (word, role, &safe_line(&notice.text)), theme);
        return;
    }
    let run = |role, text: String| ("run".to_owned(), role, text);
    let (word, role, text) = match &state.phase {
        Phase::Connecting { to } => {
            let text = format!("connecting to {to} … the lab can be read meanwhile");
            run(Role::StepRunning, text)
        }
        Phase::Leaving { what, .. } => run(Role::StepRunning, format!("{what} …")),
        Phase::Ended { left } if left.is_empty() => {
            run(Role::StepDone, "over; nothing is left in the cluster".to_owned())
        }
        Phase::Ended { left } => run(Role::Warning, format!("over; left: {}", left.join(", "))),
        Phase::Running => step_status(state),
    };
    write(frame, area, (&word, role, &safe_line(&text)), theme);
}

fn step_status(state: &State) -> (String, Role, String) {
    let shown = state.progress.under_way().or(state.progress.current);
    let Some((step, known)) = shown.and_then(|step| Some((step, state.progress.step(step)?)))
    else {
        return ("run".to_owned(), Role::Muted, "this lab has no steps".to_owned());
    };
    let seconds = |since: &jiff::Timestamp| state.now.duration_since(*since).as_secs().max(0);
    let (role, words) = match &known.status {
        Status::Pending => (Role::Muted, invitation(state, step)),
        Status::Asked => (Role::StepRunning, "asked for".to_owned()),
        Status::Running { since } => (Role::StepRunning, format!("running {}s", seconds(since))),
        Status::Waiting { since, conditions, timeout } => {
            let spent = format!("{}s of {}s", seconds(since), timeout.as_secs());
            let open = conditions.iter().find(|one| !one.holds);
            let what = open.map_or("the last condition holds".to_owned(), |one| {
                format!("{} ({})", one.condition, one.seen)
            });
            (Role::StepRunning, format!("waiting: {what} {spent}"))
        }
        Status::NeedsAnswer(question) => {
            (Role::StepRunning, format!("what is {} here? ⏎ answers", question.gap))
        }
        Status::Passed { elapsed } => {
            (Role::StepDone, format!("done in {}", short_elapsed(*elapsed)))
        }
        Status::Failed { failure, .. } => (
            Role::StepFailed,
            format!("expected {}, actual {} · r again, s skip", failure.expected, failure.actual),
        ),
        Status::Skipped(reason) => (Role::StepSkipped, format!("skipped: {reason}")),
        Status::Interrupted => (Role::StepFailed, "stopped".to_owned()),
    };
    let sign = known.status.sign().to_string();
    (format!("{} step {}", sign, step.0 + 1).trim_start().to_owned(), role, words)
}

/// What can be done with a step that nobody has begun; its command may be out of sight.
fn invitation(state: &State, step: StepIndex) -> String {
    let commands = state.commands(step);
    let mut lines = commands.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let more = if lines.next().is_some() { " …" } else { "" };
    match state.focus {
        Pane::Terminal => format!("type it here: {first}{more}"),
        Pane::Instructions | Pane::Watcher => {
            format!("⏎ runs it, or type it yourself (t): {first}{more}")
        }
    }
}

fn write(frame: &mut Frame<'_>, area: Rect, (word, role, text): (&str, Role, &str), theme: &Theme) {
    let word = format!(" {word}: ");
    let text = cut(text, usize::from(area.width).saturating_sub(word.width() + 1));
    let line = Line::from(vec![
        Span::styled(word, theme.style(Role::Muted)),
        Span::styled(text, theme.style(role)),
    ]);
    frame.render_widget(line, area);
}

/// The keys of the mode, as many as there is room for; `?` and `q` always.
pub(super) fn draw_keys(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    if let Overlay::Search { editor } = &state.overlay {
        let before = format!(" search: {}", safe_line(editor.before_cursor()));
        let column = area.x.saturating_add(u16::try_from(before.width()).unwrap_or(area.width));
        let text = format!(" search: {}", safe_line(editor.text()));
        frame.render_widget(Span::styled(text, theme.style(Role::Key)), area);
        frame.set_cursor_position((column.min(area.right().saturating_sub(1)), area.y));
        return;
    }
    let mode = state.mode();
    let words: Vec<(String, &str)> = bindings(mode)
        .filter(|binding| !binding.word.is_empty())
        .map(|binding| (binding.shown(state.reserved), binding.word))
        .collect();
    let mut room = usize::from(area.width).saturating_sub(1);
    let mut spans = vec![Span::raw(" ")];
    for (key, word) in fitting(&words, mode, room) {
        let text = format!("{key} {word}");
        room = room.saturating_sub(text.width() + 2);
        spans.push(Span::styled(key, theme.style(Role::Key)));
        spans.push(Span::styled(format!(" {word}  "), theme.style(Role::KeyText)));
    }
    frame.render_widget(Line::from(spans), area);
}

/// Drops keys from before the last two (help, quit) until the rest fits.
fn fitting(
    words: &[(String, &'static str)],
    mode: Mode,
    room: usize,
) -> Vec<(String, &'static str)> {
    let mut words = words.to_vec();
    let kept =
        if matches!(mode, Mode::Instructions | Mode::Matches | Mode::Watcher) { 2 } else { 0 };
    let width = |words: &[(String, &str)]| -> usize {
        words.iter().map(|(key, word)| key.width() + word.width() + 3).sum()
    };
    while width(&words) > room + 2 && words.len() > kept + 1 {
        words.remove(words.len() - kept - 1);
    }
    words
}
