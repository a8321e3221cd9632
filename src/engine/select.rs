//! The step that is looked at: what a person types counts for it.

use crate::engine::active::commands;
use crate::engine::expect::text_fault;
use crate::engine::hand::{counts_as, is_akin};
use crate::engine::marks::Layer;
use crate::engine::state::State;
use crate::engine::tracker::Finished;
use crate::engine::{Actor, Outcome, StepIndex, TerminalId};
use crate::lab::{ShellName, Step};

/// The step that is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selected {
    pub(super) step: StepIndex,
    /// Its conditions have been seen not to hold.
    pub(super) was_open: bool,
    /// A person's command has ended as the step expects.
    pub(super) something_done: bool,
}

impl State {
    pub(super) fn select(&mut self, step: StepIndex) {
        if self.selected.is_none_or(|selected| selected.step != step) {
            self.selected = Some(Selected { step, was_open: false, something_done: false });
            self.promise_may_be_seen();
        }
    }

    /// The step and command that a typed line counts for; begins the step.
    pub(super) fn counts_for(
        &mut self,
        terminal: TerminalId,
        layer: Layer,
        text: &str,
    ) -> Option<(StepIndex, usize)> {
        let index = self.selected?.step;
        if matches!(self.ended.get(&index), Some(Outcome::Passed))
            && !self.active.contains_key(&index)
        {
            return None;
        }
        let lab = self.lab.clone();
        let step = lab.steps.get(index.0)?;
        if !self.is_the_shell_of(step, (terminal, layer)) {
            return None;
        }
        let values = self.values_for(index);
        let words = self.words(&values);
        let fits = |at: usize| {
            let command = commands(&lab, step)[at];
            let wanted = words.command(&command.text).text;
            counts_as(text, &wanted, &command.meaning)
        };
        let outstanding = self.active.get(&index).and_then(|active| active.outstanding());
        let count = commands(&lab, step).len();
        let at = outstanding
            .into_iter()
            .chain(0..count)
            .find(|at| !self.is_running(index, *at) && fits(*at))?;
        if !self.active.contains_key(&index) {
            self.begin(index, Actor::Person);
        }
        let active = self.active.get_mut(&index)?;
        // The time for what a person types begins with their last command.
        active.deadline = self.now + step.timeout;
        active.pane = Some((terminal, layer));
        Some((index, at))
    }

    fn is_the_shell_of(&self, step: &Step, (terminal, layer): (TerminalId, Layer)) -> bool {
        let Some(pane) = self.panes.get(&terminal) else { return false };
        match (&step.shell, layer) {
            (ShellName::Host, Layer::Host) => true,
            (ShellName::Pod(name), Layer::Pod) => {
                pane.attached.as_ref().is_none_or(|attached| attached.name == *name)
            }
            _ => false,
        }
    }

    fn is_running(&self, step: StepIndex, command: usize) -> bool {
        self.panes
            .values()
            .flat_map(|pane| [&pane.host, &pane.pod])
            .flatten()
            .any(|running| running.step == Some((step, command)))
    }

    /// A person's command that counts for no step has ended.
    pub(super) fn something_else_was_done(
        &mut self,
        place: (TerminalId, Layer),
        text: &str,
        finished: Finished,
    ) {
        let Some(selected) = self.selected else { return };
        let lab = self.lab.clone();
        let Some(step) = lab.steps.get(selected.step.0) else { return };
        if !step.expect.exit.fits(finished.exit) {
            return;
        }
        if self.answers(step, place, text, &finished) {
            self.begin(selected.step, Actor::Person);
            self.record(selected.step, 0, finished);
        } else {
            self.something_was_done();
        }
    }

    /// Whether the only command of a step that asks something has been put in other words, and
    /// what the step promises was in the answer.
    fn answers(
        &self,
        step: &Step,
        place: (TerminalId, Layer),
        text: &str,
        finished: &Finished,
    ) -> bool {
        let Some(selected) = self.selected else { return false };
        let open = !self.active.contains_key(&selected.step)
            && !matches!(self.ended.get(&selected.step), Some(Outcome::Passed));
        let promises = !step.expect.contains.is_empty() || step.expect.matches.is_some();
        let [command] = commands(&self.lab, step)[..] else { return false };
        let values = self.values_for(selected.step);
        let words = self.words(&values);
        open && promises
            && self.is_the_shell_of(step, place)
            && is_akin(text, &words.command(&command.text).text)
            && text_fault(&step.expect, &words, &finished.output).is_none()
    }

    pub(super) fn something_was_done(&mut self) {
        if let Some(selected) = &mut self.selected {
            selected.something_done = true;
            self.promise_may_be_seen();
        }
    }

    /// Whatever a person did: what the step promises is seen, and was not before.
    pub(super) fn promise_may_be_seen(&mut self) {
        let lab = self.lab.clone();
        let Some(selected) = self.selected else { return };
        let Some(step) = lab.steps.get(selected.step.0) else { return };
        if step.wait.is_empty()
            || self.active.contains_key(&selected.step)
            || matches!(self.ended.get(&selected.step), Some(Outcome::Passed))
        {
            return;
        }
        let holds = self.waits(&step.wait).iter().all(|awaited| awaited.holds);
        if !holds {
            if let Some(selected) = &mut self.selected {
                selected.was_open = true;
            }
        } else if selected.was_open && selected.something_done {
            self.begin(selected.step, Actor::Person);
            self.promised(selected.step);
        }
    }
}
