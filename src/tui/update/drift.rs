//! A sample in the text beside what was printed.

use crate::engine::{Level, StepIndex};
use crate::tui::keymap::Action;
use crate::tui::state::{Overlay, State};
use crate::tui::view::drift_height;

/// Opens the current step's samples, else those of the last step that has drifted.
pub(super) fn open(state: &mut State) {
    let has =
        |step: &StepIndex| state.progress.step(*step).is_some_and(|known| !known.drift.is_empty());
    let all = state.progress.steps().map(|(at, _)| at).filter(has);
    let last = all.last();
    match state.progress.current.filter(has).or(last) {
        Some(step) => state.overlay = Overlay::Drift { step, scroll: 0 },
        None => state.tell(Level::Info, "no output has differed from the text so far"),
    }
}

/// Scrolls, or closes.
pub(super) fn act(state: &mut State, action: Action) {
    let height = drift_height(state);
    let Overlay::Drift { scroll, .. } = &mut state.overlay else { return };
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
    *scroll = scroll.saturating_add_signed(by).min(height.saturating_sub(1));
}
