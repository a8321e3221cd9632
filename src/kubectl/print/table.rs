//! Tables that the server made, as `kubectl get` shows them.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::base::safe_text;

/// `meta.k8s.io/v1`, `Table`: columns and rows, the cells ready to be read.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Table {
    /// The columns; null in the later events of a watch.
    #[serde(deserialize_with = "null_is_empty")]
    pub column_definitions: Vec<Column>,
    /// One row per object.
    #[serde(deserialize_with = "null_is_empty")]
    pub rows: Vec<Row>,
    /// Of the list.
    pub metadata: TableMetadata,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Column {
    /// As the server writes it: `Name`, `Ready`.
    pub name: String,
    /// `name` in the column that names the object.
    pub format: String,
    /// Only columns of priority 0 are shown without `-o wide`.
    pub priority: i32,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Row {
    /// One value per column.
    pub cells: Vec<Value>,
    /// The object, or only its metadata.
    pub object: Value,
}

/// Metadata of the list that a table shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TableMetadata {
    /// Where a watch goes on.
    pub resource_version: String,
    /// Where the next part of the list begins; empty at its end.
    pub r#continue: String,
}

fn null_is_empty<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    reader: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(reader)?.unwrap_or_default())
}

/// Which columns are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// Those of priority 0.
    #[default]
    Normal,
    /// All of them.
    Wide,
}

/// What kubectl adds to a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableStyle {
    /// `-o wide`.
    pub width: Width,
    /// A column with the namespace comes first: `-A`.
    pub with_namespace: bool,
    /// Names become `kind/name`.
    pub kind: Option<String>,
    /// A column for each of these labels.
    pub label_columns: Vec<String>,
    /// A column with all labels.
    pub show_labels: bool,
    /// No header line.
    pub no_headers: bool,
    /// A column with the kind of change comes first.
    pub with_event: bool,
}

/// What a table without columns of its own has: any object's name and age.
pub fn bare_columns() -> Vec<Column> {
    let column = |name: &str, format: &str| Column {
        name: name.to_owned(),
        format: format.to_owned(),
        priority: 0,
    };
    vec![column("Name", "name"), column("Age", "")]
}

/// The header line, cells separated by tabs, with its newline.
///
/// Source: `cli-runtime/pkg/printers/tableprinter.go`, `decorateTable`, `printTable`.
pub fn header_line(columns: &[Column], style: &TableStyle) -> String {
    let mut cells: Vec<String> = Vec::new();
    if style.with_event {
        cells.push("EVENT".to_owned());
    }
    if style.with_namespace {
        cells.push("NAMESPACE".to_owned());
    }
    cells.extend(shown(columns, style).map(|(_, column)| column.name.to_uppercase()));
    cells.extend(
        style
            .label_columns
            .iter()
            .map(|label| label.rsplit('/').next().unwrap_or(label).to_uppercase()),
    );
    if style.show_labels {
        cells.push("LABELS".to_owned());
    }
    safe_text(&cells.join("\t")) + "\n"
}

/// The line of a row, cells separated by tabs, with its newline; `event` is the kind
/// of change, for the column that shows it.
pub fn row_line(columns: &[Column], row: &Row, style: &TableStyle, event: &str) -> String {
    let metadata = &row.object["metadata"];
    let mut cells: Vec<String> = Vec::new();
    if style.with_event {
        // As wide as the longest kind of change, `MODIFIED`.
        cells.push(format!("{event:8}"));
    }
    if style.with_namespace {
        cells.push(metadata["namespace"].as_str().unwrap_or_default().to_owned());
    }
    for (index, column) in shown(columns, style) {
        let Some(value) = row.cells.get(index) else { break };
        let text = cell_text(value);
        cells.push(match &style.kind {
            Some(kind) if column.format == "name" => format!("{kind}/{text}"),
            _ => text,
        });
    }
    let labels = metadata["labels"].as_object();
    for label in &style.label_columns {
        let value = labels.and_then(|labels| labels.get(label)).and_then(Value::as_str);
        cells.push(value.unwrap_or_default().to_owned());
    }
    if style.show_labels {
        cells.push(labels_text(labels));
    }
    cells.join("\t") + "\n"
}

fn shown<'a>(
    columns: &'a [Column],
    style: &TableStyle,
) -> impl Iterator<Item = (usize, &'a Column)> {
    let wide = style.width == Width::Wide;
    columns.iter().enumerate().filter(move |(_, column)| wide || column.priority == 0)
}

/// Source: `cli-runtime/pkg/printers/tableprinter.go`, `printRows`: a cell ends with its
/// first line.
fn cell_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => match text.find(['\u{c}', '\n', '\r']) {
            Some(end) => safe_text(&text[..end]) + "...",
            None => safe_text(text),
        },
        other => safe_text(&other.to_string()),
    }
}

/// `a=b,c=d`, sorted, or `<none>`.
pub fn labels_text(labels: Option<&Map<String, Value>>) -> String {
    let pairs: Vec<String> = labels
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    if pairs.is_empty() { "<none>".to_owned() } else { safe_text(&pairs.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::print::TabWriter;
    use serde_json::json;

    fn pods() -> Table {
        serde_json::from_value(json!({
            "columnDefinitions": [
                {"name": "Name", "format": "name", "priority": 0},
                {"name": "Ready", "priority": 0},
                {"name": "Restarts", "priority": 0},
                {"name": "IP", "priority": 1}],
            "rows": [
                {"cells": ["web", "1/1", 3, "10.0.0.1"], "object": {"metadata":
                    {"namespace": "lab", "labels": {"app": "web", "tier": "x"}}}},
                {"cells": ["evil\u{1b}[31m", "two\nlines", null, "10.0.0.2"], "object": {"metadata":
                    {"namespace": "lab"}}}]
        }))
        .unwrap()
    }

    fn printed(style: &TableStyle) -> String {
        let table = pods();
        let mut text = header_line(&table.column_definitions, style);
        for row in &table.rows {
            text += &row_line(&table.column_definitions, row, style, "ADDED");
        }
        TabWriter::TABLE.layout(&text)
    }

    #[test]
    fn a_table_looks_as_kubectl_prints_it() {
        insta::assert_snapshot!(printed(&TableStyle::default()), @r"
        NAME         READY    RESTARTS
        web          1/1      3
        evil^[[31m   two...
        ");
    }

    #[test]
    fn everything_that_kubectl_adds_stands_in_its_place() {
        let style = TableStyle {
            width: Width::Wide,
            with_namespace: true,
            kind: Some("pod".into()),
            label_columns: vec!["example.com/app".into(), "tier".into()],
            show_labels: true,
            with_event: true,
            no_headers: false,
        };
        insta::assert_snapshot!(printed(&style), @r"
        EVENT      NAMESPACE   NAME             READY    RESTARTS   IP         APP   TIER   LABELS
        ADDED      lab         pod/web          1/1      3          10.0.0.1         x      app=web,tier=x
        ADDED      lab         pod/evil^[[31m   two...              10.0.0.2                <none>
        ");
    }

    #[test]
    fn null_rows_are_none() {
        let nulls = json!({"rows": null, "columnDefinitions": null});
        let table: Table = serde_json::from_value(nulls).unwrap();
        assert_eq!(table, Table::default());
    }
}
