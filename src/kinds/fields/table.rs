use std::collections::HashMap;

use super::schema::{Applying, Field, FieldType, Patching, Schema, TypeFields, TypeId, Wire};

/// A line of the table that is a field, before names of types are known.
struct Row {
    number: u32,
    name: &'static str,
    kind: &'static str,
    marks: &'static str,
}

struct Rows {
    group_version: &'static str,
    name: &'static str,
    atomic: bool,
    rows: Vec<Row>,
}

/// Reads the table; a line that is not understood is left out (a test holds that there is none).
pub(super) fn parse(text: &'static str) -> Schema {
    let all = rows(text);
    let mut by_name = HashMap::new();
    for (index, one) in all.iter().enumerate() {
        by_name.insert(format!("{}.{}", one.group_version, one.name), TypeId(index));
    }
    let names = Names { by_name: &by_name, all: &all };
    let mut types: Vec<TypeFields> = all.iter().map(|one| names.own_fields(one)).collect();
    for (index, one) in all.iter().enumerate() {
        let fields = names.with_inlined(one, 0);
        if let Some(type_) = types.get_mut(index) {
            type_.fields = fields;
            type_.fields.sort_by_key(|field| field.name);
        }
    }
    Schema { types, by_name }
}

fn rows(text: &'static str) -> Vec<Rows> {
    let mut all: Vec<Rows> = Vec::new();
    let mut group_version = "";
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(section) = line.strip_prefix("@ ") {
            group_version = section;
        } else if let Some(row) = line.strip_prefix(' ') {
            if let (Some(row), Some(last)) = (row_of(row), all.last_mut()) {
                last.rows.push(row);
            }
        } else {
            let (name, mark) = line.split_once(' ').unwrap_or((line, ""));
            all.push(Rows { group_version, name, atomic: mark == "a", rows: Vec::new() });
        }
    }
    all
}

fn row_of(line: &'static str) -> Option<Row> {
    let mut parts = line.splitn(4, ' ');
    let number = parts.next()?.parse().ok()?;
    Some(Row {
        number,
        name: parts.next()?,
        kind: parts.next()?,
        marks: parts.next().unwrap_or_default(),
    })
}

struct Names<'a> {
    by_name: &'a HashMap<String, TypeId>,
    all: &'a [Rows],
}

impl Names<'_> {
    fn own_fields(&self, one: &Rows) -> TypeFields {
        let wire = one.rows.iter().filter(|row| row.number > 0 || row.name == "~");
        let mut wire: Vec<(u32, Wire)> = wire
            .filter_map(|row| match (row.name, self.type_of(row.kind, one.group_version)) {
                ("~", Some(FieldType::Struct(id))) => Some((row.number, Wire::Inline(id))),
                (_, Some(_)) => Some((row.number, Wire::Field(row.name))),
                _ => None,
            })
            .collect();
        wire.sort_by_key(|(number, _)| *number);
        TypeFields {
            name: one.name,
            group_version: one.group_version,
            atomic: one.atomic,
            fields: Vec::new(),
            wire,
        }
    }

    fn with_inlined(&self, one: &Rows, depth: usize) -> Vec<Field> {
        let mut fields = Vec::new();
        for row in &one.rows {
            let kind = self.type_of(row.kind, one.group_version);
            match (row.name, kind) {
                ("~", Some(FieldType::Struct(TypeId(index)))) if depth < 4 => {
                    if let Some(inner) = self.all.get(index) {
                        fields.extend(self.with_inlined(inner, depth + 1));
                    }
                }
                (_, Some(kind)) => fields.push(field_of(row, kind)),
                _ => {}
            }
        }
        fields
    }

    fn type_of(&self, text: &str, group_version: &str) -> Option<FieldType> {
        if let Some(item) = text.strip_prefix("[]") {
            return Some(FieldType::List(Box::new(self.type_of(item, group_version)?)));
        }
        if let Some(item) = text.strip_prefix("{}") {
            return Some(FieldType::Map(Box::new(self.type_of(item, group_version)?)));
        }
        Some(match text {
            "string" => FieldType::String,
            "int32" => FieldType::Int32,
            "int64" => FieldType::Int64,
            "float64" => FieldType::Float,
            "bool" => FieldType::Bool,
            "bytes" => FieldType::Bytes,
            "IntOrString" => FieldType::IntOrString,
            "Quantity" => FieldType::Quantity,
            "Time" => FieldType::Time,
            "MicroTime" => FieldType::MicroTime,
            "Duration" => FieldType::Duration,
            "Empty" => FieldType::Empty,
            "RawExtension" => FieldType::Object,
            "Json"
            | "FieldsV1"
            | "JsonSchemaOrArray"
            | "JsonSchemaOrBool"
            | "JsonSchemaOrStrings" => FieldType::Json,
            name => FieldType::Struct(self.struct_named(name, group_version)?),
        })
    }

    /// Names are meant in their own section, else in core, else in meta, else wherever
    /// there is one.
    fn struct_named(&self, name: &str, group_version: &str) -> Option<TypeId> {
        let sections = [group_version, "v1", "meta/v1"];
        let near = sections.iter().find_map(|one| self.by_name.get(&format!("{one}.{name}")));
        let position = || self.all.iter().position(|one| one.name == name).map(TypeId);
        near.copied().or_else(position)
    }
}

