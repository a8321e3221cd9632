use serde::{Deserialize, Serialize};

/// How a step ended. A failed step is an outcome, never an `Err`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Its commands ended as expected and what it promised was seen.
    Passed,
    /// It did not hold.
    Failed(Failure),
    /// It was left out, for this reason.
    Skipped(String),
    /// It was stopped.
    Interrupted,
}

/// Expected against actual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The command, or the condition in words, that did not hold.
    pub subject: String,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub actual: String,
    /// The line of the lab, from 1.
    pub line: usize,
    /// The output of the command, safe and cut to its end.
    pub output: String,
}
