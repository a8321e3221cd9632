use serde_json::{Map, Value};

use crate::kinds::{Applying, FieldType, Schema, TypeId};
use crate::sandbox::admit::edit::{items, text};

/// The type of a value, as far as it decides how it is merged.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox::api) enum Typed<'a> {
    /// An object of a built-in type.
    Struct(TypeId),
    /// A field of a built-in type.
    Field(&'a FieldType, &'a Applying),
    /// What a schema of a definition describes.
    Custom(&'a Value),
    /// The same for a whole object: its type and metadata are built in.
    CustomRoot(&'a Value),
    /// Nothing is known.
    Unknown,
}

/// How the elements of a list are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ListKind {
    Atomic,
    Set,
    Keys(Vec<String>),
}

impl<'a> Typed<'a> {
    /// The type of what is under a key.
    pub(super) fn child(self, key: &str) -> Typed<'a> {
        match self {
            Typed::Struct(id) => struct_field(id, key),
            Typed::Field(FieldType::Struct(id), _) => struct_field(*id, key),
            Typed::Field(FieldType::Map(item), _) => Typed::Field(item, &Applying::ByType),
            Typed::CustomRoot(_) if key == "metadata" => {
                let metadata = Schema::shipped().kind("meta/v1", "ObjectMeta");
                metadata.map_or(Typed::Unknown, Typed::Struct)
            }
            Typed::Custom(schema) | Typed::CustomRoot(schema) => {
                let property = schema["properties"].get(key);
                let other = schema.get("additionalProperties").filter(|one| one.is_object());
                property.or(other).map_or(Typed::Unknown, Typed::Custom)
            }
            _ => Typed::Unknown,
        }
    }

    /// The type of a list's elements.
    pub(super) fn item(self) -> Typed<'a> {
        match self {
            Typed::Field(FieldType::List(item), _) => Typed::Field(item, &Applying::ByType),
            Typed::Custom(schema) => schema.get("items").map_or(Typed::Unknown, Typed::Custom),
            _ => Typed::Unknown,
        }
    }

    pub(super) fn list_kind(self) -> ListKind {
        match self {
            Typed::Field(_, Applying::AsSet) => ListKind::Set,
            Typed::Field(_, Applying::ByKeys(keys)) => {
                ListKind::Keys(keys.iter().map(|key| (*key).to_owned()).collect())
            }
            Typed::Custom(schema) => match text(schema, &["x-kubernetes-list-type"]) {
                "set" => ListKind::Set,
                "map" => {
                    let keys = items(schema, &["x-kubernetes-list-map-keys"]);
                    ListKind::Keys(keys.filter_map(Value::as_str).map(str::to_owned).collect())
                }
                _ => ListKind::Atomic,
            },
            _ => ListKind::Atomic,
        }
    }

    /// Whether a map or struct is merged as one value.
    pub(super) fn is_atomic(self) -> bool {
        let schema = Schema::shipped();
        match self {
            Typed::Struct(id) => schema.get(id).atomic,
            Typed::Field(_, Applying::Atomic) => true,
            Typed::Field(FieldType::Struct(id), _) => schema.get(*id).atomic,
            Typed::Field(FieldType::Map(_), _) | Typed::Unknown | Typed::CustomRoot(_) => false,
            // Amounts, free JSON and the like are one value.
            Typed::Field(..) => true,
            Typed::Custom(schema) => text(schema, &["x-kubernetes-map-type"]) == "atomic",
        }
    }
}

fn struct_field<'a>(id: TypeId, key: &str) -> Typed<'a> {
    match Schema::shipped().get(id).field(key) {
        Some(field) => Typed::Field(&field.kind, &field.apply),
        None => Typed::Unknown,
    }
}

/// What tells an element apart: `k:{"name":"a"}`, `v:"x"`; none where a key is missing.
pub(super) fn element(kind: &ListKind, item: &Value) -> Option<String> {
    match kind {
        ListKind::Atomic => None,
        ListKind::Set => Some(format!("v:{item}")),
        ListKind::Keys(keys) => {
            let mut found = Map::new();
            for key in keys {
                let value = item.get(key).filter(|value| !value.is_null()).cloned();
                // The one key that the API's schema has a default for.
                let value = value.or_else(|| (key == "protocol").then(|| Value::from("TCP")))?;
                found.insert(key.clone(), value);
            }
            Some(format!("k:{}", Value::Object(found)))
        }
    }
}
