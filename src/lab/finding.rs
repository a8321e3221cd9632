use crate::base::{Diagnostic, Severity, SourceText};

/// A diagnostic with the text that it is about: the lab, or a file beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The text that the diagnostic's span is in.
    pub source: SourceText,
    /// What is to be said.
    pub diagnostic: Diagnostic,
}

impl Finding {
    /// As a terminal shows it: place, source line with a caret, way out.
    pub fn render(&self) -> String {
        self.diagnostic.render(&self.source)
    }

    /// Whether it keeps the lab from running.
    pub fn is_error(&self) -> bool {
        self.diagnostic.severity == Severity::Error
    }
}