fn field_of(row: &Row, kind: FieldType) -> Field {
    let mut field = Field {
        name: row.name,
        kind,
        required: false,
        always_sent: false,
        keeps_empty: false,
        patch: Patching::Replace,
        retain_keys: false,
        apply: Applying::ByType,
    };
    for mark in row.marks.split(' ').filter(|mark| !mark.is_empty()) {
        match mark.split_once('=').unwrap_or((mark, "")) {
            ("!", _) => field.required = true,
            ("+", _) => field.always_sent = true,
            ("*", _) => field.keeps_empty = true,
            ("p", "") => field.patch = Patching::AsSet,
            ("p", key) => field.patch = Patching::ByKey(key),
            ("r", _) => field.retain_keys = true,
            ("k", keys) => field.apply = Applying::ByKeys(keys.split(',').collect()),
            ("s", _) => field.apply = Applying::AsSet,
            ("a", _) => field.apply = Applying::Atomic,
            _ => {}
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_understood() {
        let text = include_str!("table.txt");
        let rows: usize = rows(text).iter().map(|one| one.rows.len()).sum();
        let lines = text.lines().filter(|line| line.starts_with(' ')).count();
        assert_eq!(rows, lines);
        let schema = parse(text);
        for one in rows_with_types(text) {
            let id = schema.by_name[&format!("{}.{}", one.0, one.1)];
            let type_ = schema.get(id);
            assert!(type_.field(one.2).is_some(), "{one:?}");
        }
    }

    fn rows_with_types(text: &'static str) -> Vec<(&'static str, &'static str, &'static str)> {
        let fields = |one: Rows| {
            let (group_version, name) = (one.group_version, one.name);
            let named = one.rows.into_iter().filter(|row| row.name != "~");
            named.map(move |row| (group_version, name, row.name)).collect::<Vec<_>>()
        };
        rows(text).into_iter().flat_map(fields).collect()
    }

    #[test]
    fn the_shipped_schema_knows_its_kinds() {
        let schema = Schema::shipped();
        let pod = schema.get(schema.kind("v1", "Pod").unwrap());
        let FieldType::Struct(spec) = &pod.field("spec").unwrap().kind else { panic!("a struct") };
        let spec = schema.get(*spec);
        assert_eq!(spec.field("containers").unwrap().patch, Patching::ByKey("name"));
        assert_eq!(spec.wire(2), Some(Wire::Field("containers")));
        let volume = schema.get(schema.by_name["v1.Volume"]);
        assert!(volume.field("configMap").is_some());
        assert!(matches!(volume.wire(2), Some(Wire::Inline(_))));
        assert!(schema.kind("apps/v1", "Deployment").is_some());
        assert!(schema.kind("apps/v1", "Pod").is_none());
    }
}
