//! How far the lab is: its steps, the values that are known, what was made.

use std::collections::BTreeMap;

use super::step::Step;
use crate::engine::{Gap, StepIndex};
use crate::lab::{Lab, Reload};
use crate::sample::{Bindings, By};

/// What the engine told of the lab so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    steps: Vec<Step>,
    /// The step that is looked at; none where the lab has no steps.
    pub current: Option<StepIndex>,
    /// Values that were taken: name to value and where it comes from.
    pub captured: BTreeMap<String, (String, String)>,
    /// What the author's literals mean here.
    pub bindings: Bindings,
    /// Images that are replaced: from, to, why.
    pub replaced_images: BTreeMap<String, (String, Option<String>)>,
    /// Objects that the run made and that are not gone.
    pub made: Vec<String>,
}

/// Something of the author's that stands for something here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownValue {
    /// As the text has it.
    pub gap: Gap,
    /// What it means here.
    pub value: String,
    /// Where it was found.
    pub place: String,
}

impl Progress {
    /// Placeholders first, then literals of the author's cluster.
    pub fn known_values(&self) -> Vec<KnownValue> {
        let captured = self.captured.iter().map(|(name, (value, source))| KnownValue {
            gap: Gap::Placeholder(name.clone()),
            value: value.clone(),
            place: source.clone(),
        });
        let bound = self.bindings.iter().map(|(binding, by)| KnownValue {
            gap: Gap::Literal(binding.literal.clone()),
            value: binding.value.clone(),
            place: match by {
                By::Sample => binding.place.to_string(),
                By::Person => format!("{}, as you said", binding.place),
            },
        });
        captured.chain(bound).collect()
    }

    /// Nothing of so many steps is done yet.
    pub fn new(steps: usize) -> Self {
        let current = (steps > 0).then_some(StepIndex(0));
        Self { steps: vec![Step::default(); steps], current, ..Self::default() }
    }

    /// The lab was saved: what is the same keeps what became of it.
    pub fn reload(&mut self, before: &Lab, reload: &Reload) {
        let old = std::mem::take(&mut self.steps);
        self.steps = vec![Step::default(); reload.lab.steps.len()];
        for (step, now) in old.into_iter().zip(&reload.kept) {
            if let Some(place) = now.and_then(|now| self.steps.get_mut(now)) {
                *place = step;
            }
        }
        // The author may just have mended the sample.
        for step in reload.with_other_samples(before) {
            if let Some(step) = self.steps.get_mut(step) {
                step.drift.clear();
            }
        }
        let last = self.steps.len().checked_sub(1);
        let kept = self.current.and_then(|current| reload.now(current.0));
        let nearest = self.current.map_or(0, |current| current.0);
        self.current = last.map(|last| StepIndex(kept.unwrap_or(nearest).min(last)));
    }

    /// What became of a step; none where there is no such step.
    pub fn step(&self, step: StepIndex) -> Option<&Step> {
        self.steps.get(step.0)
    }

    /// The same, to change it.
    pub fn step_mut(&mut self, step: StepIndex) -> Option<&mut Step> {
        self.steps.get_mut(step.0)
    }

    /// All steps in the order of the lab.
    pub fn steps(&self) -> impl Iterator<Item = (StepIndex, &Step)> {
        self.steps.iter().enumerate().map(|(at, step)| (StepIndex(at), step))
    }

    /// The step that runs or waits: the one that is looked at, else the last one.
    pub fn under_way(&self) -> Option<StepIndex> {
        let runs = |step: &StepIndex| self.step(*step).is_some_and(|one| one.status.is_under_way());
        self.current.filter(runs).or_else(|| {
            self.steps().filter(|(_, one)| one.status.is_under_way()).map(|(step, _)| step).last()
        })
    }

    /// The next step after `step` that has neither passed nor was left out.
    pub fn next_pending(&self, step: StepIndex) -> Option<StepIndex> {
        self.steps().find(|(at, one)| *at > step && !one.status.is_settled()).map(|(at, _)| at)
    }

    /// An object is there because of `step`.
    pub fn add(&mut self, step: Option<StepIndex>, object: String) {
        let known = |made: &[String]| made.contains(&object);
        if let Some(one) = step.and_then(|step| self.step_mut(step))
            && !known(&one.made)
        {
            one.made.push(object.clone());
        }
        if !self.made.contains(&object) {
            self.made.push(object);
        }
    }

    /// An object is gone.
    pub fn remove(&mut self, object: &str) {
        self.made.retain(|known| known != object);
        for step in &mut self.steps {
            step.made.retain(|known| known != object);
        }
    }
}
