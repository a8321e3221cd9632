//! A lab that was saved with an error: the one before it runs on.

use crate::engine::StepIndex;

/// What is wrong with what the author saved last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The step that it is nearest to; none where the lab has no steps.
    pub step: Option<StepIndex>,
    /// As `podlab lint` shows it.
    pub lines: Vec<String>,
}
