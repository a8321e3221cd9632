use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::base64::encode;
use super::wire::{Reader, WireValue};
use crate::kinds::{FieldType, Schema, TypeId, Wire};

/// What a protobuf body of the Kubernetes API begins with.
const MAGIC: &[u8] = b"k8s\0";

/// How deep messages may lie in each other.
const DEEPEST: usize = 64;

/// Reads a body of the media type `application/vnd.kubernetes.protobuf` as the JSON that
/// it stands for; `kind` decides which type it has.
///
/// Source: `apimachinery/pkg/runtime/serializer/protobuf`: four bytes, then a
/// `runtime.Unknown` with the object's type and its own bytes.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse_protobuf(
    body: &[u8],
    kind: impl FnOnce(&str, &str) -> Option<TypeId>,
) -> Result<Value, String> {
    let envelope = body.strip_prefix(MAGIC).ok_or(
        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    )?;
    let (mut api_version, mut name, mut raw) = (String::new(), String::new(), &[][..]);
    for field in Reader::new(envelope) {
        match field? {
            (1, WireValue::Bytes(bytes)) => (api_version, name) = type_meta(bytes)?,
            (2, WireValue::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let type_id = kind(&api_version, &name)
        .ok_or_else(|| format!("no kind {name:?} is registered for version {api_version:?}"))?;
    let mut object = Message { schema: Schema::shipped() }.fields(raw, type_id, 0)?;
    object.insert("apiVersion".to_owned(), json!(api_version));
    object.insert("kind".to_owned(), json!(name));
    Ok(Value::Object(object))
}

fn type_meta(bytes: &[u8]) -> Result<(String, String), String> {
    let (mut api_version, mut kind) = (String::new(), String::new());
    for field in Reader::new(bytes) {
        match field? {
            (1, WireValue::Bytes(bytes)) => api_version = text(bytes)?,
            (2, WireValue::Bytes(bytes)) => kind = text(bytes)?,
            _ => {}
        }
    }
    Ok((api_version, kind))
}

struct Message {
    schema: &'static Schema,
}

impl Message {
    fn fields(
        &self,
        bytes: &[u8],
        type_id: TypeId,
        depth: usize,
    ) -> Result<Map<String, Value>, String> {
        if depth > DEEPEST {
            return Err("proto: the message is nested too deep".to_owned());
        }
        let type_ = self.schema.get(type_id);
        let mut object = Map::new();
        for field in Reader::new(bytes) {
            let (number, value) = field?;
            match type_.wire(number) {
                Some(Wire::Inline(id)) => {
                    object.append(&mut self.fields(value.bytes()?, id, depth + 1)?);
                }
                Some(Wire::Field(name)) => {
                    if let Some(field) = type_.field(name) {
                        let slot = object.entry(name).or_insert(Value::Null);
                        self.put(slot, value, &field.kind, depth)?;
                    }
                }
                None => {}
            }
        }
        Ok(object)
    }

    /// Puts a value where it belongs: after the others of a list, among those of a map.
    fn put(
        &self,
        slot: &mut Value,
        value: WireValue<'_>,
        kind: &FieldType,
        depth: usize,
    ) -> Result<(), String> {
        match kind {
            FieldType::List(item) => {
                if !slot.is_array() {
                    *slot = json!([]);
                }
                let Some(list) = slot.as_array_mut() else { return Ok(()) };
                for one in unpacked(value, item)? {
                    list.push(self.value(one, item, depth)?);
                }
            }
            FieldType::Map(item) => {
                let (key, value) = self.entry(value.bytes()?, item, depth)?;
                if !slot.is_object() {
                    *slot = json!({});
                }
                if let Some(map) = slot.as_object_mut() {
                    map.insert(key, value);
                }
            }
            _ => *slot = self.value(value, kind, depth)?,
        }
        Ok(())
    }

    fn entry(
        &self,
        bytes: &[u8],
        item: &FieldType,
        depth: usize,
    ) -> Result<(String, Value), String> {
        let (mut key, mut value) = (String::new(), Value::Null);
        for field in Reader::new(bytes) {
            match field? {
                (1, WireValue::Bytes(bytes)) => key = text(bytes)?,
                (2, one) => value = self.value(one, item, depth)?,
                _ => {}
            }
        }
        if value.is_null() && *item == FieldType::String {
            value = json!("");
        }
        Ok((key, value))
    }

    fn value(&self, value: WireValue<'_>, kind: &FieldType, depth: usize) -> Result<Value, String> {
        Ok(match kind {
            FieldType::String => json!(text(value.bytes()?)?),
            FieldType::Int32 | FieldType::Int64 => json!(value.number()?),
            FieldType::Bool => json!(value.number()? != 0),
            FieldType::Float => json!(value.float()?),
            FieldType::Bytes => json!(encode(value.bytes()?)),
            FieldType::Quantity => match inner_text(value.bytes()?, 1)? {
                amount if amount.is_empty() => json!("0"),
                amount => json!(amount),
            },
            FieldType::IntOrString => int_or_string(value.bytes()?)?,
            FieldType::Time => time(value.bytes()?, "%Y-%m-%dT%H:%M:%SZ")?,
            FieldType::MicroTime => time(value.bytes()?, "%Y-%m-%dT%H:%M:%S.%6fZ")?,
            FieldType::Duration | FieldType::Empty => Value::Null,
            FieldType::Json | FieldType::Object => raw_json(value.bytes()?)?,
            FieldType::Struct(id) => Value::Object(self.fields(value.bytes()?, *id, depth + 1)?),
            // A list in a map or list: a message with the items under 1.
            FieldType::List(item) => {
                let mut list = json!([]);
                for field in Reader::new(value.bytes()?) {
                    if let (1, one) = field? {
                        self.put(&mut list, one, &FieldType::List(item.clone()), depth + 1)?;
                    }
                }
                list
            }
            FieldType::Map(_) => Value::Null,
        })
    }
}

/// Numbers of a list may lie packed in one field.
fn unpacked<'a>(value: WireValue<'a>, item: &FieldType) -> Result<Vec<WireValue<'a>>, String> {
    let numbers = matches!(item, FieldType::Int32 | FieldType::Int64 | FieldType::Bool);
    match value {
        WireValue::Bytes(bytes) if numbers => Reader::new(bytes).packed(),
        one => Ok(vec![one]),
    }
}

fn text(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "proto: invalid UTF-8".to_owned())
}

