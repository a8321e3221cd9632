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

use jiff::Timestamp;
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

    /// One row; `object` is stored, `sent` is how the client's version has it.
    pub(super) fn row(&self, object: &Value, sent: &Value, now: Timestamp) -> Value {
        let row = Row { object, now };
        let cells = match &self.definition {
            Some(version) => custom::cells(version, row),
            None => rows::cells(&self.resource, row),
        };
        let mut line = json!({"cells": cells});
        if self.resource == "pods"
            && let Some(conditions) = workloads::pod_conditions(object)
        {
            line["conditions"] = conditions;
        }
        line["object"] = match self.include {
            IncludeObject::None => Value::Null,
            IncludeObject::Object => sent.clone(),
            IncludeObject::Metadata => metadata_only(object, self.api_version),
        };
        line
    }

    /// A table of these rows; without columns it continues another.
    pub(super) fn table(&self, metadata: &Value, with_columns: bool, rows: &[Value]) -> Value {
        let columns = if with_columns { json!(self.columns()) } else { Value::Null };
        json!({"kind": "Table", "apiVersion": self.api_version, "metadata": metadata,
            "columnDefinitions": columns, "rows": rows})
    }
}

/// An object's metadata alone.
pub(super) fn metadata_only(object: &Value, api_version: &str) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": api_version,
        "metadata": object["metadata"]})
}
