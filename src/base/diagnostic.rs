use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use super::{Position, Span, safe_text};

/// A text and the name that people know it by (a path as it was given).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceText {
    /// The path, as given.
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Note,
    /// It runs, but probably not as meant.
    Warning,
    /// The step or the lab cannot run.
    Error,
}

/// Something that is to be said about a place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable, lower-case name such as `unknown-directive`.
    pub code: &'static str,
    /// Where, in bytes of the source text.
    pub span: Span,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What to write in place of the span, where only one thing can be meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            span,
            message: message.into(),
            hint: None,
            suggestion: None,
        }
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Something good to know at `span`.
    pub fn note(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, span, message) }
    }

    /// The same with a way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with what to write instead.
    #[must_use]
    pub fn with_suggestion(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// Line and column of its start.
    pub fn position(&self, source: &SourceText) -> Position {
        Position::of(&source.text, self.span.start)
    }

    /// The diagnostic as compilers print it: message, place, source line, caret, hint.
    pub fn render(&self, source: &SourceText) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        // Byte offsets have to survive, so only what cannot move them is replaced.
        let text: String = source
            .text
            .chars()
            .map(|c| if c.is_ascii_control() && !matches!(c, '\n' | '\t' | '\r') { '?' } else { c })
            .collect();
        let (start, end) = clamp(&text, self.span);
        let snippet = Snippet::source(text.as_str())
            .path(source.name.as_str())
            .annotation(AnnotationKind::Primary.span(start..end));
        let message = safe_text(&self.message);
        let mut group = level.primary_title(message.as_str()).id(self.code).element(snippet);
        let hint = self.hint.as_deref().map(safe_text);
        if let Some(hint) = hint.as_deref() {
            group = group.element(Level::HELP.message(hint));
        }
        Renderer::plain().render(&[group])
    }
}

fn clamp(text: &str, span: Span) -> (usize, usize) {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    (start, floor(span.end).max(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_place_line_caret_and_way_out() {
        let source = SourceText { name: "labs/x/lab.md".into(), text: "one\ntwo kinds\n".into() };
        let diagnostic =
            Diagnostic::error("unknown-kind", Span::new(8, 13), "unknown kind `kinds`")
                .with_hint("did you mean `kind`?");
        insta::assert_snapshot!(diagnostic.render(&source), @r"
        error[unknown-kind]: unknown kind `kinds`
         --> labs/x/lab.md:2:5
          |
        2 | two kinds
          |     ^^^^^
          |
          = help: did you mean `kind`?
        ");
    }

    #[test]
    fn a_span_outside_of_the_text_is_no_panic() {
        let source = SourceText { name: "x".into(), text: "é".into() };
        let text = Diagnostic::warning("c", Span::new(1, 99), "m").render(&source);
        assert!(text.contains("x:1:1"), "{text}");
    }
}
