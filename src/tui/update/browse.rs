//! Keys while no terminal and no dialog has them.

use crossterm::event::{KeyCode, KeyEvent};

use super::{drift, edit, search, steps, values};
use crate::engine::{Level, Request};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::state::{Direction, Editor, Overlay, Pane, Phase, State, Zoom};
use crate::tui::view::WIDE;

/// Does what the key means.
pub(super) fn act(state: &mut State, action: Action, event: KeyEvent) -> Vec<Effect> {
    match action {
        Action::Run => return steps::run(state),
        Action::Edit => edit::open(state),
        Action::Skip => return steps::skip(state),
        Action::NextStep => return steps::select_by(state, 1),
        Action::PreviousStep => return steps::select_by(state, -1),
        Action::Hint => steps::hint(state),
        Action::Values => values::open(state),
        Action::Drift => drift::open(state),
        Action::RunAgain => return steps::run_again(state),
        Action::Undo => return steps::undo(state),
        Action::Stop => return stop(state),
        Action::Copy => return copy_command(state),
        Action::ShowTerminal => show_terminal(state, event),
        Action::OpenTerminal => return open_terminal(state),
        Action::Help => state.overlay = Overlay::Help { scroll: 0 },
        Action::Quit => state.overlay = Overlay::Quit,
        Action::Interrupt => state.overlay = Overlay::Quit,
        Action::Search => state.overlay = Overlay::Search { editor: Editor::default() },
        Action::NextMatch => search::step(state, Direction::Forward),
        Action::PreviousMatch => search::step(state, Direction::Backward),
        Action::EndSearch => state.search = None,
        other => look(state, other),
    }
    Vec::new()
}

/// Keys that only move the view.
fn look(state: &mut State, action: Action) {
    match action {
        Action::Watcher => watcher(state),
        Action::Instructions => state.focus = Pane::Instructions,
        Action::Terminal => {
            steps::show_shell_of_current(state);
            type_in_terminal(state);
        }
        Action::Zoom => state.zoom = other(state.zoom),
        Action::NextPane => go_to(state, next(state.focus)),
        Action::PreviousPane => go_to(state, next(next(state.focus))),
        Action::TerminalUp => scroll_terminal(state, 1),
        Action::TerminalDown => scroll_terminal(state, -1),
        Action::Up => scroll(state, -1),
        Action::Down => scroll(state, 1),
        Action::PageUp => scroll(state, -page(state)),
        Action::PageDown => scroll(state, page(state)),
        Action::Top => scroll(state, isize::MIN / 2),
        Action::Bottom => scroll(state, isize::MAX / 2),
        _ => {}
    }
}

/// Scrolls the help, or closes it.
pub(super) fn help(state: &mut State, action: Action) {
    let Overlay::Help { scroll } = &mut state.overlay else { return };
    let by = match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -10,
        Action::PageDown => 10,
        Action::Top => isize::MIN / 2,
        Action::Bottom => isize::MAX / 2,
        _ => {
            state.overlay = Overlay::None;
            return;
        }
    };
    let most = crate::tui::view::help_lines(state.reserved).len();
    *scroll = scroll.saturating_add_signed(by).min(most);
}

/// First to the watcher, then it alone where it was not alone anyway, then back.
fn watcher(state: &mut State) {
    let is_alone = state.size.columns < WIDE.columns || state.size.rows < WIDE.rows;
    (state.focus, state.zoom) = match (state.focus, state.zoom) {
        (Pane::Watcher, Zoom::Off) if is_alone => (Pane::Instructions, Zoom::Off),
        (Pane::Watcher, Zoom::Off) => (Pane::Watcher, Zoom::On),
        (Pane::Watcher, Zoom::On) => (Pane::Instructions, Zoom::Off),
        _ => (Pane::Watcher, Zoom::Off),
    };
}

fn other(zoom: Zoom) -> Zoom {
    match zoom {
        Zoom::On => Zoom::Off,
        Zoom::Off => Zoom::On,
    }
}

fn next(pane: Pane) -> Pane {
    match pane {
        Pane::Instructions => Pane::Terminal,
        Pane::Terminal => Pane::Watcher,
        Pane::Watcher => Pane::Instructions,
    }
}

/// Goes to a pane; to the terminals only if there is one to type in.
pub(super) fn go_to(state: &mut State, pane: Pane) {
    match pane {
        Pane::Terminal => type_in_terminal(state),
        pane => state.focus = pane,
    }
}

fn type_in_terminal(state: &mut State) {
    if state.terminals.selected().is_none() {
        state.tell(Level::Info, "no terminal is open yet");
        return;
    }
    let running = matches!(state.phase, Phase::Running | Phase::Connecting { .. });
    if running {
        state.focus = Pane::Terminal;
    }
}

fn show_terminal(state: &mut State, event: KeyEvent) {
    let KeyCode::Char(digit) = event.code else { return };
    let Some(number) = digit.to_digit(10) else { return };
    let at = (number as usize).saturating_sub(1);
    if at < state.terminals.tabs().len() {
        state.terminals.choose(at);
    } else {
        state.tell(Level::Info, format!("there is no terminal {number}"));
    }
}

fn open_terminal(state: &mut State) -> Vec<Effect> {
    if state.phase != Phase::Running {
        state.tell(Level::Info, "a terminal can be opened once the run has started");
        return Vec::new();
    }
    vec![Effect::Engine(Request::OpenTerminal)]
}

fn stop(state: &mut State) -> Vec<Effect> {
    let Some(terminal) = state.terminals.selected().map(|tab| tab.id) else { return Vec::new() };
    vec![Effect::Engine(Request::Stop { terminal })]
}

fn copy_command(state: &mut State) -> Vec<Effect> {
    let Some(step) = state.progress.current else { return Vec::new() };
    state.tell(Level::Info, "copied the command");
    vec![Effect::Copy(state.commands(step))]
}

/// In the watcher lines are pods, and pages are events.
fn scroll(state: &mut State, lines: isize) {
    match state.focus {
        Pane::Instructions => state.instructions.scroll_by(lines),
        Pane::Watcher if lines.abs() == 1 => state.watcher.scroll_pods(lines),
        Pane::Watcher => state.watcher.scroll_events(-lines),
        Pane::Terminal => {}
    }
}

/// Half a pane at a time.
fn scroll_terminal(state: &mut State, pages: isize) {
    let lines = pages * isize::try_from(state.terminals.size().rows / 2).unwrap_or(1).max(1);
    if let Some(tab) = state.terminals.selected_mut() {
        tab.emulator.scroll_by(lines);
    }
}

fn page(state: &State) -> isize {
    isize::try_from(state.instructions.height().saturating_sub(2)).unwrap_or(1).max(1)
}
