//! What the drawing of a block needs to know beside the lab.

use jiff::Timestamp;

use super::highlight::Highlights;
use super::state::{Progress, Step, Trouble};
use crate::engine::StepIndex;
use crate::lab::Lab;

/// The lab and how far a person is in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    /// The text.
    pub lab: &'a Lab,
    /// What became of the steps, and which values are known.
    pub progress: &'a Progress,
    /// What is wrong with what the author saved last.
    pub trouble: Option<&'a Trouble>,
    /// The colours of its code, once they are known.
    pub highlights: &'a Highlights,
    /// The time, for what takes a while.
    pub now: Timestamp,
}

impl<'a> Page<'a> {
    /// The step that the block is, if it runs.
    pub(super) fn step_of(
        &self,
        block: usize,
    ) -> Option<(StepIndex, &'a crate::lab::Step, &'a Step)> {
        let at = self.lab.steps.partition_point(|step| step.block < block);
        let step = self.lab.steps.get(at).filter(|step| step.block == block)?;
        Some((StepIndex(at), step, self.progress.step(StepIndex(at))?))
    }
}
