use serde_json::Value;

/// Carries out a JSON patch.
///
/// Source: RFC 6902; the words of `evanphx/json-patch`.
///
/// # Errors
/// Why an operation cannot be done.
pub(super) fn json_patch(object: &mut Value, operations: &[Value]) -> Result<(), String> {
    if operations.len() > MOST_OPERATIONS {
        let count = operations.len();
        return Err(format!(
            "the allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {count}"
        ));
    }
    let mut copied = 0;
    operations.iter().try_for_each(|operation| perform(object, operation, &mut copied))
}

/// Source: `apiserver/pkg/endpoints/handlers/patch.go`, `maxJSONPatchOperations`.
const MOST_OPERATIONS: usize = 10_000;
/// How many bytes of JSON all copies of a patch may add up to.
///
/// Source: `apiserver/pkg/server/config.go`, `JSONPatchMaxCopyBytes`.
const MOST_COPIED: usize = 3 * 1024 * 1024;
/// As deep as a body may be nested.
const DEEPEST: usize = 128;

fn perform(object: &mut Value, operation: &Value, copied: &mut usize) -> Result<(), String> {
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
            let value = object.pointer(from).ok_or_else(|| missing(name, from))?;
            *copied += value.to_string().len();
            if *copied > MOST_COPIED {
                return Err(format!(
                    "Unable to copy, the accumulated size increase of copy is {copied}, exceeding the limit {MOST_COPIED}"
                ));
            }
            add(object, path, value.clone())
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
    if path.matches('/').count() + depth(&value) > DEEPEST {
        return Err("exceeded max depth".to_owned());
    }
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

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
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
    fn a_small_patch_does_not_make_a_huge_or_deep_object() {
        let doubling = json!({"op": "copy", "from": "/a", "path": "/a/-"});
        let mut object = json!({"a": ["0123456789"]});
        let error = json_patch(&mut object, &vec![doubling; 60]).unwrap_err();
        assert!(error.contains("exceeding the limit 3145728"), "{error}");
        let nesting = json!({"op": "copy", "from": "", "path": "/a"});
        let error = json_patch(&mut json!({}), &vec![nesting; 1000]).unwrap_err();
        assert_eq!(error, "exceeded max depth");
        let nothing = json!({"op": "test", "path": "/a", "value": null});
        assert!(json_patch(&mut json!({}), &vec![nothing; 10_001]).is_err());
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
            assert!(
                json_patch(&mut object, std::slice::from_ref(&operation)).is_err(),
                "{operation}"
            );
        }
    }

    #[test]
    fn a_merge_patch_sets_and_removes() {
        let mut object = json!({"a": {"b": 1, "c": 2}, "list": [1]});
        merge_patch(&mut object, &json!({"a": {"b": null, "d": {"e": null}}, "list": [2]}));
        assert_eq!(object, json!({"a": {"c": 2, "d": {}}, "list": [2]}));
    }
}
