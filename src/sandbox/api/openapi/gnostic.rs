//! The protobuf form of an OpenAPI document of version 2.
//!
//! Source: `gnostic/openapiv2/OpenAPIv2.proto`, numbers of fields.

use serde_json::Value;

use crate::sandbox::admit::edit::{at, items, text};

/// A document as bytes.
pub(super) fn encode(document: &Value) -> Vec<u8> {
    let mut out = Writer::default();
    out.text(1, text(document, &["swagger"]));
    out.message(2, |info| {
        info.text(1, text(document, &["info", "title"]));
        info.text(2, text(document, &["info", "version"]));
    });
    out.message(8, |paths| {
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            paths.message(2, |named| {
                named.text(1, path);
                named.message(2, |out| path_item(out, item));
            });
        }
    });
    out.message(9, |definitions| {
        for (name, schema) in document["definitions"].as_object().into_iter().flatten() {
            definitions.message(1, |named| named_schema(named, name, schema));
        }
    });
    out.bytes
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push((value & 0x7f) as u8);
    }

    fn field(&mut self, number: u64, content: &[u8]) {
        self.varint(number << 3 | 2);
        self.varint(content.len() as u64);
        self.bytes.extend_from_slice(content);
    }

    fn text(&mut self, number: u64, text: &str) {
        if !text.is_empty() {
            self.field(number, text.as_bytes());
        }
    }

    fn message(&mut self, number: u64, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.field(number, &inner.bytes);
    }
}

fn path_item(out: &mut Writer, item: &Value) {
    for (number, method) in [(2, "get"), (3, "put"), (4, "post"), (5, "delete"), (8, "patch")] {
        if let Some(operation) = at(item, &[method]) {
            out.message(number, |out| write_operation(out, operation));
        }
    }
}

fn write_operation(out: &mut Writer, operation: &Value) {
    for parameter in items(operation, &["parameters"]) {
        // An item, a parameter that is not the body, one of the query.
        out.message(8, |item| {
            item.message(1, |out| {
                out.message(2, |out| {
                    out.message(3, |query| {
                        query.text(2, "query");
                        query.text(4, text(parameter, &["name"]));
                        query.text(6, text(parameter, &["type"]));
                    })
                })
            });
        });
    }
    extensions(out, 13, operation);
}

/// What begins with `x-` is written as YAML, which JSON is too.
fn extensions(out: &mut Writer, number: u64, value: &Value) {
    for (key, value) in value.as_object().into_iter().flatten() {
        if key.starts_with("x-") {
            out.message(number, |named| {
                named.text(1, key);
                let yaml = format!("{value}\n");
                named.message(2, |any| any.text(2, &yaml));
            });
        }
    }
}

fn named_schema(out: &mut Writer, name: &str, schema: &Value) {
    out.text(1, name);
    out.message(2, |out| write_schema(out, schema));
}

fn write_schema(out: &mut Writer, schema: &Value) {
    out.text(1, text(schema, &["$ref"]));
    out.text(2, text(schema, &["format"]));
    out.text(4, text(schema, &["description"]));
    for name in items(schema, &["required"]).filter_map(Value::as_str) {
        out.text(19, name);
    }
    if let Some(other) = at(schema, &["additionalProperties"]).filter(|one| one.is_object()) {
        out.message(21, |item| item.message(1, |out| write_schema(out, other)));
    }
    let kind = text(schema, &["type"]);
    if !kind.is_empty() {
        out.message(22, |out| out.text(1, kind));
    }
    if let Some(item) = at(schema, &["items"]) {
        out.message(23, |out| out.message(1, |out| write_schema(out, item)));
    }
    if let Some(properties) = at(schema, &["properties"]).and_then(Value::as_object) {
        out.message(25, |out| {
            for (name, schema) in properties {
                out.message(1, |named| named_schema(named, name, schema));
            }
        });
    }
    extensions(out, 31, schema);
}
