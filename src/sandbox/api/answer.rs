use serde_json::Value;

use super::Answer;
use super::output::bytes;
use crate::sandbox::admit::Status;

/// How many bytes all warnings of an answer may have.
///
/// Source: `apiserver/pkg/endpoints/filters/warning.go`, `truncateAtTotalRunes`.
const MOST_WARNED: usize = 4 * 1024;

impl Answer {
    /// JSON that is written already.
    pub(super) fn of_json(status: u16, body: Vec<u8>) -> Self {
        let content_type = "application/json".to_owned();
        Self { status, content_type, headers: Vec::new(), body }
    }

    /// 200 with this JSON.
    pub(super) fn of_value(value: &Value) -> Self {
        Self::of_json(200, bytes(value))
    }

    /// 200 with plain text.
    pub(super) fn of_text(text: &str) -> Self {
        let content_type = "text/plain; charset=utf-8".to_owned();
        Self { status: 200, content_type, headers: Vec::new(), body: text.as_bytes().to_vec() }
    }

    /// An error as an answer.
    pub(crate) fn of_status(status: &Status) -> Self {
        let mut answer = Self::of_json(status.code, bytes(&status.to_json()));
        let retry = status.details.as_ref().and_then(|details| details.retry_after_seconds);
        if let Some(seconds) = retry {
            answer.headers.push(("Retry-After".to_owned(), seconds.to_string()));
        }
        answer
    }

    /// The same, with warnings for the person at the client: each once, and no more than
    /// clients accept as headers.
    ///
    /// Source: `apimachinery/pkg/util/net/http.go`, `NewWarningHeader`;
    /// `apiserver/pkg/endpoints/filters/warning.go`, `AddWarning`.
    #[must_use]
    pub(super) fn with_warnings(mut self, warnings: &[String]) -> Self {
        let mut room = MOST_WARNED;
        for (number, warning) in warnings.iter().enumerate() {
            let is_repeated = warnings.iter().take(number).any(|before| before == warning);
            if is_repeated || room < warning.len() {
                continue;
            }
            room -= warning.len();
            let text: String = warning.chars().filter(|c| !c.is_control()).collect();
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            self.headers.push(("Warning".to_owned(), format!("299 - \"{quoted}\"")));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_told_once_and_do_not_fill_an_answer() {
        let of = |warnings: Vec<String>| Answer::of_text("").with_warnings(&warnings).headers;
        let twice = of(vec!["say \"it\"".to_owned(); 2]);
        assert_eq!(twice, [("Warning".to_owned(), r#"299 - "say \"it\"""#.to_owned())]);
        let many = of((0..1000).map(|n| format!("unknown field \"spec.field{n}\"")).collect());
        let bytes: usize = many.iter().map(|(_, value)| value.len()).sum();
        assert!(bytes > 3000 && bytes < 6000, "{bytes}");
    }
}
