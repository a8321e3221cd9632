//! Changes that are told as changes.

mod json;
mod order;
mod refusal;
mod strategic;

use serde_json::{Map, Value, json};

use self::json::{json_patch, merge_patch};
use strategic::strategic_patch;

use super::body::{mismatch, parse_json};
use super::call::Call;
use super::convert::{served, stored};
use super::decode::{Expected, fitted, parse_yaml, unsupported_media_type};
use super::managed::{Applied, LAST_APPLIED, apply};
use super::write::{
    answer, change_object, create_object, empty_of, existing, manager_of, with_type,
};
use super::{Reply, convert};
use crate::kinds::{ApiResource, Schema};
use crate::sandbox::admit::edit::{at, is_blank, set, text};
use crate::sandbox::admit::{Cause, Status};

const JSON: &str = "application/json-patch+json";
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

/// Source: `apiserver/pkg/endpoints/handlers/patch.go`.
///
/// # Errors
/// 415 for a kind of patch that the resource does not take, 400 and 422 for patches that
/// cannot be carried out, and whatever makes the object invalid.
pub(super) fn patch(call: &mut Call<'_>) -> Result<Reply, Status> {
    if media_type(call) == APPLY {
        return apply_patch(call);
    }
    let old = existing(call)?;
    let resource = call.resource().clone();
    let (patched, duplicates) = patched(call, &resource, served(&resource, &old).into_owned())?;
    check_identity(&patched, &old)?;
    let expected = Expected::of(call, &resource);
    let object = fitted(call, patched, duplicates, &expected)
        .map_err(|status| refusal::of_outcome(status, &media_type(call), &call.request.body))?;
    let object = change_object(call, &old, stored(&resource, object), true)?;
    answer(call, 200, &object)
}

fn media_type(call: &Call<'_>) -> String {
    call.request.content_type.split(';').next().unwrap_or_default().trim().to_owned()
}

/// An object after a patch, and the keys that stand in the patch twice.
///
/// # Errors
/// As [`patch`].
pub(super) fn patched(
    call: &Call<'_>,
    resource: &ApiResource,
    mut object: Value,
) -> Result<(Value, Vec<String>), Status> {
    let media_type = media_type(call);
    let parsed = parse_json(&call.request.body);
    let unreadable = |why: String| Status::bad_request(format!("error decoding patch: {why}"));
    match media_type.as_str() {
        JSON => {
            let parsed = parsed.map_err(unreadable)?;
            let operations = operations(&parsed.value).map_err(unreadable)?;
            json_patch(&mut object, operations).map_err(|_| rejected())?;
            Ok((object, parsed.duplicates))
        }
        MERGE => {
            let parsed = parsed.map_err(unreadable)?;
            let patch = map(&parsed.value).map_err(unreadable)?;
            merge_patch(&mut object, &Value::Object(patch));
            Ok((object, parsed.duplicates))
        }
        STRATEGIC if !resource.custom => {
            let parsed = parsed.map_err(Status::bad_request)?;
            let patch = map(&parsed.value).map_err(Status::bad_request)?;
            let type_id = Schema::shipped().kind(&resource.api_version(), &resource.kind);
            let object = strategic_patch(object, &patch, type_id)
                .map_err(|why| Status::new(500, "", why))?;
            Ok((object, parsed.duplicates))
        }
        _ if resource.custom => Err(unsupported_media_type(&[JSON, MERGE, APPLY])),
        _ => Err(unsupported_media_type(&[JSON, MERGE, STRATEGIC, APPLY])),
    }
}

/// The operations of a JSON patch; null stands for none.
fn operations(patch: &Value) -> Result<&[Value], String> {
    if patch.is_null() {
        return Ok(&[]);
    }
    let list = patch.as_array();
    let list = list.ok_or_else(|| mismatch(patch, "value of type []handlers.jsonPatchOp"))?;
    for one in list {
        if !one.is_object() && !one.is_null() {
            return Err(mismatch(one, "value of type handlers.jsonPatchOp"));
        }
        for key in ["op", "path", "from"] {
            let word = one.get(key).filter(|word| !word.is_string() && !word.is_null());
            if let Some(word) = word {
                return Err(mismatch(
                    word,
                    &format!("struct field jsonPatchOp.{key} of type string"),
                ));
            }
        }
    }
    Ok(list)
}

/// A patch that has to be a map; null stands for an empty one.
fn map(patch: &Value) -> Result<Map<String, Value>, String> {
    match patch {
        Value::Null => Ok(Map::new()),
        Value::Object(map) => Ok(map.clone()),
        other => Err(mismatch(other, "value of type map[string]interface {}")),
    }
}

/// Source: `apimachinery/pkg/api/errors`, `NewGenericServerResponse` with 422.
fn rejected() -> Status {
    let message = "the server rejected our request due to an error in our request";
    let mut status = Status::new(422, "Invalid", message);
    status.details = Some(Box::default());
    status
}

/// A patch does not rename.
fn check_identity(patched: &Value, old: &Value) -> Result<(), Status> {
    if !patched.is_object() || !patched["metadata"].is_object() {
        return Err(rejected());
    }
    for (key, words) in
        [("name", "the name of the object"), ("namespace", "the namespace of the object")]
    {
        let (new, current) = (text(patched, &["metadata", key]), text(old, &["metadata", key]));
        if new != current {
            return Err(Status::bad_request(format!(
                "{words} ({new}) does not match the {key} on the URL ({current})"
            )));
        }
    }
    Ok(())
}

