use serde_json::{Value, json};

use super::STRATEGIC;
use crate::sandbox::admit::{Cause, Status};

/// What a server says of a patch whose outcome the object's type cannot hold.
///
/// Source: `apiserver/pkg/endpoints/handlers/patch.go`, `applyPatchToObject`.
pub(super) fn of_outcome(status: Status, media_type: &str, patch: &[u8]) -> Status {
    let Some((_, why)) = status.message.split_once("cannot be handled as a ") else {
        return status;
    };
    let why = why.split_once(": ").map_or(why, |(_, why)| why);
    let (value, why) = if media_type == STRATEGIC {
        let patch: Value = serde_json::from_slice(patch).unwrap_or_default();
        (go_words(&patch), conversion_words(why))
    } else {
        (String::from_utf8_lossy(patch).into_owned(), why.to_owned())
    };
    let cause = Cause {
        reason: "FieldValueInvalid",
        message: format!("Invalid value: {}: {why}", json!(value)),
        field: "patch".to_owned(),
    };
    Status::invalid("", "", "", vec![cause])
}

/// Source: `apimachinery/pkg/runtime/converter.go`.
fn conversion_words(why: &str) -> String {
    let Some((before, wanted)) = why.rsplit_once(" of type ") else { return why.to_owned() };
    let given = before.strip_prefix("json: cannot unmarshal ").unwrap_or(before);
    let given = given.split(' ').next().unwrap_or_default();
    if wanted.starts_with("[]") {
        format!("cannot restore slice from {given}")
    } else if wanted.starts_with("map[") {
        format!("cannot restore map from {given}")
    } else if wanted.contains('.') {
        format!("cannot restore struct from: {given}")
    } else {
        format!("unrecognized type: {wanted}")
    }
}

/// A value as Go prints it: `map[spec:map[replicas:x]]`.
fn go_words(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            format!("[{}]", list.iter().map(go_words).collect::<Vec<_>>().join(" "))
        }
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{key}:{}", go_words(value)));
            format!("map[{}]", pairs.collect::<Vec<_>>().join(" "))
        }
        plain => plain.to_string(),
    }
}
