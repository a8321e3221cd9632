use jiff::Timestamp;
use serde_json::Value;

use super::compare::{compare, named_fields};
use super::entries::{Entry, Manager, keep_to_subresource, read, write};
use super::field_set::FieldSet;
use super::merge::{merge, remove};
use super::typed::Typed;
use crate::sandbox::admit::edit::text;
use crate::sandbox::admit::{Cause, Details, Status};
use crate::sandbox::store::seconds;

/// Where client-side apply keeps what it applied.
pub(in crate::sandbox::api) const LAST_APPLIED: &str =
    "kubectl.kubernetes.io/last-applied-configuration";

/// A configuration that is applied.
pub(in crate::sandbox::api) struct Applied<'a> {
    /// What it says.
    pub(in crate::sandbox::api) configuration: &'a Value,
    /// Who says it.
    pub(in crate::sandbox::api) manager: &'a Manager,
    /// Whether it takes fields from other managers.
    pub(in crate::sandbox::api) force: bool,
}

/// What becomes of an object when a configuration is applied: its fields are set, those
/// that the same manager has applied before and no longer names are gone, and so are
/// elements that no one else manages.
///
/// Source: `structured-merge-diff/merge/update.go`, `Apply`.
///
/// # Errors
/// 409 where another manager has a field with another value.
pub(in crate::sandbox::api) fn apply(
    live: &Value,
    applied: &Applied<'_>,
    typed: Typed<'_>,
    now: Timestamp,
) -> Result<Value, Status> {
    let mut entries = entries_of(live, typed);
    let mut fields = named_fields(applied.configuration, typed);
    fields.strip();
    keep_to_subresource(&mut fields, applied.manager);
    let mut merged = merge(live, applied.configuration, typed);
    let mut changed = compare(live, &merged, typed).set();
    changed.strip();
    let conflicts = conflicts(&entries, &changed, applied);
    if !conflicts.is_empty() && !applied.force && !is_migration(live, &conflicts, applied, typed) {
        return Err(conflict_status(&conflicts));
    }
    for entry in entries.iter_mut().filter(|entry| !entry.manager.is(applied.manager)) {
        entry.fields = entry.fields.difference(&changed);
    }
    let before = entries.iter().find(|entry| entry.manager.is(applied.manager)).cloned();
    if let Some(before) = &before {
        prune(&mut merged, &before.fields, &fields, &entries, applied.manager, typed);
    }
    entries.retain(|entry| !entry.manager.is(applied.manager));
    // The time tells the last change, not the last try.
    let unchanged = before.filter(|before| before.fields == fields && changed.is_empty());
    let time = unchanged.and_then(|before| before.time).or_else(|| Some(seconds(now)));
    entries.push(Entry { manager: applied.manager.clone(), time, fields });
    write(&mut merged, entries);
    Ok(merged)
}

/// The managers; of an object that nobody has managed, one who has all of its fields.
fn entries_of(live: &Value, typed: Typed<'_>) -> Vec<Entry> {
    let entries = read(live);
    let exists = !live["metadata"]["uid"].is_null();
    if !entries.is_empty() || !exists {
        return entries;
    }
    let mut fields = named_fields(live, typed);
    fields.strip();
    let manager = Manager {
        name: "before-first-apply".to_owned(),
        api_version: text(live, &["apiVersion"]).to_owned(),
        subresource: String::new(),
        applies: false,
    };
    vec![Entry {
        manager,
        time: Some(text(live, &["metadata", "creationTimestamp"]).to_owned()),
        fields,
    }]
}

fn conflicts(
    entries: &[Entry],
    changed: &FieldSet,
    applied: &Applied<'_>,
) -> Vec<(Manager, FieldSet)> {
    let others = entries.iter().filter(|entry| !entry.manager.is(applied.manager));
    others
        .map(|entry| (entry.manager.clone(), entry.fields.intersection(changed)))
        .filter(|(_, fields)| !fields.is_empty())
        .collect()
}

/// Whether all conflicts are with what kubectl itself applied before it applied on the server.
///
/// Source: `managedfields/internal/lastappliedmanager.go`.
fn is_migration(
    live: &Value,
    conflicts: &[(Manager, FieldSet)],
    applied: &Applied<'_>,
    typed: Typed<'_>,
) -> bool {
    let written = live["metadata"]["annotations"][LAST_APPLIED].as_str();
    let last = written.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(last) = last.filter(|_| applied.manager.name == "kubectl") else { return false };
    // Only what is still as it was applied.
    let kept = named_fields(&last, typed)
        .difference(&compare(live, &merge(live, &last, typed), typed).set());
    conflicts.iter().all(|(_, fields)| fields.difference(&kept).is_empty())
}

/// Takes out what was applied before, is no longer, and is nobody else's.
fn prune(
    merged: &mut Value,
    before: &FieldSet,
    after: &FieldSet,
    entries: &[Entry],
    manager: &Manager,
    typed: Typed<'_>,
) {
    let mut gone = before.difference(after);
    for entry in entries.iter().filter(|entry| !entry.manager.is(manager)) {
        gone = without_owned(&gone, &entry.fields);
    }
    remove(merged, &gone, typed);
}

/// What is left of fields to take out, where another manager has some of them, or
/// something within them.
fn without_owned(gone: &FieldSet, owned: &FieldSet) -> FieldSet {
    let mut left = FieldSet { own: gone.own && owned.is_empty(), ..FieldSet::default() };
    for (step, child) in &gone.children {
        let theirs = owned.children.get(step).cloned().unwrap_or_default();
        left.put(step.clone(), without_owned(child, &theirs));
    }
    left
}

/// Source: `managedfields/internal/conflict.go`, `NewConflictError`.
fn conflict_status(conflicts: &[(Manager, FieldSet)]) -> Status {
    let mut causes = Vec::new();
    let mut groups = Vec::new();
    for (manager, fields) in conflicts {
        let paths = fields.paths();
        let lines: Vec<String> = paths.iter().map(|path| format!("- {path}")).collect();
        groups.push((
            manager.name.clone(),
            format!("conflicts with {}:\n{}", manager.words(), lines.join("\n")),
        ));
        causes.extend(paths.into_iter().map(|field| Cause {
            reason: "FieldManagerConflict",
            message: format!("conflict with {}", manager.words()),
            field,
        }));
    }
    groups.sort();
    let message = match causes.as_slice() {
        [one] => format!("Apply failed with 1 conflict: {}: {}", one.message, one.field),
        all => {
            let groups: Vec<String> = groups.into_iter().map(|(_, words)| words).collect();
            format!("Apply failed with {} conflicts: {}", all.len(), groups.join("\n"))
        }
    };
    let mut status = Status::new(409, "Conflict", message);
    status.details = Some(Box::new(Details { causes, ..Details::default() }));
    status
}
