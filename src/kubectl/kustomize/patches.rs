//! Patches of a kustomization: strategic ones and JSON patches.

use serde_json::{Map, Value};

use crate::kubectl::merge_keys::{Merging, merging};

/// Lays a strategic merge patch over an object; none where the patch deletes it.
///
/// Source: `kyaml/yaml/merge2`, with which kustomize puts new elements of a list first.
pub(super) fn strategic(object: &Value, patch: &Value) -> Option<Value> {
    if patch["$patch"] == "delete" {
        return None;
    }
    Some(merge(object, patch, "", ""))
}

fn merge(object: &Value, patch: &Value, field: &str, parent: &str) -> Value {
    match (object, patch) {
        (Value::Object(before), Value::Object(patch)) => {
            if patch.get("$patch").is_some_and(|directive| directive == "replace") {
                return without_directives(&Value::Object(patch.clone()));
            }
            let mut result = before.clone();
            for (key, value) in patch {
                if value.is_null() || value["$patch"] == "delete" {
                    result.remove(key);
                    continue;
                }
                let merged = match before.get(key) {
                    Some(before) => merge(before, value, key, field),
                    None => without_directives(value),
                };
                result.insert(key.clone(), merged);
            }
            Value::Object(result)
        }
        (Value::Array(before), Value::Array(patch)) => match merging(field, parent) {
            Merging::ByKey(key) => Value::Array(by_key(before, patch, key, field)),
            _ => Value::Array(patch.clone()),
        },
        _ => without_directives(patch),
    }
}

fn by_key(before: &[Value], patch: &[Value], key: &str, field: &str) -> Vec<Value> {
    let is_directive = |value: &&Value| value["$patch"].is_string() && value[key].is_null();
    if patch.iter().any(|value| is_directive(&value) && value["$patch"] == "replace") {
        return patch.iter().filter(|value| !is_directive(value)).cloned().collect();
    }
    let find = |list: &[Value], wanted: &Value| list.iter().any(|item| item[key] == wanted[key]);
    let mut result: Vec<Value> = patch
        .iter()
        .filter(|value| value["$patch"].is_null() && !find(before, value))
        .map(without_directives)
        .collect();
    for item in before {
        match patch.iter().find(|value| value[key] == item[key]) {
            Some(value) if value["$patch"] == "delete" => {}
            Some(value) => result.push(merge(item, value, "", field)),
            None => result.push(item.clone()),
        }
    }
    result
}

fn without_directives(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(key, value)| !key.starts_with('$') && !value.is_null())
                .map(|(key, value)| (key.clone(), without_directives(value)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(without_directives).collect()),
        other => other.clone(),
    }
}

/// Carries out the operations of a JSON patch (RFC 6902).
///
/// # Errors
/// What cannot be done, in words.
pub(super) fn json_patch(object: &mut Value, operations: &[Value]) -> Result<(), String> {
    for operation in operations {
        let text = |field: &str| operation[field].as_str().unwrap_or_default();
        let path = text("path");
        let value = operation["value"].clone();
        match text("op") {
            "add" => add(object, path, value)?,
            "remove" => drop(remove(object, path)?),
            "replace" => {
                let place = object.pointer_mut(path);
                *place.ok_or_else(|| format!("replace operation does not apply: no {path}"))? =
                    value;
            }
            "move" => {
                let value = remove(object, text("from"))?;
                add(object, path, value)?;
            }
            "copy" => {
                let value = object.pointer(text("from")).cloned();
                add(object, path, value.ok_or_else(|| format!("copy: no {}", text("from")))?)?;
            }
            "test" if object.pointer(path) == Some(&value) => {}
            "test" => return Err(format!("testing value {path} failed")),
            other => return Err(format!("unexpected kind of operation: {other:?}")),
        }
    }
    Ok(())
}

/// The parent of a place, and the place's own name.
fn parent_of<'a>(object: &'a mut Value, path: &str) -> Result<(&'a mut Value, String), String> {
    let (parent, last) = path.rsplit_once('/').ok_or_else(|| format!("{path:?} is no path"))?;
    let last = last.replace("~1", "/").replace("~0", "~");
    let parent = object.pointer_mut(parent).ok_or_else(|| format!("there is no {parent}"))?;
    Ok((parent, last))
}

fn add(object: &mut Value, path: &str, value: Value) -> Result<(), String> {
    match parent_of(object, path)? {
        (Value::Object(fields), last) => {
            fields.insert(last, value);
            Ok(())
        }
        (Value::Array(items), last) => {
            let at = if last == "-" { Some(items.len()) } else { last.parse().ok() };
            let at = at.filter(|at| *at <= items.len());
            items.insert(at.ok_or_else(|| format!("{path} is no place in the list"))?, value);
            Ok(())
        }
        _ => Err(format!("there is nothing to add to at {path}")),
    }
}

fn remove(object: &mut Value, path: &str) -> Result<Value, String> {
    let missing = || format!("Unable to remove nonexistent key: {path}");
    match parent_of(object, path)? {
        (Value::Object(fields), last) => fields.remove(&last).ok_or_else(missing),
        (Value::Array(items), last) => {
            let at = last.parse().ok().filter(|at: &usize| *at < items.len());
            Ok(items.remove(at.ok_or_else(missing)?))
        }
        _ => Err(missing()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn new_elements_come_first_and_directives_are_obeyed() {
        let object =
            json!({"spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b"}], "old": 1}});
        let patch = json!({"spec": {
            "containers": [{"name": "new"}, {"name": "a", "tty": true}, {"name": "b", "$patch": "delete"}],
            "old": null,
        }});
        assert_eq!(
            strategic(&object, &patch).unwrap(),
            json!({"spec": {"containers": [{"name": "new"}, {"name": "a", "image": "x", "tty": true}]}})
        );
        assert_eq!(strategic(&object, &json!({"$patch": "delete"})), None);
    }

    #[test]
    fn json_patches_are_carried_out_in_order() {
        let mut object = json!({"a": {"b/c": 1}, "l": [1, 2]});
        let operations = json!([
            {"op": "test", "path": "/a/b~1c", "value": 1},
            {"op": "replace", "path": "/a/b~1c", "value": 2},
            {"op": "add", "path": "/l/-", "value": 3},
            {"op": "remove", "path": "/l/0"},
            {"op": "move", "from": "/a/b~1c", "path": "/x"},
        ]);
        json_patch(&mut object, operations.as_array().unwrap()).unwrap();
        assert_eq!(object, json!({"a": {}, "l": [2, 3], "x": 2}));
        let wrong = json_patch(&mut object, &[json!({"op": "remove", "path": "/zzz"})]);
        assert_eq!(wrong.unwrap_err(), "Unable to remove nonexistent key: /zzz");
    }
}
