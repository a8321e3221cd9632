//! From the ends of a step's commands to the outcome of the step.

use std::time::Duration;

use crate::engine::active::Phase;
use crate::engine::expect::{Seen, Verdict};
use crate::engine::facts::LoadBalancer;
use crate::engine::state::State;
use crate::engine::tracker::Finished;
use crate::engine::{Actor, Awaited, Event, Failure, Outcome, Output, StepIndex};
use crate::lab::{Condition, Need};

/// How long to wait before something is read again, if nothing has changed.
pub(super) const AGAIN: Duration = Duration::from_secs(1);
/// How long a hidden check and captures may take after a sample that did not come.
const LAST_PHASES: Duration = Duration::from_secs(30);
/// The same when the watcher has seen a change.
const AGAIN_AFTER_CHANGE: Duration = Duration::from_millis(300);

impl State {
    /// A command of a step has ended, or has opened its shell.
    pub(super) fn record(&mut self, step: StepIndex, index: usize, finished: Finished) {
        let Some(active) = self.active.get_mut(&step) else { return };
        if active.phase != Phase::Commands || (active.opened && active.done[index].is_some()) {
            return;
        }
        active.done[index] = Some(finished);
        active.last_end = self.now;
        self.compare_after(step, index);
        let Some(active) = self.active.get(&step) else { return };
        match (active.outstanding(), active.by) {
            (None, _) => self.judge(step),
            // A command before the last that failed ends the step, whoever typed it.
            (Some(_), _) if self.has_failed_early(step) => self.judge(step),
            (Some(_), Actor::Podlab) => self.proceed(step),
            (Some(_), Actor::Person) => {}
        }
    }

    fn has_failed_early(&self, step: StepIndex) -> bool {
        let Some(active) = self.active.get(&step) else { return false };
        let last = active.done.len().saturating_sub(1);
        active.done[..last].iter().flatten().any(|finished| finished.exit != 0)
    }

    /// Something was seen: every step that waits may be done.
    pub(super) fn conditions_may_have_changed(&mut self) {
        let waiting: Vec<StepIndex> = self.active.keys().copied().collect();
        for step in waiting {
            if let Some(active) = self.active.get_mut(&step) {
                if let Some(again) = &mut active.again_at {
                    *again = (*again).min(self.now.max(active.last_end + AGAIN_AFTER_CHANGE));
                } else if active.phase == Phase::Commands && active.outstanding().is_none() {
                    self.judge(step);
                }
            }
        }
        self.streams_may_be_done();
        self.promise_may_be_seen();
    }

    pub(super) fn whatever_is_due(&mut self) {
        let steps: Vec<StepIndex> = self.active.keys().copied().collect();
        for step in steps {
            let Some(active) = self.active.get(&step) else { continue };
            if self.deadline(step, active).is_some_and(|deadline| self.now >= deadline) {
                self.out_of_time(step);
            } else if active.again_at.is_some_and(|again| self.now >= again) {
                self.again(step);
            }
        }
        self.streams_due();
    }

    fn again(&mut self, step: StepIndex) {
        let Some(active) = self.active.get_mut(&step) else { return };
        active.again_at = None;
        match active.phase {
            Phase::Commands => self.proceed(step),
            Phase::Checking => self.check(step),
            Phase::Capturing => self.capture(step),
        }
    }

    /// How far the conditions are; a name that was made up in the author's cluster is the
    /// one that was made up here.
    pub(super) fn waits(&self, conditions: &[Condition]) -> Vec<Awaited> {
        let words = self.words(&self.values);
        let meant = conditions.iter().map(|one| one.renamed(|name| words.name(name)));
        meant.map(|condition| self.watched.awaited(&condition)).collect()
    }

    /// Judges a step whose commands have ended.
    pub(super) fn judge(&mut self, index: StepIndex) {
        let lab = self.lab.clone();
        let (Some(active), Some(step)) = (self.active.get(&index), lab.steps.get(index.0)) else {
            return;
        };
        if active.phase != Phase::Commands || active.again_at.is_some() {
            return;
        }
        let waits = self.waits(&step.wait);
        let over = self.now >= active.deadline;
        let values = self.values_for(index);
        let words = self.words(&values);
        let seen = Seen { lab: &lab, step, active, words, waits: &waits, over };
        let sample = seen.not_like_yet();
        match seen.judge() {
            Verdict::Fits => self.check(index),
            Verdict::Wait => {
                let waits_for_conditions = waits.iter().any(|one| !one.holds);
                if let Some(active) = self.active.get_mut(&index) {
                    active.waited |= waits_for_conditions;
                }
                self.tell_what_is_awaited(index, with_sample(waits, sample));
            }
            Verdict::Again(from) => {
                let Some(active) = self.active.get_mut(&index) else { return };
                active.before.clone_from(&active.done);
                active.done[from..].fill(None);
                let old = std::mem::take(&mut active.waited);
                active.again_at = Some(if old { self.now } else { active.last_end + AGAIN });
                self.tell_what_is_awaited(index, with_sample(waits, sample));
            }
            Verdict::Failed(failure) => self.end(index, Outcome::Failed(failure)),
        }
    }

    fn tell_what_is_awaited(&mut self, index: StepIndex, waits: Vec<Awaited>) {
        let Some(timeout) = self.step(index).map(|step| step.timeout) else { return };
        let Some(active) = self.active.get_mut(&index) else { return };
        if active.told != waits && !waits.is_empty() {
            active.told.clone_from(&waits);
            self.emit(Event::Waiting { step: index, conditions: waits, timeout });
        }
    }

