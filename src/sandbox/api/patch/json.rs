use serde_json::Value;

/// Carries out a JSON patch.
///
/// Source: RFC 6902; the words of `evanphx/json-patch`.
///
/// # Errors
/// Why an operation cannot be done.
pub(super) fn json_patch(object: &mut Value, operations: &[Value]) -> Result<(), String> {
    operations.iter().try_for_each(|operation| perform(object, operation))
}

fn perform(object: &mut Value, operation: &Value) -> Result<(), String> {
    let name = operation["op"].as_str().unwrap_or_default();
    let path = operation["path"].as_str().unwrap_or_default();
    let value = || operation.get("value").cloned().ok_or_else(|| missing(name, path));
    match name {
        "add" => add(object, path, value()?),
        "remove" => remove(object, path).map(drop),
        "replace" => {
            let slot = object.pointer_mut(path).ok_or_else(|| missing(name, path))?;
            *slot = value()?;
            Ok(())
        }
        "move" => {
            let from = operation["from"].as_str().unwrap_or_default();
            let moved = remove(object, from)?;
            add(object, path, moved)
        }
        "copy" => {
            let from = operation["from"].as_str().unwrap_or_default();
            let copied = object.pointer(from).cloned().ok_or_else(|| missing(name, from))?;
            add(object, path, copied)
        }
        "test" => {
            let wanted = operation.get("value").unwrap_or(&Value::Null);
            let equal = object.pointer(path).unwrap_or(&Value::Null) == wanted;
            equal.then_some(()).ok_or_else(|| format!("testing value {path} failed: test failed"))
        }
        other => Err(format!("Unexpected kind: {other}")),
    }
}

fn missing(operation: &str, path: &str) -> String {
    format!("{operation} operation does not apply: doc is missing path: {path:?}: missing value")
}

/// The parent's path and the last step, unescaped.
fn split(path: &str) -> Option<(&str, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

fn add(object: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let Some((parent, last)) = split(path) else {
        *object = value;
        return Ok(());
    };
    match object.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.insert(last, value)),
        Some(Value::Array(list)) if last == "-" => list.push(value),
        Some(Value::Array(list)) => {
            let index: usize = last.parse().map_err(|_| missing("add", path))?;
            if index > list.len() {
                return Err(format!(
                    "add operation does not apply: doc is missing path: {path:?}: Unable to access invalid index: {index}: invalid index referenced"
                ));
            }
            list.insert(index, value);
        }
        _ => return Err(missing("add", path)),
    }
    Ok(())
}

fn remove(object: &mut Value, path: &str) -> Result<Value, String> {
    let absent = || missing("remove", path);
    let (parent, last) = split(path).ok_or_else(absent)?;
    match object.pointer_mut(parent) {
        Some(Value::Object(map)) => map.remove(&last).ok_or_else(absent),
        Some(Value::Array(list)) => {
            let index: usize = last.parse().map_err(|_| absent())?;
            if index < list.len() { Ok(list.remove(index)) } else { Err(absent()) }
        }
        _ => Err(absent()),
    }
}

/// Carries out a JSON merge patch.
///
/// Source: RFC 7386.
pub(super) fn merge_patch(object: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *object = patch.clone();
        return;
    };
    if !object.is_object() {
        *object = Value::Object(serde_json::Map::new());
    }
    let Some(map) = object.as_object_mut() else { return };
    for (key, value) in patch {
        if value.is_null() {
            map.remove(key);
        } else {
            merge_patch(map.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_operation_works() {
        let mut object = json!({"a": {"b/c": 1}, "list": [1, 3]});
        let operations = json!([
            {"op": "test", "path": "/a/b~1c", "value": 1},
            {"op": "add", "path": "/list/1", "value": 2},
            {"op": "add", "path": "/list/-", "value": 4},
            {"op": "copy", "from": "/list/0", "path": "/a/first"},
            {"op": "move", "from": "/a/b~1c", "path": "/moved"},
            {"op": "remove", "path": "/list/0"},
            {"op": "replace", "path": "/a/first", "value": null},
        ]);
        json_patch(&mut object, operations.as_array().unwrap()).unwrap();
        assert_eq!(object, json!({"a": {"first": null}, "moved": 1, "list": [2, 3, 4]}));
    }

    #[test]
    fn what_cannot_be_done_is_an_error() {
        for operation in [
            json!({"op": "remove", "path": "/x"}),
            json!({"op": "replace", "path": "/x", "value": 1}),
            json!({"op": "add", "path": "/a/9", "value": 1}),
            json!({"op": "add", "path": "/x/y", "value": 1}),
            json!({"op": "test", "path": "/a", "value": 1}),
            json!({"op": "move", "from": "", "path": "/a"}),
            json!({"op": "jump", "path": "/a"}),
            json!("x"),
        ] {
            let mut object = json!({"a": [1]});
            assert!(json_patch(&mut object, &[operation.clone()]).is_err(), "{operation}");
        }
    }

    #[test]
    fn a_merge_patch_sets_and_removes() {
        let mut object = json!({"a": {"b": 1, "c": 2}, "list": [1]});
        merge_patch(&mut object, &json!({"a": {"b": null, "d": {"e": null}}, "list": [2]}));
        assert_eq!(object, json!({"a": {"c": 2, "d": {}}, "list": [2]}));
    }
}
