use jiff::Timestamp;
use serde_json::{Value, json};

use super::compare::compare;
use super::field_set::FieldSet;
use super::typed::Typed;
use crate::sandbox::admit::edit::{at, items, set, text};
use crate::sandbox::store::seconds;

/// Who changes an object, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox::api) struct Manager {
    pub(in crate::sandbox::api) name: String,
    /// `apps/v1`: in which version the change is made.
    pub(in crate::sandbox::api) api_version: String,
    pub(in crate::sandbox::api) subresource: String,
    pub(in crate::sandbox::api) applies: bool,
}

/// A manager with what it manages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) manager: Manager,
    pub(super) time: Option<String>,
    pub(super) fields: FieldSet,
}

impl Manager {
    /// Whether two entries are of the same manager; one who applies does so in any version.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.name == other.name
            && self.applies == other.applies
            && self.subresource == other.subresource
            && (self.applies || self.api_version == other.api_version)
    }

    /// As conflicts name it.
    ///
    /// Source: `apimachinery/pkg/util/managedfields/internal/conflict.go`, `printManager`.
    pub(super) fn words(&self) -> String {
        let mut words = format!("{:?}", self.name);
        if !self.subresource.is_empty() {
            words.push_str(&format!(" with subresource {:?}", self.subresource));
        }
        if !self.applies {
            words.push_str(&format!(" using {}", self.api_version));
        }
        words
    }
}

/// The managers of an object.
pub(super) fn read(object: &Value) -> Vec<Entry> {
    let all = items(object, &["metadata", "managedFields"]);
    let entry = |one: &Value| Entry {
        manager: Manager {
            name: text(one, &["manager"]).to_owned(),
            api_version: text(one, &["apiVersion"]).to_owned(),
            subresource: text(one, &["subresource"]).to_owned(),
            applies: text(one, &["operation"]) == "Apply",
        },
        time: at(one, &["time"]).and_then(Value::as_str).map(str::to_owned),
        fields: FieldSet::from_json(&one["fieldsV1"]),
    };
    all.map(entry).collect()
}

/// Writes them down again: those who apply first, the others by their time.
pub(super) fn write(object: &mut Value, mut entries: Vec<Entry>) {
    entries.retain(|entry| !entry.fields.children.is_empty());
    entries.sort_by(|a, b| {
        let key = |one: &Entry| (!one.manager.applies, one.time.clone(), one.manager.name.clone());
        key(a).cmp(&key(b))
    });
    let written: Vec<Value> = entries.iter().map(to_json).collect();
    if written.is_empty() {
        if let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            meta.remove("managedFields");
        }
    } else {
        set(object, &["metadata"], "managedFields", written);
    }
}

fn to_json(entry: &Entry) -> Value {
    let manager = &entry.manager;
    let mut written = json!({
        "manager": manager.name,
        "operation": if manager.applies { "Apply" } else { "Update" },
        "apiVersion": manager.api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": entry.fields.to_json(),
    });
    if let Some(time) = &entry.time {
        written["time"] = json!(time);
    }
    if !manager.subresource.is_empty() {
        written["subresource"] = json!(manager.subresource);
    }
    written
}

/// Writes down who changed what, after an update or a create; `old` is empty for one.
///
/// An object whose fields nobody manages yet, and that is there already, stays so.
///
/// Source: `apimachinery/pkg/util/managedfields/internal/structuredmerge.go`, `Update`,
/// and `skipnonapplied.go`.
pub(in crate::sandbox::api) fn record_update(
    (old, new): (&Value, &mut Value),
    typed: Typed<'_>,
    manager: &Manager,
    now: Timestamp,
) {
    let is_new = old["metadata"]["uid"].is_null();
    let mut entries = read(old);
    if entries.is_empty() && !is_new {
        return;
    }
    let mut comparison = compare(old, new, typed);
    for set in [&mut comparison.added, &mut comparison.modified, &mut comparison.removed] {
        set.strip();
        keep_to_subresource(set, manager);
    }
    let changed = comparison.set();
    if !changed.is_empty() || !comparison.removed.is_empty() {
        for entry in &mut entries {
            entry.fields = entry.fields.difference(&comparison.removed);
            if !entry.manager.is(manager) {
                entry.fields = entry.fields.difference(&changed);
            }
        }
        let time = Some(seconds(now));
        match entries.iter_mut().find(|entry| entry.manager.is(manager)) {
            Some(entry) => {
                entry.fields.union(&changed);
                entry.time = time;
            }
            None => entries.push(Entry { manager: manager.clone(), time, fields: changed }),
        }
    }
    write(new, entries);
}

/// A status is managed through its subresource, everything else without.
pub(super) fn keep_to_subresource(fields: &mut FieldSet, manager: &Manager) {
    match manager.subresource.as_str() {
        "status" => fields.children.retain(|step, _| step == "f:status" || step == "f:metadata"),
        "" => drop(fields.children.remove("f:status")),
        _ => {}
    }
}
