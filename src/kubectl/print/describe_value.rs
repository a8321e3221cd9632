//! Fields of objects that are described as they came, without a type.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde_json::Value;

use super::describe_page::When;

/// A field as `%v` prints it; empty where there is none.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number, or 0.
pub(super) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

/// A field's text, or this where there is none.
pub(super) fn text_or(value: &Value, otherwise: &str) -> String {
    let text = text(value);
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// The items of a list.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The items of a list, as texts.
pub(super) fn texts(value: &Value) -> Vec<String> {
    items(value).iter().map(text).collect()
}

/// A list as Go prints it: `[a b]`.
pub(super) fn go_list(value: &Value) -> String {
    format!("[{}]", texts(value).join(" "))
}

/// A map of texts.
pub(super) fn pairs(value: &Value) -> BTreeMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(key, value)| (key.clone(), text(value))).collect()
}

/// `a=b,c=d`, or `<none>`.
///
/// Source: `apimachinery/pkg/labels/labels.go`, `FormatLabels`.
pub(super) fn joined_pairs(value: &Value) -> String {
    let mut out = String::new();
    for (key, value) in pairs(value) {
        let comma = if out.is_empty() { "" } else { "," };
        let _ = write!(out, "{comma}{key}={value}");
    }
    if out.is_empty() { "<none>".to_owned() } else { out }
}

/// What all objects have.
pub(super) fn metadata(object: &Value) -> ObjectMeta {
    serde_json::from_value(object["metadata"].clone()).unwrap_or_default()
}

/// A label selector.
pub(super) fn label_selector(value: &Value) -> LabelSelector {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

/// A point of time.
pub(super) fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// A point of time as it is shown.
pub(super) fn date(value: &Value, when: &When) -> String {
    when.date_or_zero(time(value))
}

/// `True`, `False` or `<unset>`.
pub(super) fn truth(value: &Value) -> &'static str {
    match value.as_bool() {
        Some(true) => "True",
        Some(false) => "False",
        None => "<unset>",
    }
}
