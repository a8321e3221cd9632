//! What is done with steps.

use super::ask;
use crate::engine::{Level, Request, StepIndex, Undo};
use crate::tui::effect::Effect;
use crate::tui::state::{Overlay, Phase, State, Status};

/// Makes a step the one that is looked at.
pub(super) fn select(state: &mut State, step: StepIndex) -> Vec<Effect> {
    let before = state.progress.current;
    if step.0 >= state.lab.steps.len() || before == Some(step) {
        return Vec::new();
    }
    state.progress.current = Some(step);
    for changed in before.into_iter().chain([step]) {
        state.instructions.touch(changed);
    }
    state.instructions.follow(step);
    state.terminals.forget_choice();
    vec![Effect::Engine(Request::Select(step))]
}

/// Selects the step so many places further on.
pub(super) fn select_by(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(current) = state.progress.current else { return Vec::new() };
    let wanted = current.0.saturating_add_signed(by).min(state.lab.steps.len() - 1);
    if wanted == current.0 {
        // It may have been scrolled away; the key still means "take me there".
        state.instructions.follow(current);
    }
    select(state, StepIndex(wanted))
}

/// Runs the current step; one that has run already is asked about.
pub(super) fn run(state: &mut State) -> Vec<Effect> {
    let Some(step) = ready(state) else { return Vec::new() };
    let status = state.progress.step(step).map(|one| one.status.clone()).unwrap_or_default();
    match status {
        Status::Pending => {
            show_shell(state, step);
            ask(state, step, Request::Run(step))
        }
        Status::NeedsAnswer(question) => {
            ask::open(state, step, question);
            Vec::new()
        }
        status if status.is_under_way() => {
            state.tell(Level::Info, "the step is running; x stops it");
            Vec::new()
        }
        _ => run_again(state),
    }
}

/// Runs the current step once more; asks first where it had made something.
pub(super) fn run_again(state: &mut State) -> Vec<Effect> {
    let Some(step) = ready(state) else { return Vec::new() };
    let Some(known) = state.progress.step(step) else { return Vec::new() };
    match (&known.status, known.made.is_empty()) {
        (Status::Pending, _) => run(state),
        (status, _) if status.is_under_way() => {
            state.tell(Level::Info, "the step is running; x stops it");
            Vec::new()
        }
        (_, true) => run_again_with(state, step, Undo::No),
        (_, false) => {
            state.overlay = Overlay::RunAgain { step };
            Vec::new()
        }
    }
}

/// Runs a step once more, clean or as it is.
pub(super) fn run_again_with(state: &mut State, step: StepIndex, undo: Undo) -> Vec<Effect> {
    state.overlay = Overlay::None;
    show_shell(state, step);
    ask(state, step, Request::RunAgain { step, undo })
}

/// Removes what the current step had made.
pub(super) fn undo(state: &mut State) -> Vec<Effect> {
    let Some(step) = ready(state) else { return Vec::new() };
    if state.progress.step(step).is_some_and(|one| one.made.is_empty()) {
        state.tell(Level::Info, "there is nothing to undo: the step made nothing");
        return Vec::new();
    }
    vec![Effect::Engine(Request::Undo(step))]
}

/// Leaves the current step out.
pub(super) fn skip(state: &mut State) -> Vec<Effect> {
    ready(state).map(|step| Effect::Engine(Request::Skip(step))).into_iter().collect()
}

/// Shows or hides the hint of the current step.
pub(super) fn hint(state: &mut State) {
    let Some(step) = state.progress.current else { return };
    if state.lab.steps.get(step.0).is_none_or(|step| step.hint.is_none()) {
        state.tell(Level::Info, "this step has no hint");
        return;
    }
    if let Some(known) = state.progress.step_mut(step) {
        known.hint = known.hint.toggled();
    }
    state.instructions.touch(step);
    state.instructions.follow(step);
}

/// The current step, if something can be done with it now; else it says why not.
pub(super) fn ready(state: &mut State) -> Option<StepIndex> {
    let Some(step) = state.progress.current else {
        state.tell(Level::Info, "this lab has no steps");
        return None;
    };
    match &state.phase {
        Phase::Running => {}
        Phase::Connecting { to } => {
            let text = format!("not connected to {to} yet; the lab can be read meanwhile");
            state.tell(Level::Info, text);
            return None;
        }
        Phase::Leaving { .. } | Phase::Ended { .. } => {
            state.tell(Level::Info, "the run is over");
            return None;
        }
    }
    let broken = state.lab.steps.get(step.0).and_then(|step| step.broken.first()).cloned();
    match broken {
        Some(why) => {
            state.tell(Level::Error, format!("this step cannot run: {why}"));
            None
        }
        None => Some(step),
    }
}

/// Brings the tab of the step's shell to the front, if the shell is open.
pub(super) fn show_shell(state: &mut State, step: StepIndex) {
    let shell = state.lab.steps.get(step.0).map(|step| step.shell.to_string());
    if let Some(terminal) = shell.and_then(|shell| state.terminals.of_shell(&shell)) {
        state.terminals.select(terminal);
    }
}

/// Who wants to type wants to do so where the step is to be done, unless they chose otherwise.
pub(super) fn show_shell_of_current(state: &mut State) {
    let Some(step) = state.progress.current else { return };
    let open = state.progress.step(step).is_some_and(|one| one.status == Status::Pending);
    if open && !state.terminals.is_chosen() {
        show_shell(state, step);
    }
}

fn ask(state: &mut State, step: StepIndex, request: Request) -> Vec<Effect> {
    if let Some(known) = state.progress.step_mut(step) {
        known.status = Status::Asked;
    }
    state.instructions.touch(step);
    state.instructions.follow(step);
    vec![Effect::Engine(request)]
}
