//! A lab was saved while it runs: steps are counted anew.

use crate::engine::{Event, StepIndex};

impl Event {
    /// The event with its step as it is counted now; none where it is about a step that
    /// is no more.
    #[must_use]
    pub fn renumbered(mut self, now: impl Fn(StepIndex) -> Option<StepIndex>) -> Option<Self> {
        match &mut self {
            Self::StepStarted { step, .. }
            | Self::Streaming { step, .. }
            | Self::Waiting { step, .. }
            | Self::Acted { step, .. }
            | Self::Asked { step, .. }
            | Self::Drifted { step, .. }
            | Self::Captured { step, .. }
            | Self::StepEnded { step, .. }
            | Self::StepReset { step } => *step = now(*step)?,
            Self::CommandStarted { step, .. }
            | Self::CommandEnded { step, .. }
            | Self::Bound { step, .. }
            | Self::Made { step, .. } => *step = step.and_then(now),
            Self::RunStarted(_)
            | Self::TerminalOpened { .. }
            | Self::TerminalTitled { .. }
            | Self::TerminalOutput { .. }
            | Self::TerminalClosed { .. }
            | Self::Unbound { .. }
            | Self::Removed { .. }
            | Self::Watch(_)
            | Self::Notice { .. }
            | Self::Reloaded
            | Self::CleaningUp { .. }
            | Self::RunEnded { .. } => {}
        }
        Some(self)
    }
}
