use serde_json::{Map, Value};

use super::field_set::FieldSet;
use super::typed::{ListKind, Typed, element};

/// Puts an applied configuration over what is there.
///
/// Source: `structured-merge-diff/typed/merge.go`.
pub(super) fn merge(live: &Value, applied: &Value, typed: Typed<'_>) -> Value {
    match (live, applied) {
        (Value::Object(live), Value::Object(applied)) if !typed.is_atomic() => {
            let mut merged = live.clone();
            for (key, value) in applied {
                let before = live.get(key).unwrap_or(&Value::Null);
                merged.insert(key.clone(), merge(before, value, typed.child(key)));
            }
            Value::Object(merged)
        }
        (Value::Array(live), Value::Array(applied)) if typed.list_kind() != ListKind::Atomic => {
            merge_lists(live, applied, typed)
        }
        _ => applied.clone(),
    }
}

fn merge_lists(live: &[Value], applied: &[Value], typed: Typed<'_>) -> Value {
    let kind = typed.list_kind();
    let find = |list: &[Value], step: &Option<String>| {
        let found = |item: &&Value| step.is_some() && element(&kind, item) == *step;
        list.iter().find(found).cloned()
    };
    let mut merged: Vec<Value> = Vec::new();
    for item in live {
        let step = element(&kind, item);
        merged.push(match find(applied, &step) {
            Some(value) => merge(item, &value, typed.item()),
            None => item.clone(),
        });
    }
    for item in applied {
        if find(live, &element(&kind, item)).is_none() {
            merged.push(item.clone());
        }
    }
    Value::Array(merged)
}

/// Takes fields out of an object; what becomes empty by that stays where the object has
/// it as a field of its own.
pub(super) fn remove(value: &mut Value, fields: &FieldSet, typed: Typed<'_>) {
    match value {
        Value::Object(map) => remove_from_map(map, fields, typed),
        Value::Array(list) => {
            let kind = typed.list_kind();
            let child = |item: &Value| {
                let step = element(&kind, item)?;
                fields.children.get(&step)
            };
            list.retain(|item| child(item).is_none_or(|set| !set.own));
            for item in list.iter_mut() {
                if let Some(set) = child(item).cloned() {
                    remove(item, &set, typed.item());
                }
            }
        }
        _ => {}
    }
}

fn remove_from_map(map: &mut Map<String, Value>, fields: &FieldSet, typed: Typed<'_>) {
    for (step, set) in &fields.children {
        let Some(key) = step.strip_prefix("f:") else { continue };
        if set.own {
            map.remove(key);
        } else if let Some(value) = map.get_mut(key) {
            remove(value, set, typed.child(key));
            let emptied = match value {
                Value::Object(map) => map.is_empty(),
                Value::Array(list) => list.is_empty(),
                _ => false,
            };
            if emptied {
                map.remove(key);
            }
        }
    }
}
