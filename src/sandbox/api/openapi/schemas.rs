use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::kinds::{
    Applying, Field, FieldType, Patching, Schema, TypeFields, TypeId, split_api_version,
};

/// Which of the two versions of OpenAPI is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Two,
    Three,
}

const MACHINERY: &str = "io.k8s.apimachinery.pkg";

/// `io.k8s.api.core.v1.Pod`.
pub(super) fn definition_name(type_: &TypeFields) -> String {
    let (group, version) = split_api_version(type_.group_version);
    let package = match group {
        "" => "api.core".to_owned(),
        "meta" => "apimachinery.pkg.apis.meta".to_owned(),
        "apiextensions.k8s.io" => "apiextensions-apiserver.pkg.apis.apiextensions".to_owned(),
        "apiregistration.k8s.io" => "kube-aggregator.pkg.apis.apiregistration".to_owned(),
        group => format!("api.{}", group.split('.').next().unwrap_or_default()),
    };
    format!("io.k8s.{package}.{version}.{}", type_.name)
}

/// Types as schemas by their names, with all that they refer to.
pub(super) fn schemas(roots: &[TypeId], dialect: Dialect) -> Map<String, Value> {
    let schema = Schema::shipped();
    let mut seen = BTreeSet::new();
    let mut open = roots.to_vec();
    let mut all = plain_types();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let type_ = schema.get(id);
        all.insert(definition_name(type_), type_schema(type_, dialect));
        open.extend(type_.fields.iter().filter_map(|field| struct_in(&field.kind)));
    }
    all
}

fn struct_in(kind: &FieldType) -> Option<TypeId> {
    match kind {
        FieldType::Struct(id) => Some(*id),
        FieldType::List(item) | FieldType::Map(item) => struct_in(item),
        _ => None,
    }
}

/// Types that are one value.
fn plain_types() -> Map<String, Value> {
    let rows = [
        (
            "api.resource.Quantity",
            json!({"type": "string",
            "description": "An amount: a number with a unit such as `m`, `Ki` or `M`."}),
        ),
        (
            "util.intstr.IntOrString",
            json!({"type": "string", "format": "int-or-string",
            "description": "A whole number, or a text such as `25%`."}),
        ),
        (
            "apis.meta.v1.Time",
            json!({"type": "string", "format": "date-time",
            "description": "A moment, as in RFC 3339."}),
        ),
        (
            "apis.meta.v1.MicroTime",
            json!({"type": "string", "format": "date-time",
            "description": "A moment with its microseconds."}),
        ),
    ];
    rows.into_iter().map(|(name, schema)| (format!("{MACHINERY}.{name}"), schema)).collect()
}

fn type_schema(type_: &TypeFields, dialect: Dialect) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in &type_.fields {
        properties.insert(field.name.to_owned(), field_schema(field, dialect));
        if field.required {
            required.push(field.name);
        }
    }
    let words = crate::kinds::type_words(type_.name);
    let mut schema = json!({"type": "object", "description": words, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if type_.atomic {
        schema["x-kubernetes-map-type"] = json!("atomic");
    }
    schema
}

fn field_schema(field: &Field, dialect: Dialect) -> Value {
    let mut schema = of_kind(&field.kind, dialect);
    let words = crate::kinds::field_words(field.name);
    if !words.is_empty() || schema.get("$ref").is_none() {
        if let (Dialect::Three, Some(reference)) = (dialect, schema.get("$ref").cloned()) {
            schema = json!({"allOf": [{"$ref": reference}]});
        }
        schema["description"] = json!(words);
    }
    match field.patch {
        Patching::ByKey(key) => {
            schema["x-kubernetes-patch-merge-key"] = json!(key);
            let strategy = if field.retain_keys { "merge,retainKeys" } else { "merge" };
            schema["x-kubernetes-patch-strategy"] = json!(strategy);
        }
        Patching::AsSet => schema["x-kubernetes-patch-strategy"] = json!("merge"),
        Patching::Replace if field.retain_keys => {
            schema["x-kubernetes-patch-strategy"] = json!("retainKeys");
        }
        Patching::Replace => {}
    }
    match &field.apply {
        Applying::ByKeys(keys) => {
            schema["x-kubernetes-list-type"] = json!("map");
            schema["x-kubernetes-list-map-keys"] = json!(keys);
        }
        Applying::AsSet => schema["x-kubernetes-list-type"] = json!("set"),
        Applying::Atomic => schema["x-kubernetes-map-type"] = json!("atomic"),
        Applying::ByType => {
            if matches!(field.kind, FieldType::List(_)) && field.patch == Patching::Replace {
                schema["x-kubernetes-list-type"] = json!("atomic");
            }
        }
    }
    schema
}

fn of_kind(kind: &FieldType, dialect: Dialect) -> Value {
    let whole = |bits: u8| json!({"type": "integer", "format": format!("int{bits}")});
    match kind {
        FieldType::String | FieldType::Duration => json!({"type": "string"}),
        FieldType::Int32 => whole(32),
        FieldType::Int64 => whole(64),
        FieldType::Float => json!({"type": "number", "format": "double"}),
        FieldType::Bool => json!({"type": "boolean"}),
        FieldType::Bytes => json!({"type": "string", "format": "byte"}),
        FieldType::IntOrString => {
            reference(&format!("{MACHINERY}.util.intstr.IntOrString"), dialect)
        }
        FieldType::Quantity => reference(&format!("{MACHINERY}.api.resource.Quantity"), dialect),
        FieldType::Time => reference(&format!("{MACHINERY}.apis.meta.v1.Time"), dialect),
        FieldType::MicroTime => reference(&format!("{MACHINERY}.apis.meta.v1.MicroTime"), dialect),
        FieldType::Json => json!({}),
        FieldType::Object | FieldType::Empty => json!({"type": "object"}),
        FieldType::Struct(id) => reference(&definition_name(Schema::shipped().get(*id)), dialect),
        FieldType::List(item) => json!({"type": "array", "items": of_kind(item, dialect)}),
        FieldType::Map(item) => {
            json!({"type": "object", "additionalProperties": of_kind(item, dialect)})
        }
    }
}

fn reference(name: &str, dialect: Dialect) -> Value {
    match dialect {
        Dialect::Two => json!({"$ref": format!("#/definitions/{name}")}),
        Dialect::Three => json!({"$ref": format!("#/components/schemas/{name}")}),
    }
}
