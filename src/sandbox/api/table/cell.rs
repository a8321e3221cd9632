//! Parts of objects as the words of a cell.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::base::human_duration;
use crate::kinds::age;
use crate::sandbox::admit::edit::{at, items, text};

/// What stands where there is nothing.
pub(super) const NONE: &str = "<none>";

/// What a row is made from.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) object: &'a Value,
    pub(super) now: Timestamp,
}

impl Row<'_> {
    pub(super) fn name(&self) -> Value {
        self.text(&["metadata", "name"])
    }

    pub(super) fn text(&self, path: &[&str]) -> Value {
        json!(text(self.object, path))
    }

    /// The text at a path, or what stands for nothing.
    pub(super) fn text_or(&self, path: &[&str], nothing: &str) -> Value {
        match text(self.object, path) {
            "" => json!(nothing),
            found => json!(found),
        }
    }

    pub(super) fn number(&self, path: &[&str]) -> Value {
        json!(at(self.object, path).and_then(Value::as_i64).unwrap_or(0))
    }

    /// How many elements the list or map at a path has.
    pub(super) fn count(&self, path: &[&str]) -> Value {
        let count = match at(self.object, path) {
            Some(Value::Array(list)) => list.len(),
            Some(Value::Object(map)) => map.len(),
            _ => 0,
        };
        json!(count)
    }

    /// `True` or `False`, of something that may not be said.
    pub(super) fn flag(&self, path: &[&str]) -> Value {
        json!(if at(self.object, path) == Some(&Value::Bool(true)) { "True" } else { "False" })
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, path: &[&str]) -> Value {
        json!(at(self.object, path) == Some(&Value::Bool(true)))
    }

    pub(super) fn age(&self) -> Value {
        json!(age(time(self.object, &["metadata", "creationTimestamp"]), self.now))
    }

    /// How long ago a time is.
    pub(super) fn since(&self, path: &[&str], nothing: &str) -> Value {
        time(self.object, path).map_or_else(|| json!(nothing), |at| json!(self.ago(at)))
    }

    pub(super) fn ago(&self, at: Timestamp) -> String {
        human_duration(self.now.duration_since(at))
    }

    pub(super) fn created_at(&self) -> Value {
        self.text(&["metadata", "creationTimestamp"])
    }

    /// The names and the images of the containers of a template.
    pub(super) fn containers(&self, template: &[&str]) -> [Value; 2] {
        let path = [template, &["spec", "containers"]].concat();
        let all = |key: &str| {
            let texts: Vec<&str> = items(self.object, &path).map(|one| text(one, &[key])).collect();
            json!(texts.join(","))
        };
        [all("name"), all("image")]
    }

    /// The label selector object at a path.
    pub(super) fn selector(&self, path: &[&str]) -> Value {
        json!(at(self.object, path).map_or_else(|| NONE.to_owned(), selector))
    }

    /// The labels at a path.
    pub(super) fn labels(&self, path: &[&str]) -> Value {
        json!(at(self.object, path).map_or_else(|| NONE.to_owned(), labels))
    }
}

pub(super) fn time(object: &Value, path: &[&str]) -> Option<Timestamp> {
    text(object, path).parse().ok()
}

pub(super) fn duration(from: Timestamp, until: Timestamp) -> String {
    let elapsed: SignedDuration = until.duration_since(from);
    human_duration(elapsed)
}

/// `a=b,c=d`.
///
/// Source: `apimachinery/pkg/labels`, `FormatLabels`.
pub(in crate::sandbox::api) fn labels(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    let pairs: Vec<String> =
        pairs.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect();
    if pairs.is_empty() { NONE.to_owned() } else { pairs.join(",") }
}

/// `a=b,c in (d,e),!f`.
///
/// Source: `apimachinery/pkg/apis/meta/v1/helpers.go`, `FormatLabelSelector`.
pub(in crate::sandbox::api) fn selector(selector: &Value) -> String {
    let mut parts: Vec<(String, String)> = Vec::new();
    for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
        parts.push((key.clone(), format!("{key}={}", value.as_str().unwrap_or_default())));
    }
    for one in items(selector, &["matchExpressions"]) {
        let key = text(one, &["key"]).to_owned();
        let mut values: Vec<&str> = items(one, &["values"]).filter_map(Value::as_str).collect();
        values.sort_unstable();
        let values = values.join(",");
        let words = match text(one, &["operator"]) {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.clone(),
            _ => format!("!{key}"),
        };
        parts.push((key, words));
    }
    parts.sort();
    let parts: Vec<String> = parts.into_iter().map(|(_, words)| words).collect();
    if parts.is_empty() { NONE.to_owned() } else { parts.join(",") }
}

/// Whether a condition is true.
pub(super) fn condition(object: &Value, wanted: &str) -> bool {
    items(object, &["status", "conditions"])
        .any(|one| one["type"] == wanted && one["status"] == "True")
}

/// A few, then how many more there are.
pub(super) fn some_of(all: &[String], most: usize, separator: &str) -> String {
    let shown = all.iter().take(most).cloned().collect::<Vec<_>>().join(separator);
    match all.len().checked_sub(most) {
        Some(more) if more > 0 => format!("{shown} + {more} more..."),
        _ => shown,
    }
}
