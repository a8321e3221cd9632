//! What is wrong with labs, for people, programs and GitHub.

use std::fmt::Write;

use serde::Serialize;

use crate::base::{Position, Severity};
use crate::lab::Finding;

/// Each with its place, the line, a caret, a way out.
pub fn findings_human(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{}\n\n", finding.render())).collect()
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    severity: Severity,
    code: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
    suggestion: Option<&'a str>,
}

/// One JSON object per line.
pub fn findings_json(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let diagnostic = &finding.diagnostic;
        let (start, end) = places(finding);
        let line = Line {
            file: &finding.source.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            severity: diagnostic.severity,
            code: diagnostic.code,
            message: &diagnostic.message,
            hint: diagnostic.hint.as_deref(),
            suggestion: diagnostic.suggestion.as_deref(),
        };
        // Strings and numbers always become JSON.
        out.push_str(&serde_json::to_string(&line).unwrap_or_default());
        out.push('\n');
    }
    out
}

/// Annotations as GitHub Actions reads them from a job's output.
///
/// Source: "Workflow commands for GitHub Actions", setting an error message.
pub fn findings_github(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let diagnostic = &finding.diagnostic;
        let (start, end) = places(finding);
        let level = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let hint = diagnostic.hint.as_deref().map(|hint| format!("\n{hint}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "::{level} file={},line={},col={},endLine={},endColumn={},title=podlab {}::{}",
            property(&finding.source.name),
            start.line,
            start.column,
            end.line,
            end.column,
            property(diagnostic.code),
            escaped(&format!("{}{hint}", diagnostic.message)),
        );
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

fn places(finding: &Finding) -> (Position, Position) {
    let (text, span) = (&finding.source.text, finding.diagnostic.span);
    (Position::of(text, span.start), Position::of(text, span.end))
}

/// `2 errors, 1 warning and 0 notes in 3 labs`.
pub fn findings_summary(findings: &[Finding], labs: usize) -> String {
    let count = |severity: Severity| {
        findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
    };
    format!(
        "{}, {} and {} in {}\n",
        counted(count(Severity::Error), "error"),
        counted(count(Severity::Warning), "warning"),
        counted(count(Severity::Note), "note"),
        counted(labs, "lab"),
    )
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Diagnostic, SourceText, Span};

    fn findings() -> Vec<Finding> {
        let source =
            SourceText { name: "labs/x, y/lab.md".into(), text: "one\ntwo kinds\n".into() };
        let error = Diagnostic::error("unknown-kind", Span::new(8, 13), "50 % of `kinds`")
            .with_hint("did you mean `kind`?")
            .with_suggestion("kind");
        let note = Diagnostic::note("needs-kubectl", Span::new(0, 3), "one");
        [error, note].map(|diagnostic| Finding { source: source.clone(), diagnostic }).to_vec()
    }

    #[test]
    fn programs_get_an_object_for_each() {
        insta::assert_snapshot!(findings_json(&findings()), @r#"
        {"file":"labs/x, y/lab.md","line":2,"column":5,"end_line":2,"end_column":10,"severity":"error","code":"unknown-kind","message":"50 % of `kinds`","hint":"did you mean `kind`?","suggestion":"kind"}
        {"file":"labs/x, y/lab.md","line":1,"column":1,"end_line":1,"end_column":4,"severity":"note","code":"needs-kubectl","message":"one","hint":null,"suggestion":null}
        "#);
    }

    #[test]
    fn github_gets_annotations() {
        insta::assert_snapshot!(findings_github(&findings()), @"
        ::error file=labs/x%2C y/lab.md,line=2,col=5,endLine=2,endColumn=10,title=podlab unknown-kind::50 %25 of `kinds`%0Adid you mean `kind`?
        ::notice file=labs/x%2C y/lab.md,line=1,col=1,endLine=1,endColumn=4,title=podlab needs-kubectl::one
        ");
    }

    #[test]
    fn people_get_a_picture_and_a_sum() {
        insta::assert_snapshot!(findings_human(&findings()), @"
        error[unknown-kind]: 50 % of `kinds`
         --> labs/x, y/lab.md:2:5
          |
        2 | two kinds
          |     ^^^^^
          |
          = help: did you mean `kind`?

        note[needs-kubectl]: one
         --> labs/x, y/lab.md:1:1
          |
        1 | one
          | ^^^
        ");
        assert_eq!(findings_summary(&findings(), 1), "1 error, 0 warnings and 1 note in 1 lab\n");
    }
}
