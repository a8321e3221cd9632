//! The way in: a message, what it changes, what is to be done for it.

use crossterm::event::{KeyEvent, KeyEventKind};
use ratatui::layout::Rect;

use super::{ask, browse, dialog, drift, edit, engine, mouse, save, search, terminal, values};
use crate::engine::{Ending, Request, Size};
use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, Mode, action};
use crate::tui::message::Message;
use crate::tui::state::{Overlay, Pane, Phase, State, Then};
use crate::tui::view::{instructions_size, terminal_size};

/// Takes a message in; the effects are for the loop to perform, in their order.
#[must_use]
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    let mut effects = match message {
        Message::Key(event) => key(state, event),
        Message::Paste(text) => paste(state, &text),
        Message::Mouse(event) => mouse::mouse(state, event),
        Message::Resize(size) => {
            resize(state, size);
            Vec::new()
        }
        Message::Tick(now) => {
            tick(state, now);
            Vec::new()
        }
        Message::Engine(event) => engine::event(state, event),
        Message::EngineGone => engine::gone(state),
        Message::Saved(saved) => save::saved(state, saved),
        Message::Highlighted(highlights) => {
            state.instructions.set_highlights(highlights);
            Vec::new()
        }
        Message::Terminate => dialog::interrupted(state),
    };
    settle(state, &mut effects);
    effects
}

fn key(state: &mut State, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    state.selection = None;
    let mode = state.mode();
    let meant = action(mode, event, state.reserved);
    if mode != Mode::Terminal {
        state.notice = None;
    }
    match mode {
        Mode::Terminal if meant == Some(Action::LeaveTerminal) => {
            state.focus = Pane::Instructions;
            Vec::new()
        }
        Mode::Terminal => terminal::key(state, event),
        Mode::Edit => edit::key(state, event, meant),
        Mode::Search => search::key(state, event, meant),
        Mode::Ask => ask::key(state, event, meant),
        Mode::ValueEdit => values::key(state, event, meant),
        _ => meant.map_or_else(Vec::new, |action| perform(state, action, event)),
    }
}

/// An action of a mode in which keys are not text.
fn perform(state: &mut State, action: Action, event: KeyEvent) -> Vec<Effect> {
    match state.mode() {
        Mode::QuitDialog | Mode::RunAgainDialog => dialog::answer(state, action),
        Mode::Leaving => dialog::leave_now(state, action),
        Mode::Help => {
            browse::help(state, action);
            Vec::new()
        }
        Mode::Values => values::act(state, action),
        Mode::Drift => {
            drift::act(state, action);
            Vec::new()
        }
        Mode::Ended if action == Action::LeaveNow => vec![Effect::Leave],
        _ => browse::act(state, action, event),
    }
}

/// Lines break elsewhere now, so the step that is looked at is looked for again.
fn resize(state: &mut State, size: Size) {
    state.size = size;
    state.selection = None;
    if let Some(step) = state.progress.current.filter(|step| state.instructions.sees(*step)) {
        state.instructions.follow(step);
    }
}

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    match (&mut state.overlay, state.focus) {
        (Overlay::Edit { editor, .. }, _) => editor.insert(text),
        (Overlay::Ask(asking), _) => asking.editor.insert(&text.replace(['\r', '\n'], " ")),
        (Overlay::Values { editor: Some(editor), .. }, _) => {
            editor.insert(&text.replace(['\r', '\n'], " "));
        }
        (Overlay::Search { editor }, _) => editor.insert(&text.replace(['\r', '\n'], " ")),
        (Overlay::None, Pane::Terminal) => return terminal::paste(state, text),
        _ => {}
    }
    Vec::new()
}

fn tick(state: &mut State, now: jiff::Timestamp) {
    state.now = now;
    state.forget_notice();
    state.watcher.forget_marks(now);
    let counting: Vec<_> = state
        .progress
        .steps()
        .filter(|(_, step)| step.status.is_under_way())
        .map(|(at, _)| at)
        .collect();
    for step in counting {
        state.instructions.touch(step);
    }
}

/// After every message: lines and shells fit the panes that there are now.
fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    let area = Rect::new(0, 0, state.size.columns, state.size.rows);
    if let Some(size) = instructions_size(area, state) {
        state.instructions.lay_out(&state.progress, state.now, size);
    }
    if let Some(size) = terminal_size(area, state) {
        settle_terminals(state, size, effects);
    }
}

fn settle_terminals(state: &mut State, size: Size, effects: &mut Vec<Effect>) {
    if state.terminals.size() != size {
        state.terminals.resize(size);
        effects.push(Effect::Engine(Request::Resize(size)));
    }
}

/// Asks the engine to end the run; the screen stays until it has.
pub(super) fn leave(state: &mut State, ending: Ending) -> Vec<Effect> {
    state.overlay = Overlay::None;
    state.focus = Pane::Instructions;
    let what = match ending {
        Ending::CleanUp => "cleaning up",
        Ending::Keep => "leaving",
    };
    state.phase = Phase::Leaving { what: what.to_owned(), then: Then::Leave };
    vec![Effect::Engine(Request::Quit(ending))]
}
