use serde_json::{Map, Value};

use super::order::in_order;
use crate::kinds::{FieldType, Patching, Schema, TypeId};

const ORDER: &str = "$setElementOrder/";
const DELETE_VALUES: &str = "$deleteFromPrimitiveList/";
const RETAIN: &str = "$retainKeys";
const PATCH: &str = "$patch";

/// Carries out a strategic merge patch on an object of a built-in type: lists are merged
/// as their fields say; without a type each takes the place of the one before.
///
/// Source: `apimachinery/pkg/util/strategicpatch/patch.go`.
///
/// # Errors
/// What is wrong with the patch.
pub(super) fn strategic_patch(
    object: Value,
    patch: &Map<String, Value>,
    type_id: Option<TypeId>,
) -> Result<Value, String> {
    let object = if let Value::Object(map) = object { map } else { Map::new() };
    let kind = type_id.map(FieldType::Struct);
    merge_map(object, patch, kind.as_ref()).map(Value::Object)
}

fn merge_map(
    mut object: Map<String, Value>,
    patch: &Map<String, Value>,
    kind: Option<&FieldType>,
) -> Result<Map<String, Value>, String> {
    match patch.get(PATCH).map(|word| word.as_str().unwrap_or_default()) {
        Some("replace") => {
            let rest = patch.iter().filter(|(key, _)| *key != PATCH);
            return Ok(rest.map(|(key, value)| (key.clone(), value.clone())).collect());
        }
        Some("delete") => return Ok(Map::new()),
        None | Some("merge") => {}
        Some(other) => return Err(format!("unknown patch type found: {other}")),
    }
    if let Some(retained) = patch.get(RETAIN).and_then(Value::as_array) {
        object.retain(|key, _| retained.iter().any(|one| one == key.as_str()));
    }
    for (key, value) in patch {
        if let Some(field) = key.strip_prefix(DELETE_VALUES) {
            let gone = value.as_array().cloned().unwrap_or_default();
            if let Some(list) = object.get_mut(field).and_then(Value::as_array_mut) {
                list.retain(|one| !gone.contains(one));
            }
        } else if !key.starts_with('$') {
            merge_key(&mut object, key, value, patch, kind)?;
        }
    }
    reorder_untouched(&mut object, patch, kind);
    Ok(object)
}

fn merge_key(
    object: &mut Map<String, Value>,
    key: &str,
    value: &Value,
    patch: &Map<String, Value>,
    kind: Option<&FieldType>,
) -> Result<(), String> {
    if value.is_null() {
        object.remove(key);
        return Ok(());
    }
    let (child, patching) = field(kind, key);
    let merged = match (object.remove(key), value) {
        (Some(Value::Object(before)), Value::Object(patch)) => {
            Value::Object(merge_map(before, patch, child)?)
        }
        (Some(Value::Array(before)), Value::Array(changes)) => {
            let order = patch.get(&format!("{ORDER}{key}")).and_then(Value::as_array);
            Value::Array(merge_list(&before, changes, order, child, patching)?)
        }
        _ => without_directives(value.clone()),
    };
    object.insert(key.to_owned(), merged);
    Ok(())
}

/// An order may be given for a list that nothing else changes.
fn reorder_untouched(
    object: &mut Map<String, Value>,
    patch: &Map<String, Value>,
    kind: Option<&FieldType>,
) {
    for (key, order) in patch {
        let Some(name) = key.strip_prefix(ORDER).filter(|name| !patch.contains_key(*name)) else {
            continue;
        };
        let (_, patching) = field(kind, name);
        if let (Some(Value::Array(list)), Some(order)) = (object.get_mut(name), order.as_array()) {
            let before = std::mem::take(list);
            *list = in_order(before.clone(), order, &before, patching);
        }
    }
}

/// The type of a field, and how its list is merged.
fn field<'a>(kind: Option<&'a FieldType>, key: &str) -> (Option<&'a FieldType>, Patching) {
    match kind {
        Some(FieldType::Struct(id)) => match Schema::shipped().get(*id).field(key) {
            Some(field) => (Some(&field.kind), field.patch),
            None => (None, Patching::Replace),
        },
        Some(FieldType::Map(item)) => (Some(item), Patching::Replace),
        _ => (None, Patching::Replace),
    }
}

fn merge_list(
    before: &[Value],
    changes: &[Value],
    order: Option<&Vec<Value>>,
    kind: Option<&FieldType>,
    patching: Patching,
) -> Result<Vec<Value>, String> {
    let item = match kind {
        Some(FieldType::List(item)) => Some(item.as_ref()),
        _ => None,
    };
    let merged = match patching {
        Patching::Replace => return Ok(changes.iter().cloned().map(without_directives).collect()),
        Patching::AsSet => {
            let mut merged = before.to_vec();
            for value in changes {
                if !merged.contains(value) {
                    merged.push(value.clone());
                }
            }
            merged
        }
        Patching::ByKey(key) => {
            if changes.iter().any(|one| one[PATCH] == "replace") {
                let rest = changes.iter().filter(|one| one.get(PATCH).is_none());
                return Ok(rest.cloned().map(without_directives).collect());
            }
            merge_by_key(before.to_vec(), changes, key, item)?
        }
    };
    // Without an order of its own, the patch's list is the order.
    Ok(in_order(merged, order.map_or(changes, Vec::as_slice), before, patching))
}

