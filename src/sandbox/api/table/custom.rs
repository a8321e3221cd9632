use serde_json::{Value, json};

use super::cell::Row;
use super::path::find;
use crate::sandbox::admit::edit::{items, text};

/// The columns that a definition's version gives its objects, besides the name.
///
/// Source: `apiextensions-apiserver/pkg/registry/customresource/tableconvertor`.
pub(super) fn definitions(version: &Value) -> Vec<Value> {
    let mut all = vec![json!({"name": "Name", "type": "string", "format": "name",
        "description": "", "priority": 0})];
    for column in printer_columns(version) {
        all.push(json!({"name": text(&column, &["name"]), "type": text(&column, &["type"]),
            "format": text(&column, &["format"]), "description": text(&column, &["description"]),
            "priority": column["priority"].as_i64().unwrap_or(0)}));
    }
    all
}

/// The cells of a custom resource.
pub(super) fn cells(version: &Value, row: Row<'_>) -> Vec<Value> {
    let mut all = vec![row.name()];
    for column in printer_columns(version) {
        let found = find(row.object, text(&column, &["jsonPath"]));
        all.push(cell(&found, text(&column, &["type"]), row));
    }
    all
}

fn printer_columns(version: &Value) -> Vec<Value> {
    let given: Vec<Value> = items(version, &["additionalPrinterColumns"]).cloned().collect();
    if given.is_empty() {
        let age = json!({"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"});
        return vec![age];
    }
    given
}

/// What does not fit its column's type is not shown.
fn cell(found: &[&Value], kind: &str, row: Row<'_>) -> Value {
    let Some(first) = found.first() else { return Value::Null };
    match (kind, first) {
        ("integer", Value::Number(number)) => number
            .as_i64()
            .map_or_else(|| json!(number.as_f64().unwrap_or(0.0).trunc()), |n| json!(n)),
        ("number", Value::Number(_)) | ("boolean", Value::Bool(_)) => (*first).clone(),
        ("date", Value::String(text)) => match text.parse() {
            Ok(at) => json!(row.ago(at)),
            Err(_) => json!("<invalid>"),
        },
        ("string", _) => {
            let texts: Vec<String> = found
                .iter()
                .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
                .collect();
            json!(texts.join(","))
        }
        _ => Value::Null,
    }
}
