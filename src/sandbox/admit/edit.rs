//! Reading and changing parts of an object that may not be there; nothing here panics.

use serde_json::{Value, json};

/// The text at a path: `["metadata", "name"]`; empty where there is none.
pub fn text<'a>(object: &'a Value, path: &[&str]) -> &'a str {
    at(object, path).and_then(Value::as_str).unwrap_or_default()
}

/// What is at a path, where it is there and not null.
pub fn at<'a>(object: &'a Value, path: &[&str]) -> Option<&'a Value> {
    let found = path.iter().try_fold(object, |value, key| value.get(key))?;
    (!found.is_null()).then_some(found)
}

/// The same, to be changed.
pub fn at_mut<'a>(object: &'a mut Value, path: &[&str]) -> Option<&'a mut Value> {
    let found = path.iter().try_fold(object, |value, key| value.get_mut(key))?;
    (!found.is_null()).then_some(found)
}

/// The elements of the list at a path.
pub fn items<'a>(object: &'a Value, path: &[&str]) -> impl Iterator<Item = &'a Value> {
    at(object, path).and_then(Value::as_array).into_iter().flatten()
}

/// The same, to be changed.
pub fn items_mut<'a>(object: &'a mut Value, path: &[&str]) -> impl Iterator<Item = &'a mut Value> {
    at_mut(object, path).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Whether there is nothing at a path, or something empty.
pub fn is_blank(object: &Value, path: &[&str]) -> bool {
    match at(object, path) {
        None => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(_) => false,
    }
}

/// The map at a path, made where there is none; what is no map is replaced by one, so
/// that indexing it cannot fail.
pub fn map_at<'a>(object: &'a mut Value, path: &[&str]) -> &'a mut Value {
    let mut place = object;
    for key in path {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[*key];
    }
    if !place.is_object() {
        *place = json!({});
    }
    place
}

/// Puts a value under a key of the map at a path.
pub fn set(object: &mut Value, path: &[&str], key: &str, value: impl Into<Value>) {
    map_at(object, path)[key] = value.into();
}

/// The same, where there is nothing yet, or an empty text.
pub fn default_to(object: &mut Value, path: &[&str], key: &str, value: impl Into<Value>) {
    let slot = &mut map_at(object, path)[key];
    if slot.is_null() || slot == "" {
        *slot = value.into();
    }
}

/// Adds an element to the list under a key, made where there is none.
pub fn push(object: &mut Value, path: &[&str], key: &str, value: Value) {
    match &mut map_at(object, path)[key] {
        Value::Array(list) => list.push(value),
        other => *other = Value::Array(vec![value]),
    }
}