fn merge_by_key(
    mut list: Vec<Value>,
    changes: &[Value],
    key: &str,
    item: Option<&FieldType>,
) -> Result<Vec<Value>, String> {
    for change in changes {
        let Some(map) = change.as_object() else {
            return Err("expected a map in a list that is merged by a key".to_owned());
        };
        let Some(wanted) = map.get(key).filter(|value| !value.is_null()) else {
            return Err(format!("map: {change} does not contain declared merge key: {key}"));
        };
        if map.get(PATCH).is_some_and(|word| word == "delete") {
            list.retain(|one| &one[key] != wanted);
            continue;
        }
        match list.iter_mut().find(|one| &one[key] == wanted) {
            Some(Value::Object(found)) => *found = merge_map(std::mem::take(found), map, item)?,
            _ => list.push(without_directives(change.clone())),
        }
    }
    Ok(list)
}

/// A new value without what only directs merging.
fn without_directives(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(key, value)| {
                !value.is_null()
                    && key != PATCH
                    && key != RETAIN
                    && !key.starts_with(ORDER)
                    && !key.starts_with(DELETE_VALUES)
            });
            Value::Object(kept.map(|(key, value)| (key, without_directives(value))).collect())
        }
        Value::Array(list) => {
            let kept = list.into_iter().filter(|one| one[PATCH] != "delete");
            Value::Array(kept.map(without_directives).collect())
        }
        plain => plain,
    }
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "objects are written in place")]
mod tests {
    use serde_json::json;

    use super::*;

    fn patched(object: Value, patch: Value) -> Result<Value, String> {
        let type_id = Schema::shipped().kind("v1", "Pod");
        strategic_patch(object, patch.as_object().unwrap(), type_id)
    }

    fn pod(containers: Value) -> Value {
        json!({"spec": {"containers": containers}})
    }

    #[test]
    fn lists_are_merged_by_their_keys() {
        let before = pod(
            json!([{"name": "a", "image": "1", "env": [{"name": "X", "value": "1"}]}, {"name": "b"}]),
        );
        let patch = pod(json!([{"name": "a", "image": "2", "env": [{"name": "Y", "value": "2"}]}]));
        assert_eq!(
            patched(before, patch).unwrap(),
            pod(
                json!([{"name": "a", "image": "2", "env": [{"name": "Y", "value": "2"}, {"name": "X", "value": "1"}]}, {"name": "b"}])
            )
        );
        let ports = pod(json!([{"name": "a", "ports": [{"containerPort": 80}]}]));
        let more = pod(
            json!([{"name": "a", "ports": [{"containerPort": 81}, {"containerPort": 80, "name": "web"}]}]),
        );
        assert_eq!(
            patched(ports, more).unwrap(),
            pod(
                json!([{"name": "a", "ports": [{"containerPort": 81}, {"containerPort": 80, "name": "web"}]}])
            )
        );
        let tolerations = json!({"spec": {"tolerations": [{"key": "a"}]}});
        let other = json!({"spec": {"tolerations": [{"key": "b"}]}});
        assert_eq!(patched(tolerations, other.clone()).unwrap(), other);
    }

    #[test]
    fn directives_direct() {
        let before = pod(json!([{"name": "a"}, {"name": "b"}]));
        let delete = pod(json!([{"name": "a", "$patch": "delete"}]));
        assert_eq!(patched(before.clone(), delete).unwrap(), pod(json!([{"name": "b"}])));
        let replace = pod(json!([{"$patch": "replace"}, {"name": "c"}]));
        assert_eq!(patched(before.clone(), replace).unwrap(), pod(json!([{"name": "c"}])));
        let order = json!({"spec": {"$setElementOrder/containers": [{"name": "c"}, {"name": "b"}, {"name": "a"}],
            "containers": [{"name": "c"}]}});
        assert_eq!(
            patched(before.clone(), order).unwrap(),
            pod(json!([{"name": "c"}, {"name": "b"}, {"name": "a"}]))
        );
        let volume = json!({"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}});
        let retain = json!({"spec": {"volumes": [{"name": "v", "$retainKeys": ["name", "configMap"], "configMap": {"name": "c"}}]}});
        assert_eq!(
            patched(volume, retain).unwrap(),
            json!({"spec": {"volumes": [{"name": "v", "configMap": {"name": "c"}}]}})
        );
        let finalizers = json!({"metadata": {"finalizers": ["a", "b"]}});
        let gone = json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]}});
        assert_eq!(
            patched(finalizers, gone).unwrap(),
            json!({"metadata": {"finalizers": ["c", "b"]}})
        );
        let labels = json!({"metadata": {"labels": {"a": "1", "b": "2"}}});
        let null = json!({"metadata": {"labels": {"a": null, "c": "3"}}});
        assert_eq!(
            patched(labels, null).unwrap(),
            json!({"metadata": {"labels": {"b": "2", "c": "3"}}})
        );
        assert_eq!(
            patched(before.clone(), pod(json!([{"image": "x"}]))).unwrap_err(),
            "map: {\"image\":\"x\"} does not contain declared merge key: name"
        );
        assert!(patched(before, json!({"spec": {"$patch": "explode"}})).is_err());
    }
}
