//! Answers to what a step cannot know by itself.

use crossterm::event::KeyEvent;

use crate::engine::{Question, Request, StepIndex};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::state::{Asking, Editor, Overlay, State, Status};

/// A step asks; the question opens unless something else is open.
pub(super) fn asked(state: &mut State, step: StepIndex, question: Question) {
    if let Some(known) = state.progress.step_mut(step) {
        known.status = Status::NeedsAnswer(question.clone());
        state.instructions.touch(step);
    }
    if state.overlay == Overlay::None {
        open(state, step, question);
    }
}

/// Opens the question of a step once more.
pub(super) fn open(state: &mut State, step: StepIndex, question: Question) {
    let first = question.candidates.first();
    let editor = Editor::new(first.map(|one| one.value.clone()).unwrap_or_default());
    let chosen = first.map(|_| 0);
    state.overlay = Overlay::Ask(Asking { step, question, chosen, editor });
}

/// A key while the question is open.
pub(super) fn key(state: &mut State, event: KeyEvent, action: Option<Action>) -> Vec<Effect> {
    let Overlay::Ask(asking) = &mut state.overlay else { return Vec::new() };
    match action {
        Some(Action::Accept) => return accept(state),
        Some(Action::Cancel) => state.overlay = Overlay::None,
        Some(Action::Down) => choose(asking, 1),
        Some(Action::Up) => choose(asking, -1),
        _ => {
            asking.editor.key(event);
            asking.chosen = None;
        }
    }
    Vec::new()
}

fn choose(asking: &mut Asking, by: isize) {
    let candidates = &asking.question.candidates;
    let last = candidates.len().saturating_sub(1);
    let at = asking.chosen.map_or(0, |at| at.saturating_add_signed(by).min(last));
    if let Some(candidate) = candidates.get(at) {
        asking.editor = Editor::new(candidate.value.clone());
        asking.chosen = Some(at);
    }
}

fn accept(state: &mut State) -> Vec<Effect> {
    let Overlay::Ask(asking) = std::mem::replace(&mut state.overlay, Overlay::None) else {
        return Vec::new();
    };
    let value = asking.editor.text().trim().to_owned();
    if value.is_empty() {
        state.overlay = Overlay::Ask(asking);
        return Vec::new();
    }
    let since = state.now;
    if let Some(known) = state.progress.step_mut(asking.step) {
        known.status = Status::Running { since };
        state.instructions.touch(asking.step);
    }
    vec![Effect::Engine(Request::Fill { gap: asking.question.gap, value })]
}
