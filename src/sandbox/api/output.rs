use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::accept::{Form, form, include_object};
use super::convert::served;
use super::registry::definition_version;
use super::table::{MetadataOnly, TableFormat, TableRow};
use super::{Answer, Request};
use crate::kinds::ApiResource;
use crate::sandbox::admit::Status;
use crate::sandbox::store::{Object, Store};

/// How a request wants objects of a resource to be sent.
#[derive(Debug, Clone)]
pub(super) struct Output {
    resource: ApiResource,
    form: OutputForm,
}

#[derive(Debug, Clone)]
enum OutputForm {
    Object,
    Table(TableFormat),
    Metadata(&'static str),
}

impl Output {
    /// # Errors
    /// 406 where the client takes none of our forms.
    pub(super) fn of(
        store: &Store,
        request: &Request,
        resource: &ApiResource,
    ) -> Result<Self, Status> {
        let form = match form(request)? {
            Form::Object => OutputForm::Object,
            Form::Metadata(version) => OutputForm::Metadata(version),
            Form::Table(version) => {
                let definition = definition_version(store, resource);
                let include = include_object(request)?;
                OutputForm::Table(TableFormat::new(resource, definition, version, include))
            }
        };
        Ok(Self { resource: resource.clone(), form })
    }

    /// One object as a body.
    pub(super) fn object(&self, object: &Value, now: Timestamp) -> Vec<u8> {
        match &self.form {
            OutputForm::Object => bytes(served(&self.resource, object).as_ref()),
            OutputForm::Metadata(version) => bytes(&MetadataOnly::of(object, version)),
            OutputForm::Table(format) => {
                let row = format.row(object, served(&self.resource, object), now);
                let version = json!({"resourceVersion": object["metadata"]["resourceVersion"]});
                bytes(&format.table(&version, true, &[row]))
            }
        }
    }

    /// A list as a body; `metadata` is the list's own.
    pub(super) fn list(&self, objects: &[Object], metadata: &Value, now: Timestamp) -> Vec<u8> {
        match &self.form {
            OutputForm::Object => bytes(&List { resource: &self.resource, objects, metadata }),
            OutputForm::Metadata(version) => {
                let items: Vec<MetadataOnly<'_>> =
                    objects.iter().map(|one| MetadataOnly::of(one, version)).collect();
                bytes(&json!({"kind": "PartialObjectMetadataList", "apiVersion": version,
                    "metadata": metadata, "items": items}))
            }
            OutputForm::Table(format) => {
                let rows =
                    objects.iter().map(|one| format.row(one, served(&self.resource, one), now));
                let rows: Vec<TableRow<'_>> = rows.collect();
                bytes(&format.table(metadata, true, &rows))
            }
        }
    }

    /// An event of a watch with its line end; a table has its columns in the `first` one only.
    pub(super) fn event(&self, kind: &str, object: &Value, first: bool, now: Timestamp) -> Vec<u8> {
        let mut line = format!("{{\"type\":\"{kind}\",\"object\":").into_bytes();
        match &self.form {
            OutputForm::Object => write(&mut line, served(&self.resource, object).as_ref()),
            OutputForm::Metadata(version) => write(&mut line, &MetadataOnly::of(object, version)),
            OutputForm::Table(format) => {
                let row = format.row(object, served(&self.resource, object), now);
                let version = json!({"resourceVersion": object["metadata"]["resourceVersion"]});
                write(&mut line, &format.table(&version, first, &[row]));
            }
        }
        line.extend_from_slice(b"}\n");
        line
    }

    /// A bookmark: only where the watch is.
    pub(super) fn bookmark(&self, version: u64, ends_initial_events: bool) -> Vec<u8> {
        let mut metadata = json!({"resourceVersion": version.to_string()});
        if ends_initial_events {
            metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let object = match &self.form {
            OutputForm::Object => json!({"kind": self.resource.kind,
                "apiVersion": self.resource.api_version(), "metadata": metadata}),
            OutputForm::Metadata(version) => {
                json!({"kind": "PartialObjectMetadata", "apiVersion": version, "metadata": metadata})
            }
            OutputForm::Table(format) => {
                serde_json::to_value(format.table(&metadata, false, &[])).unwrap_or_default()
            }
        };
        let mut line = Vec::new();
        write(&mut line, &json!({"type": "BOOKMARK", "object": object}));
        line.push(b'\n');
        line
    }

    /// 200 or 201 with an object.
    pub(super) fn answer(&self, status: u16, object: &Value, now: Timestamp) -> Answer {
        Answer::of_json(status, self.object(object, now))
    }
}

/// A list without the types of its items, which are all the same; custom resources keep theirs.
struct List<'a> {
    resource: &'a ApiResource,
    objects: &'a [Object],
    metadata: &'a Value,
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("kind", &self.resource.list_kind())?;
        map.serialize_entry("apiVersion", &self.resource.api_version())?;
        map.serialize_entry("metadata", self.metadata)?;
        let items = Items { resource: self.resource, objects: self.objects };
        map.serialize_entry("items", &items)?;
        map.end()
    }
}

struct Items<'a> {
    resource: &'a ApiResource,
    objects: &'a [Object],
}

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.resource.custom {
            return serializer.collect_seq(
                self.objects.iter().map(|one| served(self.resource, one).into_owned()),
            );
        }
        serializer
            .collect_seq(self.objects.iter().map(|object| Item { resource: self.resource, object }))
    }
}

struct Item<'a> {
    resource: &'a ApiResource,
    object: &'a Value,
}

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object = served(self.resource, self.object);
        let fields = object.as_object().into_iter().flatten();
        serializer.collect_map(fields.filter(|(key, _)| *key != "kind" && *key != "apiVersion"))
    }
}

/// A value as JSON; values of ours can always be written.
pub(super) fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn write(line: &mut Vec<u8>, value: &impl Serialize) {
    line.extend_from_slice(&bytes(value));
}
