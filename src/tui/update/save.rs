//! The author saves the lab while it is on the screen.

use std::sync::Arc;

use super::steps;
use crate::base::safe_line;
use crate::engine::{Event, Level, Request, StepIndex};
use crate::lab::{Finding, Lab, Reload, step_of_finding};
use crate::tui::effect::Effect;
use crate::tui::message::Saved;
use crate::tui::state::{Overlay, Phase, State, Trouble};

/// Takes in what was saved. A lab with errors is not gone on with: they are shown where they
/// are, and the next save may be better.
pub(super) fn saved(state: &mut State, saved: Saved) -> Vec<Effect> {
    if matches!(state.phase, Phase::Leaving { .. } | Phase::Ended { .. }) {
        return Vec::new();
    }
    match saved {
        Saved::Unreadable(why) => {
            let step = state.progress.current;
            trouble(state, step, vec![why.clone()]);
            state.tell(Level::Error, why);
            Vec::new()
        }
        Saved::Lab(lab, errors) => match errors.first() {
            Some(first) => {
                let step = step_of_finding(&state.lab, &lab, first).map(StepIndex);
                let text = errors.iter().map(Finding::render).collect::<Vec<_>>().join("\n");
                trouble(state, step, text.lines().map(str::to_owned).collect());
                state.tell(Level::Error, in_a_line(first));
                Vec::new()
            }
            None => reload(state, lab),
        },
    }
}

fn trouble(state: &mut State, step: Option<StepIndex>, lines: Vec<String>) {
    state.instructions.set_trouble(Some(Trouble { step, lines }));
    if let Some(step) = step {
        state.instructions.follow(step);
    }
}

fn in_a_line(finding: &Finding) -> String {
    let line = finding.diagnostic.position(&finding.source).line;
    let place = format!("{}:{line}", finding.source.name);
    safe_line(&format!("{place}: {}; the lab stays as it was", finding.diagnostic.message))
}

/// Goes on with the saved lab, at what has changed.
fn reload(state: &mut State, lab: Arc<Lab>) -> Vec<Effect> {
    state.instructions.set_trouble(None);
    let reload = Reload::new(&state.lab, lab.clone());
    let is_other_text = state.lab.source.text != lab.source.text;
    let before = std::mem::replace(&mut state.lab, lab.clone());
    state.progress.reload(&before, &reload);
    state.instructions.replace(lab);
    state.overlay = over_reload(std::mem::replace(&mut state.overlay, Overlay::None), &reload);
    state.selection = None;
    let mut effects = vec![Effect::Engine(Request::Reload(reload.clone())), Effect::Highlight];
    match (reload.changed.map(StepIndex), state.progress.current) {
        (Some(changed), _) => {
            state.instructions.follow(changed);
            effects.extend(steps::select(state, changed));
        }
        (None, _) if is_other_text => state.instructions.follow_end(),
        _ => {}
    }
    if let Some(current) = state.progress.current {
        effects.push(Effect::Engine(Request::Select(current)));
        effects.dedup();
    }
    state.reloads.push_back(reload);
    state.tell(Level::Info, "the lab was saved: this is how it is now");
    effects
}

/// What lies over the panes goes where it is about a step that has changed.
fn over_reload(overlay: Overlay, reload: &Reload) -> Overlay {
    let now = |step: StepIndex| reload.now(step.0).map(StepIndex);
    let kept = match overlay {
        Overlay::RunAgain { step } => now(step).map(|step| Overlay::RunAgain { step }),
        Overlay::Edit { step, editor } => now(step).map(|step| Overlay::Edit { step, editor }),
        Overlay::Drift { step, scroll } => now(step).map(|step| Overlay::Drift { step, scroll }),
        Overlay::Ask(mut asking) => now(asking.step).map(|step| {
            asking.step = step;
            Overlay::Ask(asking)
        }),
        other => Some(other),
    };
    kept.unwrap_or(Overlay::None)
}

/// What the engine tells, in the steps of the lab that is on the screen.
pub(super) fn renumbered(state: &mut State, event: Event) -> Option<Event> {
    if event == Event::Reloaded {
        state.reloads.pop_front();
        return None;
    }
    state
        .reloads
        .iter()
        .try_fold(event, |event, reload| event.renumbered(|step| reload.now(step.0).map(StepIndex)))
}