    /// The time of a step is over: what is missing fails it.
    fn out_of_time(&mut self, index: StepIndex) {
        let lab = self.lab.clone();
        let (Some(active), Some(step)) = (self.active.get_mut(&index), lab.steps.get(index.0))
        else {
            return;
        };
        // A reading that was under way again counts as it ended before.
        if active.outstanding().is_some() && active.before.iter().all(Option::is_some) {
            active.done.clone_from(&active.before);
        }
        active.again_at = None;
        let waits = self.waits(&step.wait);
        let values = self.values_for(index);
        let Some(active) = self.active.get(&index) else { return };
        let words = self.words(&values);
        let seen = Seen { lab: &lab, step, active, words, waits: &waits, over: true };
        let verdict = match active.outstanding() {
            Some(next) => Verdict::Failed(self.unfinished(&seen, next)),
            None => seen.judge(),
        };
        let commands = active.phase == Phase::Commands;
        self.interrupt(index);
        match verdict {
            Verdict::Fits if commands => self.fits_at_last(index),
            Verdict::Failed(failure) => {
                let outcome = self.failed_in_time(index, failure);
                self.end(index, outcome);
            }
            _ => {
                let trouble = self.active.get_mut(&index).and_then(|one| one.trouble.take());
                let actual = trouble.unwrap_or_else(|| "no answer in time".to_owned());
                let failure = self.last_phase_failure(index, actual);
                self.end(index, Outcome::Failed(failure));
            }
        }
    }

    /// All that was stated holds; what only a sample shows has not come in time.
    fn fits_at_last(&mut self, index: StepIndex) {
        if self.still_pending(index) && self.facts.load_balancer == LoadBalancer::Unknown {
            self.facts.load_balancer = LoadBalancer::Missing;
            if let Some(reason) = self.facts.lacks(&Need::LoadBalancer) {
                return self.end(index, Outcome::Skipped(reason));
            }
        }
        if let Some(active) = self.active.get_mut(&index) {
            // Its last phases have their own time.
            active.deadline = self.now + LAST_PHASES;
        }
        self.check(index);
    }

    fn unfinished(&self, seen: &Seen<'_>, next: usize) -> Failure {
        let seconds = seen.step.timeout.as_secs();
        if let Some(trouble) = &seen.active.trouble {
            let expected = "a value for each placeholder".to_owned();
            return seen.failure_of(next, expected, trouble.clone(), &Output::default());
        }
        let running = seen.active.pane.map(|(terminal, layer)| self.so_far(terminal, layer));
        let begun = self.panes.values().any(|pane| {
            [&pane.host, &pane.pod]
                .into_iter()
                .flatten()
                .any(|running| running.step.is_some_and(|(of, at)| self.is(of, seen) && at == next))
        });
        let actual = match begun {
            true => format!("it still runs after {seconds} s"),
            false => format!("the shell `{}` was not free within {seconds} s", seen.step.shell),
        };
        let expected = format!("{} within {seconds} s", seen.step.expect.exit);
        seen.failure_of(next, expected, actual, &running.unwrap_or_default())
    }

    fn is(&self, index: StepIndex, seen: &Seen<'_>) -> bool {
        self.step(index).is_some_and(|step| std::ptr::eq(step, seen.step))
    }

    /// A time-out may have a reason that is not the lab's.
    fn failed_in_time(&mut self, index: StepIndex, mut failure: Failure) -> Outcome {
        if let Some(why) = self.blindness() {
            failure.actual = format!("{}; {why}", failure.actual);
            return Outcome::Failed(failure);
        }
        let pending = failure.actual.contains("<pending>") || failure.output.contains("<pending>");
        let needs = self.step(index).is_some_and(|step| step.needs.contains(&Need::LoadBalancer));
        if needs && pending && self.facts.load_balancer == LoadBalancer::Unknown {
            self.facts.load_balancer = LoadBalancer::Missing;
            if let Some(reason) = self.facts.lacks(&Need::LoadBalancer) {
                return Outcome::Skipped(reason);
            }
        }
        Outcome::Failed(failure)
    }

    /// No shell can be started.
    pub(super) fn no_shell(&mut self, index: StepIndex) {
        let failure = self.last_phase_failure(index, "no shell could be started".to_owned());
        self.end(index, Outcome::Failed(failure));
    }

    /// The step is over.
    pub(super) fn end(&mut self, index: StepIndex, outcome: Outcome) {
        let active = self.active.remove(&index);
        let elapsed = active.as_ref().map_or(Duration::ZERO, |active| self.now - active.started);
        if let Some(active) = active.filter(|_| is_judged(&outcome)) {
            self.tell_drift(index, &active.compared);
        }
        for pane in self.panes.values_mut() {
            if pane.claimed == Some(index) {
                pane.claimed = None;
            }
        }
        self.ended.insert(index, outcome.clone());
        self.emit(Event::StepEnded { step: index, outcome, elapsed });
        self.free_panes_may_go_on();
    }

    /// A shell that this step held may be what another one waits for.
    fn free_panes_may_go_on(&mut self) {
        let waiting: Vec<StepIndex> = self
            .active
            .iter()
            .filter(|(_, active)| active.pane.is_some() && active.outstanding().is_some())
            .filter(|(_, active)| active.again_at.is_none())
            .map(|(step, _)| *step)
            .collect();
        for step in waiting {
            self.proceed(step);
        }
    }
}

fn is_judged(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Passed | Outcome::Failed(_))
}

/// What is waited for, with what a sample shows where that has not come yet.
fn with_sample(mut waits: Vec<Awaited>, sample: Option<Failure>) -> Vec<Awaited> {
    let awaited =
        sample.map(|one| Awaited { condition: one.expected, holds: false, seen: one.actual });
    waits.extend(awaited);
    waits
}