/// Server-side apply; an object that is not there is created.
fn apply_patch(call: &mut Call<'_>) -> Result<Reply, Status> {
    let configuration = configuration(call)?;
    let found = call.store.get(&call.key(), call.target.namespace(), call.target.name()).cloned();
    let resource = call.resource().clone();
    let manager = manager_of(call, true);
    let force = call.request.says("force");
    let mut live = found.as_deref().cloned().unwrap_or_else(|| empty_of(call));
    if manager.name == "kubectl" && !is_blank(&live, &["metadata", "annotations", LAST_APPLIED]) {
        let applied = format!("{}\n", without_managed(&configuration));
        set(&mut live, &["metadata", "annotations"], LAST_APPLIED, applied);
    }
    let applied = Applied { configuration: &configuration, manager: &manager, force };
    let now = call.now;
    let mut merged = with_type(call, |typed| apply(&live, &applied, typed, now))?;
    let expected = Expected::of(call, &resource);
    match found {
        Some(old) => {
            merged["apiVersion"] = old["apiVersion"].clone();
            let object = change_object(call, &old, merged, false)?;
            answer(call, 200, &object)
        }
        None => {
            let managed = at(&merged, &["metadata", "managedFields"]).cloned();
            let object = fitted(call, merged, Vec::new(), &expected)?;
            let object = create_object(call, object, managed)?;
            answer(call, 201, &object)
        }
    }
}

fn without_managed(configuration: &Value) -> Value {
    let mut copy = configuration.clone();
    if let Some(meta) = copy.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.remove("managedFields");
    }
    copy
}

/// What is applied, checked, as it is stored.
fn configuration(call: &mut Call<'_>) -> Result<Value, Status> {
    let resource = call.resource().clone();
    if call.request.parameter("fieldManager").is_none_or(str::is_empty) {
        let cause = Cause {
            reason: "FieldValueRequired",
            message: "Required value: is required for apply patch".to_owned(),
            field: "fieldManager".to_owned(),
        };
        return Err(Status::invalid("meta.k8s.io", "PatchOptions", "", vec![cause]));
    }
    let undecodable = |why: String| Status::bad_request(format!("error decoding YAML: {why}"));
    let parsed = parse_yaml(&call.request.body)
        .map_err(|why| undecodable(format!("error converting YAML to JSON: {why}")))?;
    let object = map(&parsed.value).map_err(|why| {
        undecodable(format!("error unmarshaling JSON: while decoding JSON: {why}"))
    })?;
    let mut object = Value::Object(object);
    let version = text(&object, &["apiVersion"]);
    if version != resource.api_version() {
        return Err(Status::bad_request(format!(
            "Incorrect version specified in apply patch. Specified patch version: {version}, expected: {}",
            resource.api_version()
        )));
    }
    let said = (text(&object, &["apiVersion"]), text(&object, &["kind"]));
    if said.1.is_empty() {
        return Err(Status::bad_request("Object 'Kind' is missing in the applied configuration"));
    }
    if said != (resource.api_version().as_str(), resource.kind.as_ref()) {
        return Err(Status::bad_request(format!(
            "the applied configuration is {}, Kind={}, but the URL is of {}, Kind={}",
            said.0,
            said.1,
            resource.api_version(),
            resource.kind
        )));
    }
    if at(&object, &["metadata", "managedFields"]).is_some() {
        return Err(Status::bad_request("metadata.managedFields must be nil"));
    }
    let name = text(&object, &["metadata", "name"]).to_owned();
    if !name.is_empty() && name != call.target.name() {
        return Err(Status::bad_request(format!(
            "name in URL does not match name in object ({name})"
        )));
    }
    set(&mut object, &["metadata"], "name", call.target.name());
    if resource.namespaced {
        set(&mut object, &["metadata"], "namespace", call.target.namespace());
    }
    // Only to hear of what is unknown: the configuration keeps what it says and no more.
    let expected = Expected::of(call, &resource);
    let known = fitted(call, object.clone(), parsed.duplicates, &expected)?;
    keep_known(&mut object, &known);
    Ok(convert::stored(&resource, as_known(object, &known)))
}

/// Takes out of a configuration what its type does not know.
fn keep_known(given: &mut Value, known: &Value) {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => {
            given.retain(|key, value| {
                !value.is_null() && (known.contains_key(key) || is_empty(value))
            });
            for (key, value) in given.iter_mut() {
                if let Some(known) = known.get(key) {
                    keep_known(value, known);
                }
            }
        }
        (Value::Array(given), Value::Array(known)) => {
            given.iter_mut().zip(known).for_each(|(given, known)| keep_known(given, known));
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Null => true,
    }
}

/// Values in the one way in which they are written: `1000m` is `1`.
fn as_known(given: Value, known: &Value) -> Value {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => {
            let none = json!(null);
            let inner = given.into_iter().map(|(key, value)| {
                let known = known.get(&key).unwrap_or(&none);
                let value = as_known(value, known);
                (key, value)
            });
            Value::Object(inner.collect())
        }
        (Value::Array(given), Value::Array(known)) if given.len() == known.len() => {
            given.into_iter().zip(known).map(|(given, known)| as_known(given, known)).collect()
        }
        (given, Value::Null) => given,
        (_, known) => known.clone(),
    }
}
