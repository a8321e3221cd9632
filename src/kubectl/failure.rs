//! Errors in the words that kubectl has for them.

use kube::core::Status;

use crate::base::safe_text;
use crate::cluster::{KindError, Refused, RequestError};

/// Why a verb ends badly.
#[derive(Debug)]
pub(super) enum Failure {
    /// Printed as `error: …`.
    Message(String),
    /// Printed as it is, with this exit code.
    Plain(String, u8),
    /// A request failed; `doing` says at what, as in `error when creating "x.yaml"`.
    Request {
        /// What was being done, where kubectl says so.
        doing: Option<String>,
        /// What went wrong.
        error: RequestError,
    },
    /// Something failed after this had been made for standard output.
    After {
        /// What is printed all the same.
        out: String,
        /// What went wrong then.
        failure: Box<Failure>,
    },
    /// Several things failed, and the rest was done.
    Several(Vec<Failure>),
    /// Everything was said already.
    Exit(u8),
    /// The person stopped it.
    Interrupted,
    /// Standard output or input is gone; nobody reads what we would say.
    Closed,
}

/// What a verb ends with.
pub(super) type Outcome = Result<(), Failure>;

impl Failure {
    /// An `error: …`.
    pub(super) fn message(text: impl Into<String>) -> Self {
        Self::Message(text.into())
    }

    /// The same failure, said to have happened at this.
    pub(super) fn at(self, what: impl Into<String>) -> Self {
        match self {
            Self::Request { doing: None, error } => {
                Self::Request { doing: Some(what.into()), error }
            }
            other => other,
        }
    }

    /// The same failure, after this had been made for standard output.
    pub(super) fn after(self, out: String) -> Self {
        Self::After { out, failure: Box::new(self) }
    }

    /// What standard output gets before the failure is told.
    pub(super) fn out(&self) -> &str {
        match self {
            Self::After { out, .. } => out,
            _ => "",
        }
    }

    /// The server is away, so that nothing that follows would succeed.
    pub(super) fn is_away(&self) -> bool {
        matches!(self, Self::Request { error, .. } if error.is_away())
    }

    /// What was asked for does not exist.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Request { error, .. } if error.is_not_found())
    }

    /// Nobody reads what the verb prints.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self, Self::Closed)
    }

    /// One failure of many: none is fine, one is itself.
    pub(super) fn collect(mut failures: Vec<Failure>) -> Outcome {
        match failures.len() {
            0 => Ok(()),
            1 => Err(failures.remove(0)),
            _ => Err(Self::Several(failures)),
        }
    }

    /// The exit code.
    ///
    /// Source: `kubectl/pkg/cmd/util/helpers.go`, `DefaultErrorExitCode`; 130 is a shell's
    /// for a program that Ctrl-C ended.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Plain(_, code) | Self::Exit(code) => *code,
            Self::Interrupted => 130,
            Self::After { failure, .. } => failure.exit_code(),
            _ => 1,
        }
    }

    /// What stands on standard error, with its newline; empty where nothing is to be said.
    ///
    /// Source: `kubectl/pkg/cmd/util/helpers.go`, `checkErr`.
    pub(super) fn text(&self) -> String {
        let text = match self {
            Self::Message(text) if text.starts_with("error: ") => text.clone(),
            Self::Message(text) => format!("error: {text}"),
            Self::Plain(text, _) => text.clone(),
            Self::After { failure, .. } => return failure.text(),
            Self::Request { doing, error } => request_text(doing.as_deref(), error),
            Self::Several(failures) => return failures.iter().map(Self::line).collect(),
            Self::Exit(_) | Self::Interrupted | Self::Closed => return String::new(),
        };
        with_newline(safe_text(&text))
    }

    /// As one of several: kubectl leaves `error: ` out there.
    fn line(&self) -> String {
        match self {
            Self::Message(text) => with_newline(safe_text(text)),
            other => other.text(),
        }
    }
}

