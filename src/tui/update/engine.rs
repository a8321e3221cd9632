//! What the engine tells.

use std::time::Duration;

use super::{ask, save, steps};
use crate::engine::{Actor, Awaited, Event, Level, Outcome, Request, StepIndex, TerminalId};
use crate::sample::By;
use crate::tui::effect::Effect;
use crate::tui::state::{Life, Overlay, Pane, Phase, State, Status, Step, Then, Turn};

/// What the titles of the host's own shells begin with.
const HOST: &str = "host";

/// Takes an event in.
pub(super) fn event(state: &mut State, event: Event) -> Vec<Effect> {
    let Some(event) = save::renumbered(state, event) else { return Vec::new() };
    match event {
        Event::Watch(change) => state.watcher.apply(&change, state.now),
        Event::TerminalOpened { terminal, title } => opened(state, terminal, title),
        Event::TerminalTitled { terminal, title } => titled(state, terminal, title),
        Event::TerminalOutput { terminal, bytes } => return output(state, terminal, &bytes),
        Event::TerminalClosed { terminal } => closed(state, terminal),
        Event::CommandStarted { step, terminal, by, .. } => command(state, step, terminal, by),
        Event::CommandEnded { step: Some(step), .. } => command_ended(state, step),
        Event::CommandEnded { step: None, .. } => {}
        Event::Made { step, object } => state.progress.add(step, object),
        Event::Removed { object } => state.progress.remove(&object),
        Event::Notice { level, text } => state.tell(level, text),
        other => return run(state, other),
    }
    Vec::new()
}

/// The engine has nothing more to tell. If it did not say goodbye it has failed, and
/// whoever started it knows why.
pub(super) fn gone(state: &State) -> Vec<Effect> {
    match state.phase {
        Phase::Ended { .. } => Vec::new(),
        _ => vec![Effect::Leave],
    }
}

/// Events of the run and of its steps.
fn run(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::RunStarted(started) => {
            state.progress.replaced_images = started.replaced_images.clone();
            state.started = Some(started);
            if matches!(state.phase, Phase::Connecting { .. }) {
                state.phase = Phase::Running;
            }
            state.instructions.touch_all();
        }
        Event::CleaningUp { what } => {
            let then = match state.phase {
                Phase::Leaving { then, .. } => then,
                _ => Then::Stay,
            };
            state.phase = Phase::Leaving { what: format!("removing {what}"), then };
        }
        Event::RunEnded { left } => return run_ended(state, left),
        other => return step_event(state, other),
    }
    Vec::new()
}

fn run_ended(state: &mut State, left: Vec<String>) -> Vec<Effect> {
    let asked = matches!(state.phase, Phase::Leaving { then: Then::Leave, .. });
    state.overlay = Overlay::None;
    state.focus = Pane::Instructions;
    state.phase = Phase::Ended { left };
    if asked { vec![Effect::Leave] } else { Vec::new() }
}

fn step_event(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::StepStarted { step, by } => started(state, step, by),
        Event::Streaming { step, terminal } => {
            with_step(state, step, |known| known.streams_in = Some(terminal));
        }
        Event::Waiting { step, conditions, timeout } => waiting(state, step, conditions, timeout),
        Event::Captured { step, name, value, source } => {
            state.progress.captured.insert(name, (value, source));
            // Any step may name it.
            state.instructions.touch_all();
            state.instructions.touch(step);
        }
        Event::Bound { binding, by, .. } => {
            match by {
                By::Sample => drop(state.progress.bindings.learn(&binding)),
                By::Person => state.progress.bindings.set(binding),
            }
            state.instructions.touch_all();
        }
        Event::Unbound { literal } => {
            state.progress.bindings.forget(&literal);
            state.instructions.touch_all();
        }
        Event::Acted { step, bindings } => {
            with_step(state, step, |known| known.acted.extend(bindings));
        }
        Event::Asked { step, question } => ask::asked(state, step, question),
        Event::Drifted { step, drift } => {
            with_step(state, step, |known| known.drift.push(drift));
        }
        Event::StepEnded { step, outcome, elapsed } => {
            return ended(state, step, outcome, elapsed);
        }
        Event::StepReset { step } => with_step(state, step, |known| {
            known.status = Status::Pending;
            known.streams_in = None;
            known.acted.clear();
            known.drift.clear();
        }),
        _ => {}
    }
    Vec::new()
}

