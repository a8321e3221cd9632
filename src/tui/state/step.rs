//! What became of a step.

use std::time::Duration;

use jiff::Timestamp;

use crate::engine::{Awaited, Drift, Failure, Question, TerminalId};
use crate::sample::Binding;

/// A step as the screen knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// How far it is.
    pub status: Status,
    /// Whether its hint was asked for.
    pub hint: Shown,
    /// Where its command goes on beside the next steps.
    pub streams_in: Option<TerminalId>,
    /// What the cluster has because of it, and what `undo` would remove.
    pub made: Vec<String>,
    /// Bindings that acted when it ran.
    pub acted: Vec<Binding>,
    /// Where its output is not like the text.
    pub drift: Vec<Drift>,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Status {
    /// Nobody ran it yet.
    #[default]
    Pending,
    /// It was asked for; the engine has not answered.
    Asked,
    /// Its commands run.
    Running { since: Timestamp },
    /// Its commands are done; these are waited for.
    Waiting { since: Timestamp, conditions: Vec<Awaited>, timeout: Duration },
    /// It cannot go on before a person answers.
    NeedsAnswer(Question),
    /// It held.
    Passed { elapsed: Duration },
    /// It did not hold.
    Failed { elapsed: Duration, failure: Failure },
    /// It was left out, for this reason.
    Skipped(String),
    /// It was stopped.
    Interrupted,
}

/// Whether something is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// It is.
    Yes,
    /// It is not.
    #[default]
    No,
}

impl Shown {
    /// The other one.
    #[must_use]
    pub fn toggled(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
        }
    }
}

impl Status {
    /// Whether it runs or waits now, so that its seconds count.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Asked | Self::Running { .. } | Self::Waiting { .. })
    }

    /// Whether it came to an end.
    pub fn is_over(&self) -> bool {
        !self.is_under_way() && !matches!(self, Self::Pending | Self::NeedsAnswer(_))
    }

    /// The sign in front of it; colour never says it alone.
    pub fn sign(&self) -> char {
        match self {
            Self::Pending => ' ',
            Self::Asked | Self::Running { .. } | Self::Waiting { .. } => '…',
            Self::NeedsAnswer(_) => '?',
            Self::Passed { .. } => '✓',
            Self::Failed { .. } => '✗',
            Self::Skipped(_) => '–',
            Self::Interrupted => '!',
        }
    }
}
