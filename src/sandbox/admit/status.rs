use serde_json::{Value, json};

/// An error as the API says it: the fields of a `Status` object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Status {
    /// The HTTP status.
    pub code: u16,
    /// One word: `NotFound`, `Invalid`.
    pub reason: &'static str,
    /// What a person reads.
    pub message: String,
    /// What it is about.
    pub details: Option<Box<Details>>,
}

/// What an error is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Details {
    /// The object's name.
    pub name: String,
    /// Its group.
    pub group: String,
    /// Its resource (`pods`) or, where an object is invalid, its kind (`Pod`).
    pub kind: String,
    /// Its uid, where a precondition names one.
    pub uid: String,
    /// One by one what is wrong.
    pub causes: Vec<Cause>,
    /// When to try again.
    pub retry_after_seconds: Option<u32>,
}

/// One thing that is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    /// `FieldValueRequired`, `FieldValueInvalid`, …
    pub reason: &'static str,
    /// In words.
    pub message: String,
    /// `spec.containers[0].name`.
    pub field: String,
}

/// Splits `deployments.apps` into `deployments` and `apps`; `pods` has no group.
fn plural_and_group(resource: &str) -> (&str, &str) {
    resource.split_once('.').unwrap_or((resource, ""))
}

impl Status {
    /// An error without details.
    pub(crate) fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: None }
    }

    /// 404 for an object; `resource` as `pods` or `deployments.apps`.
    ///
    /// Source: `apimachinery/pkg/api/errors/errors.go`, `NewNotFound`.
    pub(crate) fn not_found(resource: &str, name: &str) -> Self {
        Self::new(404, "NotFound", format!("{resource} {name:?} not found")).about(resource, name)
    }

    /// 404 for a path that leads nowhere.
    pub(crate) fn no_such_path() -> Self {
        let mut status =
            Self::new(404, "NotFound", "the server could not find the requested resource");
        status.details = Some(Box::default());
        status
    }

    /// 409 for a name that is taken.
    pub(crate) fn already_exists(resource: &str, name: &str) -> Self {
        Self::new(409, "AlreadyExists", format!("{resource} {name:?} already exists"))
            .about(resource, name)
    }

    /// 409 for a write that does not fit what is there.
    pub(crate) fn conflict(resource: &str, name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {resource} {name:?}: {why}");
        Self::new(409, "Conflict", message).about(resource, name)
    }

    /// 403.
    pub(crate) fn forbidden(resource: &str, name: &str, why: &str) -> Self {
        let message = if name.is_empty() {
            format!("{resource} is forbidden: {why}")
        } else {
            format!("{resource} {name:?} is forbidden: {why}")
        };
        Self::new(403, "Forbidden", message).about(resource, name)
    }

    /// 400.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 405.
    pub(crate) fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        let mut status = Self::new(405, "MethodNotAllowed", message);
        status.details = Some(Box::default());
        status
    }

    /// 422: every cause with its field.
    ///
    /// Source: `errors.go`, `NewInvalid`; `field/errors.go`, `ErrorList.ToAggregate`.
    pub(crate) fn invalid(group: &str, kind: &str, name: &str, causes: Vec<Cause>) -> Self {
        let qualified = if group.is_empty() { kind.to_owned() } else { format!("{kind}.{group}") };
        let mut words: Vec<String> = Vec::new();
        for cause in &causes {
            let word = format!("{}: {}", cause.field, cause.message);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let words = match words.as_slice() {
            [one] => one.clone(),
            _ => format!("[{}]", words.join(", ")),
        };
        let mut status =
            Self::new(422, "Invalid", format!("{qualified} {name:?} is invalid: {words}"));
        status.details = Some(Box::new(Details {
            name: name.to_owned(),
            group: group.to_owned(),
            kind: kind.to_owned(),
            causes,
            ..Details::default()
        }));
        status
    }

    /// The same, with the object that it is about; `resource` as `deployments.apps`.
    #[must_use]
    pub(crate) fn about(mut self, resource: &str, name: &str) -> Self {
        let (plural, group) = plural_and_group(resource);
        let details = self.details.get_or_insert_default();
        plural.clone_into(&mut details.kind);
        group.clone_into(&mut details.group);
        name.clone_into(&mut details.name);
        self
    }

    /// The same, with one cause more.
    #[must_use]
    pub(crate) fn with_cause(mut self, reason: &'static str, message: &str, field: &str) -> Self {
        let cause = Cause { reason, message: message.to_owned(), field: field.to_owned() };
        self.details.get_or_insert_default().causes.push(cause);
        self
    }

    /// As the API sends it.
    pub(crate) fn to_json(&self) -> Value {
        let mut body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "code": self.code,
        });
        if !self.reason.is_empty() {
            body["reason"] = json!(self.reason);
        }
        if let Some(details) = &self.details {
            body["details"] = details.to_json();
        }
        body
    }
}

impl Details {
    fn to_json(&self) -> Value {
        let mut body = serde_json::Map::new();
        let texts = [
            ("name", &self.name),
            ("group", &self.group),
            ("kind", &self.kind),
            ("uid", &self.uid),
        ];
        for (key, text) in texts {
            if !text.is_empty() {
                body.insert(key.to_owned(), json!(text));
            }
        }
        if !self.causes.is_empty() {
            body.insert("causes".to_owned(), self.causes.iter().map(Cause::to_json).collect());
        }
        if let Some(seconds) = self.retry_after_seconds {
            body.insert("retryAfterSeconds".to_owned(), json!(seconds));
        }
        Value::Object(body)
    }
}

impl Cause {
    fn to_json(&self) -> Value {
        let mut body = json!({"message": self.message});
        if !self.reason.is_empty() {
            body["reason"] = json!(self.reason);
        }
        if !self.field.is_empty() {
            body["field"] = json!(self.field);
        }
        body
    }
}
