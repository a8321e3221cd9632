//! Answers to what podlab asks.

use super::{dispatch, steps};
use crate::engine::{Ending, Undo};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::state::{Overlay, Phase, State};

/// An answer to the dialog that is open.
pub(super) fn answer(state: &mut State, action: Action) -> Vec<Effect> {
    match (&state.overlay, action) {
        (Overlay::Quit, Action::CleanUp) => dispatch::leave(state, Ending::CleanUp),
        (Overlay::Quit, Action::Keep) => dispatch::leave(state, Ending::Keep),
        (Overlay::RunAgain { step }, Action::UndoFirst) => {
            let step = *step;
            steps::run_again_with(state, step, Undo::First)
        }
        (Overlay::RunAgain { step }, Action::AsItIs) => {
            let step = *step;
            steps::run_again_with(state, step, Undo::No)
        }
        _ => {
            state.overlay = Overlay::None;
            Vec::new()
        }
    }
}

/// A key while the run is being cleaned up.
pub(super) fn leave_now(_: &State, action: Action) -> Vec<Effect> {
    if action == Action::LeaveNow { vec![Effect::Leave] } else { Vec::new() }
}

/// A signal asks to end: clean up first, at once the second time.
pub(super) fn interrupted(state: &mut State) -> Vec<Effect> {
    match state.phase {
        Phase::Connecting { .. } | Phase::Running => dispatch::leave(state, Ending::CleanUp),
        Phase::Leaving { .. } | Phase::Ended { .. } => vec![Effect::Leave],
    }
}