fn with_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Source: `kubectl/pkg/cmd/util/helpers.go`, `StandardErrorMessage`; the source of an
/// error stands after the reason (`AddSourceToErr`).
fn request_text(doing: Option<&str>, error: &RequestError) -> String {
    let doing = doing.map(|what| format!("{what}: ")).unwrap_or_default();
    match error {
        RequestError::Status(status) if status.is_invalid() => invalid(status),
        RequestError::Status(status) if status.reason == "Unauthorized" => {
            format!("error: You must be logged in to the server ({doing}{})", status.message)
        }
        RequestError::Status(status) if status.reason.is_empty() => {
            format!("Error from server: {doing}{}", status.message)
        }
        RequestError::Status(status) => {
            format!("Error from server ({}): {doing}{}", status.reason, status.message)
        }
        RequestError::Refused { server } => format!(
            "The connection to the server {server} was refused - did you specify the right host or port?"
        ),
        RequestError::Unreachable { reason, .. } => {
            format!("Unable to connect to the server: {reason}")
        }
        timed_out @ RequestError::TimedOut { .. } => {
            format!("Unable to connect to the server: {timed_out}")
        }
        RequestError::Answer(error) => format!("error: {doing}{error}"),
    }
}

/// Source: `kubectl/pkg/cmd/util/helpers.go`, `checkErr`, case `IsInvalid`.
fn invalid(status: &Status) -> String {
    let Some(details) = &status.details else { return "The request is invalid".to_owned() };
    let mut text = if details.kind.is_empty() && details.name.is_empty() {
        "The request is invalid".to_owned()
    } else {
        format!("The {} {:?} is invalid", details.kind, details.name)
    };
    if details.kind.is_empty() && details.name.is_empty() && details.causes.is_empty() {
        text = format!("{text}: {}", status.message);
    }
    let mut causes: Vec<String> =
        details.causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect();
    causes.dedup();
    match causes.as_slice() {
        [] => {}
        // A newline follows even where the cause ends with one.
        [only] => text.push_str(&format!(": {only}\n")),
        several => {
            text.push_str(": \n");
            text.extend(several.iter().map(|cause| format!("* {cause}\n")));
        }
    }
    text
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        Self::Request { doing: None, error }
    }
}

impl From<KindError> for Failure {
    fn from(error: KindError) -> Self {
        match error {
            KindError::Request(error) => error.into(),
            other => Self::Message(other.to_string()),
        }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Message(refused.0)
    }
}

/// What is read and written is the caller's; an error there means that nobody is left.
impl From<std::io::Error> for Failure {
    fn from(_: std::io::Error) -> Self {
        Self::Closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(json: &str) -> Failure {
        RequestError::Status(Box::new(serde_json::from_str(json).unwrap())).into()
    }

    #[test]
    fn errors_read_as_kubectl_prints_them() {
        let missing = r#"{"code":404,"reason":"NotFound","message":"pods \"x\" not found"}"#;
        assert_eq!(failed(missing).text(), "Error from server (NotFound): pods \"x\" not found\n");
        assert_eq!(
            failed(missing).at("error when deleting \"f.yaml\"").text(),
            "Error from server (NotFound): error when deleting \"f.yaml\": pods \"x\" not found\n"
        );
        let refused = RequestError::Refused { server: "127.0.0.1:1".into() };
        assert_eq!(
            Failure::from(refused).text(),
            "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n"
        );
        assert_eq!(Failure::message("unknown flag: --x").text(), "error: unknown flag: --x\n");
        assert_eq!(
            failed(r#"{"code":401,"reason":"Unauthorized","message":"Unauthorized"}"#).text(),
            "error: You must be logged in to the server (Unauthorized)\n"
        );
    }

    #[test]
    fn an_invalid_object_lists_its_causes() {
        let of = |causes: &str| {
            failed(&format!(
                r#"{{"code":422,"reason":"Invalid","message":"m","details":{{"kind":"Pod","name":"x","causes":[{causes}]}}}}"#
            ))
        };
        let one = r#"{"field":"spec.a","message":"Required value"}"#;
        let two = r#"{"field":"spec.b","message":"Invalid value"}"#;
        assert_eq!(of(one).text(), "The Pod \"x\" is invalid: spec.a: Required value\n");
        assert_eq!(
            of(&format!("{one},{two}")).text(),
            "The Pod \"x\" is invalid: \n* spec.a: Required value\n* spec.b: Invalid value\n"
        );
    }

    #[test]
    fn several_failures_are_lines_without_a_prefix() {
        let several = Failure::Several(vec![Failure::message("a"), Failure::message("b")]);
        assert_eq!(several.text(), "a\nb\n");
        assert!(Failure::collect(Vec::new()).is_ok());
    }
}
