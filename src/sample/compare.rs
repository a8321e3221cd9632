//! A sample against real output: the aligner's two answers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::align::Alignment;
use super::binding::Binding;
use super::context::Context;
use super::json;
use super::judgement::{Judgement, Verdict};

/// What the aligner finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Both texts side by side, in the order of the sample.
    pub rows: Vec<ComparedRow>,
    /// What the author's literals mean here.
    pub bindings: Vec<Binding>,
    /// Addresses and names that are the same here as in the sample.
    pub confirmed: BTreeSet<String>,
}

/// A line of the sample, of the real output, or of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRow {
    /// As the sample has it.
    pub expected: Option<String>,
    /// As it was printed.
    pub actual: Option<String>,
    /// How they go together.
    pub judgement: Judgement,
}

impl Comparison {
    /// Whether the real output is like the sample.
    pub fn verdict(&self) -> Verdict {
        self.rows.iter().map(|row| row.judgement.verdict()).max().unwrap_or(Verdict::Like)
    }
}

/// Compares a sample with the real output of the same command.
///
/// Both may be anything at all; what is longer than a few thousand lines is compared as
/// far as that goes.
pub fn compare(sample: &str, actual: &str, context: &Context<'_>) -> Comparison {
    let means = context.as_the_author_means(sample);
    let says = context.as_the_lab_says(actual, sample);
    if let Some(found) = json::compare(&means, &says, context) {
        return found;
    }
    let alignment = Alignment::of(&means, &says, context);
    let shown = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.trim_end().to_owned()).collect()
    };
    let (expected, actual) = (shown(sample), shown(actual));
    let rows = alignment.entries.into_iter().map(|entry| ComparedRow {
        expected: entry.sample.and_then(|line| expected.get(line).cloned()),
        actual: entry.actual.and_then(|line| actual.get(line).cloned()),
        judgement: entry.judgement,
    });
    Comparison {
        rows: rows.collect(),
        bindings: alignment.found.bindings,
        confirmed: alignment.found.confirmed,
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
