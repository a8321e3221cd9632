//! What a comparison finds.

use serde::{Deserialize, Serialize};

/// How a line of a sample and a line of real output go together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judgement {
    /// They say the same.
    Like,
    /// The line stands for others that are not shown.
    Elided,
    /// They differ for a reason that is no fault of the text.
    Explained(String),
    /// What the sample shows may still come; this is seen instead.
    NotYet(String),
    /// They differ, in this.
    Differs(String),
}

/// What a whole comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verdict {
    /// The real output is like the sample.
    Like,
    /// It may become so.
    NotYet,
    /// It is not.
    Drift,
}

impl Judgement {
    /// What it means for the whole.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Like | Self::Elided | Self::Explained(_) => Verdict::Like,
            Self::NotYet(_) => Verdict::NotYet,
            Self::Differs(_) => Verdict::Drift,
        }
    }

    /// The graver of the two.
    pub(super) fn and(self, other: Self) -> Self {
        if other.verdict() > self.verdict() { other } else { self }
    }

    /// `column is actual, not expected`.
    pub(super) fn differs(what: &str, expected: &str, actual: &str) -> Self {
        Self::Differs(instead(what, expected, actual))
    }

    /// The same of something that may pass.
    pub(super) fn not_yet(what: &str, expected: &str, actual: &str) -> Self {
        Self::NotYet(instead(what, expected, actual))
    }
}

fn instead(what: &str, expected: &str, actual: &str) -> String {
    format!("{what} is {}, not {}", shown(actual), shown(expected))
}

/// A text in few words.
fn shown(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        _ if text.is_empty() => "nothing".to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// How much of a text a difference names, in characters.
const LONGEST: usize = 60;
