//! The lab was saved while it runs: what is the same goes on, what has changed begins anew.

use std::collections::BTreeMap;
use std::mem;

use crate::engine::foreign::authors_addresses;
use crate::engine::input::Effect;
use crate::engine::select::Selected;
use crate::engine::state::{State, defaults};
use crate::engine::words::assigned;
use crate::engine::{Event, Level, StepIndex};
use crate::lab::{Lab, Reload};

impl State {
    /// Takes the saved lab in the place of the one that runs.
    pub(super) fn reload(&mut self, reload: &Reload) {
        let now = |step: StepIndex| reload.now(step.0).map(StepIndex);
        let active: Vec<StepIndex> = self.active.keys().copied().collect();
        for step in active.into_iter().filter(|step| now(*step).is_none()) {
            self.abandon(step);
        }
        self.stop_streams(|stream| now(stream.step).is_none());
        let before = mem::replace(&mut self.lab, reload.lab.clone());
        self.renumber(now);
        self.forget_old_samples(&before, reload);
        self.take_values(&before);
        self.assigned = assigned(&self.lab);
        self.foreign = authors_addresses(&self.lab);
        self.renumbered.push(reload.kept.clone());
        self.effects.push(Effect::Files(new_files(&before, &self.lab)));
        self.emit(Event::Reloaded);
        if before.front_matter.images != self.lab.front_matter.images {
            let text = "other images are replaced now: that holds from the next start on";
            self.notice(Level::Warning, text.to_owned());
        }
    }

    /// What a step was called when so many reloads had been taken in, in today's numbers.
    pub(super) fn now_of(&self, reloads: usize, step: StepIndex) -> Option<StepIndex> {
        let since = self.renumbered.get(reloads..).unwrap_or_default();
        let now = |step: usize, kept: &Vec<Option<usize>>| kept.get(step).copied().flatten();
        since.iter().try_fold(step.0, now).map(StepIndex)
    }

    fn renumber(&mut self, now: impl Fn(StepIndex) -> Option<StepIndex>) {
        self.active = renumbered(mem::take(&mut self.active), &now);
        self.ended = renumbered(mem::take(&mut self.ended), &now);
        self.selected = self
            .selected
            .and_then(|selected| Some(Selected { step: now(selected.step)?, ..selected }));
        for stream in &mut self.streams {
            if let Some(step) = now(stream.step) {
                stream.step = step;
                stream.section = self.lab.steps.get(step.0).and_then(|step| step.section);
            }
        }
        for pane in self.panes.values_mut() {
            pane.claimed = pane.claimed.and_then(&now);
            for running in [&mut pane.host, &mut pane.pod].into_iter().flatten() {
                running.step = running.step.and_then(|(step, at)| Some((now(step)?, at)));
            }
        }
        for (_, step) in &mut self.made {
            *step = step.and_then(&now);
        }
    }

    /// What was compared with a sample that the author has just changed says nothing.
    fn forget_old_samples(&mut self, before: &Lab, reload: &Reload) {
        for step in reload.with_other_samples(before) {
            if let Some(active) = self.active.get_mut(&StepIndex(step)) {
                active.compared.clear();
            }
        }
    }

    /// New defaults hold where nobody has said anything else.
    fn take_values(&mut self, before: &Lab) {
        let (old, new) = (defaults(before), defaults(&self.lab));
        self.values.retain(|name, value| old.get(name) != Some(value));
        for (name, value) in new {
            self.values.entry(name).or_insert(value);
        }
    }
}

fn renumbered<T>(
    map: BTreeMap<StepIndex, T>,
    now: impl Fn(StepIndex) -> Option<StepIndex>,
) -> BTreeMap<StepIndex, T> {
    map.into_iter().filter_map(|(step, value)| Some((now(step)?, value))).collect()
}

/// What a student has changed in the lab's folder stays, unless the author changes it too.
fn new_files(before: &Lab, after: &Lab) -> BTreeMap<String, String> {
    let is_new = |(name, text): &(&String, &String)| before.files.get(*name) != Some(*text);
    let files = after.files.iter().filter(is_new);
    files.map(|(name, text)| (name.clone(), text.clone())).collect()
}
