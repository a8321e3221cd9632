use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::fields;

/// A condition to be set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Condition<'a> {
    pub(super) kind: &'a str,
    pub(super) status: &'a str,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
}

/// Sets a condition in a list; while its status stays, so does the time of its change.
pub(super) fn set(conditions: &mut Vec<Value>, condition: Condition<'_>, now: Timestamp) {
    let old = conditions.iter().position(|one| one["type"] == condition.kind);
    let since = old
        .and_then(|at| conditions.get(at))
        .filter(|old| old["status"] == condition.status)
        .map(|old| old["lastTransitionTime"].clone());
    let new = json!({
        "type": condition.kind,
        "status": condition.status,
        "lastTransitionTime": since.unwrap_or_else(|| json!(fields::seconds(now))),
        "reason": condition.reason,
        "message": condition.message,
    });
    match old.and_then(|at| conditions.get_mut(at)) {
        Some(old) => *old = new,
        None => conditions.push(new),
    }
}

/// Takes a condition out of a list.
pub(super) fn remove(conditions: &mut Vec<Value>, kind: &str) {
    conditions.retain(|one| one["type"] != kind);
}
