use std::collections::BTreeMap;

use serde_json::Value;

use super::field_set::FieldSet;
use super::typed::{ListKind, Typed, element};

/// What is different between two states of an object.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) added: FieldSet,
    pub(super) modified: FieldSet,
    pub(super) removed: FieldSet,
}

impl Comparison {
    /// What the new state says.
    pub(super) fn set(&self) -> FieldSet {
        let mut set = self.added.clone();
        set.union(&self.modified);
        set
    }
}

/// Compares two states of an object.
///
/// Source: `structured-merge-diff/typed/compare.go`.
pub(super) fn compare(old: &Value, new: &Value, typed: Typed<'_>) -> Comparison {
    let mut found = Comparison::default();
    if old == new {
        return found;
    }
    match children(old, new, typed) {
        Some(children) => {
            for child in children {
                let inner = compare_child(child.old, child.new, child.typed);
                found.added.put(child.step.clone(), inner.added);
                found.modified.put(child.step.clone(), inner.modified);
                found.removed.put(child.step, inner.removed);
            }
        }
        None => found.modified.own = true,
    }
    found
}

fn compare_child(old: Option<&Value>, new: Option<&Value>, typed: Typed<'_>) -> Comparison {
    match (old, new) {
        (Some(old), Some(new)) => compare(old, new, typed),
        (None, Some(new)) => Comparison { added: all_of(new, typed), ..Comparison::default() },
        (Some(old), None) => Comparison { removed: all_of(old, typed), ..Comparison::default() },
        (None, None) => Comparison::default(),
    }
}

/// A value and everything in it.
fn all_of(value: &Value, typed: Typed<'_>) -> FieldSet {
    let mut set = FieldSet::leaf();
    for (step, child, typed) in parts(value, typed) {
        set.put(step, all_of(child, typed));
    }
    set
}

/// The fields that an applied configuration names: leaves, and elements of lists.
///
/// Source: `structured-merge-diff/typed/tofieldset.go`.
pub(super) fn named_fields(value: &Value, typed: Typed<'_>) -> FieldSet {
    let parts = parts(value, typed);
    if parts.is_empty() {
        return FieldSet::leaf();
    }
    let mut set = FieldSet::default();
    for (step, child, typed) in parts {
        let mut inner = named_fields(child, typed);
        inner.own |= !step.starts_with("f:");
        set.put(step, inner);
    }
    set
}

/// What a value consists of; nothing where it is one value.
pub(super) fn parts<'a>(value: &'a Value, typed: Typed<'a>) -> Vec<(String, &'a Value, Typed<'a>)> {
    match value {
        Value::Object(map) if !typed.is_atomic() => {
            let given = map.iter().filter(|(_, value)| !value.is_null());
            given.map(|(key, value)| (format!("f:{key}"), value, typed.child(key))).collect()
        }
        Value::Array(list) => {
            let kind = typed.list_kind();
            if kind == ListKind::Atomic {
                return Vec::new();
            }
            let named =
                list.iter().filter_map(|item| Some((element(&kind, item)?, item, typed.item())));
            named.collect()
        }
        _ => Vec::new(),
    }
}

struct Child<'a> {
    step: String,
    old: Option<&'a Value>,
    new: Option<&'a Value>,
    typed: Typed<'a>,
}

/// The parts of both states side by side; none where one of them is one value.
fn children<'a>(old: &'a Value, new: &'a Value, typed: Typed<'a>) -> Option<Vec<Child<'a>>> {
    let shared = match (old, new) {
        (Value::Object(_), Value::Object(_)) => !typed.is_atomic(),
        (Value::Array(_), Value::Array(_)) => typed.list_kind() != ListKind::Atomic,
        // Something that was null is filled: its parts are new, itself is not.
        (Value::Null, Value::Object(_)) | (Value::Object(_), Value::Null) => !typed.is_atomic(),
        (Value::Null, Value::Array(_)) | (Value::Array(_), Value::Null) => {
            typed.list_kind() != ListKind::Atomic
        }
        _ => false,
    };
    if !shared {
        return None;
    }
    let mut by_step: BTreeMap<String, Child<'a>> = BTreeMap::new();
    for (step, value, typed) in parts(old, typed) {
        by_step.insert(step.clone(), Child { step, old: Some(value), new: None, typed });
    }
    for (step, value, typed) in parts(new, typed) {
        let child = Child { step: step.clone(), old: None, new: None, typed };
        by_step.entry(step).or_insert(child).new = Some(value);
    }
    // A field that was null is there all the same.
    if let Some(old) = old.as_object() {
        for (key, value) in old.iter().filter(|(_, value)| value.is_null()) {
            if let Some(child) = by_step.get_mut(&format!("f:{key}")) {
                child.old = Some(value);
            }
        }
    }
    Some(by_step.into_values().collect())
}
