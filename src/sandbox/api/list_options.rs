use serde_json::{Value, json};

use super::body::base64;
use super::call::Call;
use super::read::selectable_fields;
use super::registry::definition_version;
use super::selector::{FieldSelector, LabelSelector};
use crate::sandbox::admit::Status;
use crate::sandbox::admit::edit::text;
use crate::sandbox::store::Object;

/// What a list or a watch selects, and from when.
#[derive(Debug, Clone, Default)]
pub(super) struct ListOptions {
    pub(super) labels: LabelSelector,
    pub(super) fields: FieldSelector,
    /// How many objects a page has; 0: all.
    pub(super) limit: usize,
    pub(super) continue_from: Option<ContinueToken>,
    /// `resourceVersion`; none where it is not given.
    pub(super) resource_version: Option<u64>,
    /// `resourceVersionMatch=Exact`.
    pub(super) exactly: bool,
}

/// Where a list goes on, and as of which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ContinueToken {
    version: u64,
    namespace: String,
    name: String,
}

/// A page of a list.
pub(super) struct Page {
    pub(super) objects: Vec<Object>,
    pub(super) version: u64,
    /// The token of the next one.
    pub(super) next: Option<String>,
    /// How many objects come after this one.
    pub(super) remaining: Option<usize>,
}

impl ListOptions {
    /// # Errors
    /// 400 for what cannot be read.
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Status> {
        let given = |name: &str| call.request.parameter(name).unwrap_or_default();
        let labels = LabelSelector::parse(given("labelSelector")).map_err(Status::bad_request)?;
        let of_definition = selectable_fields(definition_version(call.store, call.resource()));
        let fields = FieldSelector::parse(given("fieldSelector"), call.resource(), &of_definition);
        let limit = match given("limit") {
            "" => 0,
            text => text.parse().map_err(|_| unreadable("limit", text))?,
        };
        let resource_version = match given("resourceVersion") {
            "" => None,
            text => Some(text.parse().map_err(|_| invalid_version(text))?),
        };
        let continue_from = match given("continue") {
            "" => None,
            text => Some(ContinueToken::read(text)?),
        };
        Ok(Self {
            labels,
            fields: fields.map_err(Status::bad_request)?,
            limit,
            continue_from,
            resource_version,
            exactly: given("resourceVersionMatch") == "Exact",
        })
    }

    pub(super) fn selects(&self, object: &Value) -> bool {
        self.labels.selects(object) && self.fields.selects(object)
    }

    /// The version that a list is of.
    ///
    /// # Errors
    /// 504 for one that is still to come.
    pub(super) fn version(&self, current: u64) -> Result<u64, Status> {
        if let Some(token) = &self.continue_from {
            return Ok(token.version.min(current));
        }
        match self.resource_version {
            Some(wanted) if wanted > current => Err(too_large(wanted, current)),
            Some(wanted) if self.exactly && wanted > 0 => Ok(wanted),
            // Pages without a match are as of that version exactly.
            _ => Ok(current),
        }
    }
}

impl ContinueToken {
    fn read(text: &str) -> Result<Self, Status> {
        let broken = || Status::bad_request(format!("continue key is not valid: {text:?}"));
        let json = decoded(text).ok_or_else(broken)?;
        let value: Value = serde_json::from_slice(&json).map_err(|_| broken())?;
        let version = value["rv"].as_u64().ok_or_else(broken)?;
        let start = value["start"].as_str().ok_or_else(broken)?;
        let (namespace, name) = start.split_once('/').ok_or_else(broken)?;
        Ok(Self { version, namespace: namespace.to_owned(), name: name.to_owned() })
    }

    fn write(version: u64, last: &Value) -> String {
        let namespace = text(last, &["metadata", "namespace"]);
        let start = format!("{namespace}/{}", text(last, &["metadata", "name"]));
        let token = json!({"v": "meta.k8s.io/v1", "rv": version, "start": start});
        let text = base64(token.to_string().as_bytes());
        text.trim_end_matches('=').replace('+', "-").replace('/', "_")
    }

    /// Whether an object comes after the last one of the page before.
    pub(super) fn is_before(&self, object: &Value) -> bool {
        let key = (text(object, &["metadata", "namespace"]), text(object, &["metadata", "name"]));
        key > (self.namespace.as_str(), self.name.as_str())
    }
}

impl Page {
    /// Keeps as many objects as a page has.
    pub(super) fn cut(&mut self, options: &ListOptions) {
        let all = self.objects.len();
        if options.limit == 0 || all <= options.limit {
            return;
        }
        self.objects.truncate(options.limit);
        self.next = self.objects.last().map(|last| ContinueToken::write(self.version, last));
        // With selectors a real server does not know how many more there are.
        let counted = options.labels.is_empty() && options.fields.is_empty();
        self.remaining = counted.then(|| all - self.objects.len());
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

fn unreadable(name: &str, text: &str) -> Status {
    let why = format!("strconv.ParseInt: parsing {text:?}: invalid syntax");
    Status::bad_request(format!("unable to decode {name:?}: {why}"))
}

fn invalid_version(text: &str) -> Status {
    let why = format!(
        "resourceVersion: Invalid value: {text:?}: strconv.ParseUint: parsing {text:?}: invalid syntax"
    );
    Status::bad_request(why)
}

/// Source: `apiserver/pkg/storage/errors.go`, `NewTooLargeResourceVersionError`.
fn too_large(wanted: u64, current: u64) -> Status {
    let message = format!("Too large resource version: {wanted}, current: {current}");
    let status = Status::new(504, "Timeout", format!("Timeout: {message}"));
    let mut status = status.with_cause("ResourceVersionTooLarge", "Too large resource version", "");
    if let Some(details) = &mut status.details {
        details.retry_after_seconds = Some(1);
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_as_they_were() {
        let object = json!({"metadata": {"namespace": "lab", "name": "web-1"}});
        let token = ContinueToken::write(7, &object);
        let read = ContinueToken::read(&token).unwrap();
        assert_eq!(
            (read.version, read.namespace.as_str(), read.name.as_str()),
            (7, "lab", "web-1")
        );
        assert!(!read.is_before(&object));
        assert!(read.is_before(&json!({"metadata": {"namespace": "lab", "name": "web-2"}})));
        for text in ["x", "%%", "e30", "bnVsbA"] {
            assert!(ContinueToken::read(text).is_err(), "{text}");
        }
    }
}
