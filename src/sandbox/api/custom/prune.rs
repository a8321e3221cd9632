use serde_json::{Map, Value};

use crate::kinds::Schema;
use crate::sandbox::admit::{conform, edit::at};

/// Takes out what the schema of a definition does not know, and names it:
/// `unknown field "spec.foo"`.
///
/// Source: `apiextensions-apiserver/pkg/apiserver/schema/pruning`.
pub(in crate::sandbox::api) fn prune(object: &mut Value, schema: Option<&Value>) -> Vec<String> {
    let mut unknown = Vec::new();
    let Some(root) = object.as_object_mut() else { return unknown };
    clean_metadata(root, &mut unknown);
    let Some(schema) = schema else { return unknown };
    let kept: Vec<(String, Value)> = ["apiVersion", "kind", "metadata"]
        .iter()
        .filter_map(|key| root.remove_entry(*key))
        .collect();
    prune_map(root, schema, "", &mut unknown);
    root.extend(kept);
    unknown
}

fn clean_metadata(root: &mut Map<String, Value>, unknown: &mut Vec<String>) {
    let Some(type_id) = Schema::shipped().kind("meta/v1", "ObjectMeta") else { return };
    let given = root.remove("metadata").unwrap_or_default();
    if let Ok(found) = conform(given, type_id) {
        let inside = |one: String| one.replacen("unknown field \"", "unknown field \"metadata.", 1);
        unknown.extend(found.unknown.into_iter().map(inside));
        root.insert("metadata".to_owned(), found.object);
    }
}

fn prune_value(value: &mut Value, schema: &Value, path: &str, unknown: &mut Vec<String>) {
    match value {
        Value::Object(map) => prune_map(map, schema, path, unknown),
        Value::Array(list) => {
            if let Some(item) = at(schema, &["items"]) {
                for (index, value) in list.iter_mut().enumerate() {
                    prune_value(value, item, &format!("{path}[{index}]"), unknown);
                }
            }
        }
        _ => {}
    }
}

fn prune_map(map: &mut Map<String, Value>, schema: &Value, path: &str, unknown: &mut Vec<String>) {
    let keeps_all = schema["x-kubernetes-preserve-unknown-fields"] == true;
    let embedded = schema["x-kubernetes-embedded-resource"] == true;
    let others = at(schema, &["additionalProperties"]);
    let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    map.retain(|key, value| {
        if let Some(property) = at(schema, &["properties", key]) {
            // Null where it is not allowed is the same as nothing.
            if value.is_null() && property["nullable"] != true {
                return false;
            }
            prune_value(value, property, &inner(key), unknown);
            return true;
        }
        match others {
            Some(Value::Bool(true)) => return true,
            Some(other @ Value::Object(_)) => {
                prune_value(value, other, &inner(key), unknown);
                return true;
            }
            _ => {}
        }
        let part = embedded && matches!(key.as_str(), "apiVersion" | "kind" | "metadata");
        if keeps_all || part {
            return true;
        }
        unknown.push(format!("unknown field {:?}", inner(key)));
        false
    });
}

/// Sets what the schema has defaults for.
///
/// Source: `apiextensions-apiserver/pkg/apiserver/schema/defaulting`.
pub(in crate::sandbox::api) fn set_defaults(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(map) => {
            let properties = schema["properties"].as_object();
            for (key, property) in properties.into_iter().flatten() {
                if let (false, Some(default)) = (map.contains_key(key), at(property, &["default"]))
                {
                    map.insert(key.clone(), default.clone());
                }
                if let Some(value) = map.get_mut(key) {
                    set_defaults(value, property);
                }
            }
            if let Some(other) = at(schema, &["additionalProperties"]) {
                let further = map
                    .iter_mut()
                    .filter(|(key, _)| schema["properties"].get(key.as_str()).is_none());
                further.for_each(|(_, value)| set_defaults(value, other));
            }
        }
        Value::Array(list) => {
            if let Some(item) = at(schema, &["items"]) {
                list.iter_mut().for_each(|value| set_defaults(value, item));
            }
        }
        _ => {}
    }
}
