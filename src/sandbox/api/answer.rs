use serde_json::Value;

use super::Answer;
use super::output::bytes;
use crate::sandbox::admit::Status;

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

    /// The same, with warnings for the person at the client.
    ///
    /// Source: `apimachinery/pkg/util/net/http.go`, `NewWarningHeader`.
    #[must_use]
    pub(super) fn with_warnings(mut self, warnings: &[String]) -> Self {
        for warning in warnings {
            let text: String = warning.chars().filter(|c| !c.is_control()).collect();
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            self.headers.push(("Warning".to_owned(), format!("299 - \"{quoted}\"")));
        }
        self
    }
}
