//! Reading and writing the fields of an object of which nothing is certain: a field may
//! be missing or be of another type than it should. A path is `spec.template.metadata`;
//! a part may be the index of a list.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

pub(super) use super::store::seconds;

/// The field at a path; `Null` where there is none.
pub(super) fn at<'a>(object: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(object, |value, part| match value {
        Value::Array(items) => {
            part.parse::<usize>().ok().and_then(|index| items.get(index)).unwrap_or(&Value::Null)
        }
        _ => &value[part],
    })
}

/// A text; empty where there is none.
pub(super) fn text<'a>(object: &'a Value, path: &str) -> &'a str {
    at(object, path).as_str().unwrap_or_default()
}

/// A whole number.
pub(super) fn number(object: &Value, path: &str) -> Option<i64> {
    at(object, path).as_i64()
}

/// A whole number of at least 0; 0 where there is none.
pub(super) fn count(object: &Value, path: &str) -> i64 {
    number(object, path).unwrap_or(0).max(0)
}

/// Whether a field says `true`.
pub(super) fn flag(object: &Value, path: &str) -> bool {
    at(object, path).as_bool() == Some(true)
}

/// The items of a list.
pub(super) fn items<'a>(object: &'a Value, path: &str) -> &'a [Value] {
    at(object, path).as_array().map_or(&[], Vec::as_slice)
}

/// The entries of a map whose values are texts.
pub(super) fn texts<'a>(
    object: &'a Value,
    path: &str,
) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    let entries = at(object, path).as_object().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

/// A time.
pub(super) fn time(object: &Value, path: &str) -> Option<Timestamp> {
    text(object, path).parse().ok()
}

/// The object's name.
pub(super) fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

/// The object's namespace; empty where it has none.
pub(super) fn namespace(object: &Value) -> &str {
    object["metadata"]["namespace"].as_str().unwrap_or_default()
}

/// The object's uid.
pub(super) fn uid(object: &Value) -> &str {
    object["metadata"]["uid"].as_str().unwrap_or_default()
}

/// One of its annotations.
pub(super) fn annotation<'a>(object: &'a Value, key: &str) -> &'a str {
    object["metadata"]["annotations"][key].as_str().unwrap_or_default()
}

/// One of its labels.
pub(super) fn label<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object["metadata"]["labels"][key].as_str()
}

/// A condition of an object, by its type.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    items(object, "status.conditions").iter().find(|one| one["type"] == kind)
}

/// Whether a pod is ready.
pub(super) fn is_ready(pod: &Value) -> bool {
    condition(pod, "Ready").is_some_and(|ready| ready["status"] == "True")
}

/// Whether it is on its way out.
pub(super) fn is_deleting(object: &Value) -> bool {
    !object["metadata"]["deletionTimestamp"].is_null()
}

/// The map at a path, made where it is not; whatever else is in the way goes.
pub(super) fn map_at<'a>(object: &'a mut Value, path: &str) -> &'a mut Map<String, Value> {
    let mut map = as_map(object);
    for part in path.split('.').filter(|part| !part.is_empty()) {
        map = as_map(map.entry(part).or_insert(Value::Null));
    }
    map
}

fn as_map(value: &mut Value) -> &mut Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => {
            *other = json!({});
            as_map(other)
        }
    }
}

/// Sets a field; parents are made.
pub(super) fn set(object: &mut Value, path: &str, value: impl Into<Value>) {
    let (parent, last) = path.rsplit_once('.').unwrap_or(("", path));
    map_at(object, parent).insert(last.to_owned(), value.into());
}

/// Sets a field of the metadata's `labels` or `annotations`, whose keys have dots.
pub(super) fn annotate(object: &mut Value, map: &str, key: &str, value: &str) {
    map_at(object, &format!("metadata.{map}")).insert(key.to_owned(), json!(value));
}

/// Takes a field out.
pub(super) fn unset(object: &mut Value, path: &str) {
    let (parent, last) = path.rsplit_once('.').unwrap_or(("", path));
    if at(object, parent).is_object() || parent.is_empty() {
        map_at(object, parent).remove(last);
    }
}

/// A time some seconds later.
pub(super) fn later(time: Timestamp, seconds: i64) -> Timestamp {
    let seconds = seconds.clamp(-MOST_SECONDS, MOST_SECONDS);
    time.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(time)
}

/// Longer than any cluster lives; keeps sums of times within bounds.
const MOST_SECONDS: i64 = 1 << 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_of_another_type_reads_as_nothing() {
        let object = json!({ "spec": { "replicas": "three", "ports": [{ "port": 80 }] } });
        assert_eq!(number(&object, "spec.replicas"), None);
        assert_eq!(number(&object, "spec.ports.0.port"), Some(80));
        assert_eq!(number(&object, "spec.ports.1.port"), None);
        assert_eq!(number(&object, "spec.ports.x.port"), None);
        assert_eq!(text(&object, "metadata.name"), "");
        assert_eq!(items(&object, "spec").len(), 0);
        assert_eq!(name(&json!(7)), "");
    }

    #[test]
    fn writing_makes_what_is_missing_and_replaces_what_is_in_the_way() {
        let mut object = json!({ "status": "fine" });
        set(&mut object, "status.replicas", 3);
        annotate(&mut object, "annotations", "a.b/c", "d");
        unset(&mut object, "spec.nothing");
        unset(&mut object, "status.nothing");
        assert_eq!(
            object,
            json!({
                "metadata": { "annotations": { "a.b/c": "d" } },
                "status": { "replicas": 3 },
            })
        );
        unset(&mut object, "status");
        set(&mut object, "kind", "Pod");
        assert_eq!(object["kind"], "Pod");
        assert_eq!(object["status"], Value::Null);
    }
}