fn with_step(state: &mut State, step: StepIndex, change: impl FnOnce(&mut Step)) {
    if let Some(known) = state.progress.step_mut(step) {
        change(known);
        state.instructions.touch(step);
        if state.progress.current == Some(step) {
            state.instructions.follow(step);
        }
    }
}

fn started(state: &mut State, step: StepIndex, by: Actor) {
    let since = state.now;
    if by == Actor::Person && step.0 < state.lab.steps.len() {
        look_at(state, step);
    }
    with_step(state, step, |known| {
        known.status = Status::Running { since };
        known.streams_in = None;
        known.acted.clear();
        known.drift.clear();
    });
}

/// The engine knows already which step it is, so it is not asked to select it.
fn look_at(state: &mut State, step: StepIndex) {
    if let Some(before) = state.progress.current.replace(step) {
        state.instructions.touch(before);
    }
    state.instructions.touch(step);
    state.instructions.follow(step);
}

fn waiting(state: &mut State, step: StepIndex, conditions: Vec<Awaited>, timeout: Duration) {
    let now = state.now;
    with_step(state, step, |known| {
        let since = match known.status {
            Status::Running { since } | Status::Waiting { since, .. } => since,
            _ => now,
        };
        known.status = Status::Waiting { since, conditions, timeout };
    });
}

/// The next step is looked at when the one that was has passed.
fn ended(state: &mut State, step: StepIndex, outcome: Outcome, elapsed: Duration) -> Vec<Effect> {
    let goes_on = matches!(outcome, Outcome::Passed | Outcome::Skipped(_));
    with_step(state, step, |known| {
        known.status = match outcome {
            Outcome::Passed => Status::Passed { elapsed },
            Outcome::Failed(failure) => Status::Failed { elapsed, failure },
            Outcome::Skipped(reason) => Status::Skipped(reason),
            Outcome::Interrupted => Status::Interrupted,
        };
    });
    let is_current = goes_on && state.progress.current == Some(step);
    match state.progress.next_pending(step).filter(|_| is_current) {
        Some(next) => {
            let effects = steps::select(state, next);
            state.instructions.read_on(step, next);
            effects
        }
        None => {
            if is_current {
                state.instructions.read_to_end(step);
            }
            Vec::new()
        }
    }
}

/// The shell that a step opens comes to the front, unless a person types elsewhere.
fn opened(state: &mut State, terminal: TerminalId, title: String) {
    let is_first = state.terminals.tabs().is_empty();
    state.terminals.open(terminal, title);
    if is_first || state.focus != Pane::Terminal {
        state.terminals.select(terminal);
    }
}

fn titled(state: &mut State, terminal: TerminalId, title: String) {
    // A shell that is only a shell again has nothing to show.
    let shows = state.focus != Pane::Terminal && !title.starts_with(HOST);
    if let Some(tab) = state.terminals.tab_mut(terminal) {
        tab.title = title;
    }
    if shows {
        state.terminals.select(terminal);
    }
}

fn output(state: &mut State, terminal: TerminalId, bytes: &[u8]) -> Vec<Effect> {
    let answer = state.terminals.output(terminal, bytes);
    if answer.is_empty() {
        return Vec::new();
    }
    vec![Effect::Engine(Request::Input { terminal, bytes: answer })]
}

fn closed(state: &mut State, terminal: TerminalId) {
    if let Some(tab) = state.terminals.tab_mut(terminal) {
        tab.life = Life::Ended;
    }
    let shown = state.terminals.selected().map(|tab| tab.id);
    if shown == Some(terminal) && state.focus == Pane::Terminal {
        state.focus = Pane::Instructions;
        state.tell(Level::Info, "the shell in this terminal has ended; t goes on in another");
    }
}

fn command(state: &mut State, step: Option<StepIndex>, terminal: TerminalId, by: Actor) {
    if step.is_some() && by == Actor::Podlab && state.focus != Pane::Terminal {
        state.terminals.select(terminal);
    }
    if let Some(known) = step.and_then(|step| state.progress.step_mut(step)) {
        known.turn = if by == Actor::Person { Turn::Command } else { Turn::Podlab };
    }
}

/// A step that is not over then waits for whoever typed that.
fn command_ended(state: &mut State, step: StepIndex) {
    if let Some(known) = state.progress.step_mut(step)
        && known.turn == Turn::Command
    {
        known.turn = Turn::Person;
    }
}