/// The text under a number of a small message.
fn inner_text(bytes: &[u8], wanted: u32) -> Result<String, String> {
    let mut found = String::new();
    for field in Reader::new(bytes) {
        if let (number, WireValue::Bytes(bytes)) = field?
            && number == wanted
        {
            found = text(bytes)?;
        }
    }
    Ok(found)
}

fn int_or_string(bytes: &[u8]) -> Result<Value, String> {
    let (mut is_text, mut number, mut words) = (false, 0, String::new());
    for field in Reader::new(bytes) {
        match field? {
            (1, value) => is_text = value.number()? == 1,
            (2, value) => number = value.number()?,
            (3, WireValue::Bytes(bytes)) => words = text(bytes)?,
            _ => {}
        }
    }
    Ok(if is_text { json!(words) } else { json!(number) })
}

/// A time as seconds and billionths; none where both are 0.
fn time(bytes: &[u8], layout: &str) -> Result<Value, String> {
    let (mut seconds, mut nanos) = (0, 0);
    for field in Reader::new(bytes) {
        match field? {
            (1, value) => seconds = value.number()?,
            (2, value) => nanos = value.number()?,
            _ => {}
        }
    }
    if seconds == 0 && nanos == 0 {
        return Ok(Value::Null);
    }
    let nanos = i32::try_from(nanos).unwrap_or(0);
    let time = Timestamp::new(seconds, nanos).map_err(|error| error.to_string())?;
    Ok(json!(time.strftime(layout).to_string()))
}

/// Any JSON lies as text under 1.
fn raw_json(bytes: &[u8]) -> Result<Value, String> {
    let raw = inner_text(bytes, 1)?;
    if raw.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&raw).map_err(|error| error.to_string())
}
