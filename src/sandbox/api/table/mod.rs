//! Objects as rows with cells, as the server prints them for `kubectl get`.

mod cell;
mod cluster;
mod custom;
mod network;
mod path;
mod rows;
#[cfg(test)]
mod tests;
mod workloads;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::accept::IncludeObject;
use crate::kinds::{ApiResource, columns};
use cell::Row;

pub(super) use cell::{labels as labels_text, selector as selector_text};

pub(crate) use path::find as find_path;

/// How objects of a resource become rows.
#[derive(Debug, Clone)]
pub(super) struct TableFormat {
    /// The store's name of the resource.
    resource: String,
    /// Of a custom resource: its version in its definition.
    definition: Option<Value>,
    /// `meta.k8s.io/v1`.
    api_version: &'static str,
    include: IncludeObject,
}

impl TableFormat {
    pub(super) fn new(
        resource: &ApiResource,
        definition: Option<&Value>,
        api_version: &'static str,
        include: IncludeObject,
    ) -> Self {
        let definition = definition.filter(|_| resource.custom).cloned();
        Self { resource: resource.key().into_owned(), definition, api_version, include }
    }

    /// The `columnDefinitions`.
    pub(super) fn columns(&self) -> Vec<Value> {
        if let Some(version) = &self.definition {
            return custom::definitions(version);
        }
        let all = columns(&self.resource).iter().map(|column| {
            json!({
                "name": column.name,
                "type": if column.is_number { "integer" } else { "string" },
                "format": if column.name == "Name" { "name" } else { "" },
                "description": "",
                "priority": i32::from(column.is_wide),
            })
        });
        all.collect()
    }

    /// One row; `sent` is the stored object as the client's version has it.
    pub(super) fn row<'a>(
        &self,
        object: &'a Value,
        sent: Cow<'a, Value>,
        now: Timestamp,
    ) -> TableRow<'a> {
        let row = Row { object, now };
        let cells = match &self.definition {
            Some(version) => custom::cells(version, row),
            None => rows::cells(&self.resource, row),
        };
        let is_pod = self.resource == "pods";
        TableRow {
            cells,
            conditions: if is_pod { workloads::pod_conditions(object) } else { None },
            object: match self.include {
                IncludeObject::None => RowObject::None,
                IncludeObject::Object => RowObject::Object(sent),
                IncludeObject::Metadata => {
                    RowObject::Metadata(MetadataOnly::of(object, self.api_version))
                }
            },
        }
    }

    /// A table of these rows; without columns it continues another.
    pub(super) fn table<'a>(
        &self,
        metadata: &'a Value,
        with_columns: bool,
        rows: &'a [TableRow<'a>],
    ) -> Table<'a> {
        Table {
            kind: "Table",
            api_version: self.api_version,
            metadata,
            column_definitions: with_columns.then(|| self.columns()),
            rows,
        }
    }
}

/// A table as it is sent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Table<'a> {
    kind: &'static str,
    api_version: &'static str,
    metadata: &'a Value,
    column_definitions: Option<Vec<Value>>,
    rows: &'a [TableRow<'a>],
}

/// A row as it is sent.
#[derive(Debug, Serialize)]
pub(super) struct TableRow<'a> {
    cells: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conditions: Option<Value>,
    object: RowObject<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum RowObject<'a> {
    None,
    Metadata(MetadataOnly<'a>),
    Object(Cow<'a, Value>),
}

/// An object's metadata alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetadataOnly<'a> {
    kind: &'static str,
    api_version: &'static str,
    metadata: &'a Value,
}

impl<'a> MetadataOnly<'a> {
    pub(super) fn of(object: &'a Value, api_version: &'static str) -> Self {
        Self { kind: "PartialObjectMetadata", api_version, metadata: &object["metadata"] }
    }
}
