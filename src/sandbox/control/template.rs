use serde_json::{Value, json};

use super::super::fields;
use super::context::controller_reference;

/// A pod made from the template of its owner, named by the server.
///
/// Source: `pkg/controller/controller_utils.go`, `GetPodFromTemplate`.
pub(super) fn pod_of(owner: &Value, template: &Value) -> Value {
    let mut pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": format!("{}-", fields::name(owner)),
            "namespace": fields::namespace(owner),
            "ownerReferences": [controller_reference(owner)],
        },
        "spec": template["spec"],
    });
    for part in ["labels", "annotations", "finalizers"] {
        let value = &template["metadata"][part];
        if !value.is_null() {
            fields::set(&mut pod, &format!("metadata.{part}"), value.clone());
        }
    }
    pod
}

/// A hash of a value as names carry it. Nulls and empty maps do not count: a template
/// that was read and written by a client of another version is the same template.
///
/// Source: `pkg/controller/controller_utils.go`, `ComputeHash` (which hashes Go's view of
/// a template, so that the numbers are others).
pub(super) fn hash(value: &Value, collisions: i64) -> String {
    let text = format!(
        "{}{}",
        meant(value),
        if collisions > 0 { collisions.to_string() } else { String::new() }
    );
    let mut state: u32 = 2_166_136_261;
    for byte in text.bytes() {
        state = (state ^ u32::from(byte)).wrapping_mul(16_777_619);
    }
    safe_encode(&state.to_string())
}

/// Source: `apimachinery/pkg/util/rand/rand.go`, `SafeEncodeString`.
fn safe_encode(text: &str) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let letter = |byte: u8| LETTERS.get(usize::from(byte) % LETTERS.len()).copied().unwrap_or(b'x');
    text.bytes().map(|byte| char::from(letter(byte))).collect()
}

/// A value without what says nothing.
pub(super) fn meant(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| (key.clone(), meant(value)));
            Value::Object(entries.filter(|(_, value)| !says_nothing(value)).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(meant).collect()),
        other => other.clone(),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Whether two templates ask for the same pods, whatever their `pod-template-hash`.
///
/// Source: `pkg/controller/deployment/util/deployment_util.go`, `EqualIgnoreHash`.
pub(super) fn same_but_for_hash(one: &Value, other: &Value) -> bool {
    without_hash(one) == without_hash(other)
}

/// A template as its author wrote it.
pub(super) fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove("pod-template-hash");
    }
    meant(&template)
}
