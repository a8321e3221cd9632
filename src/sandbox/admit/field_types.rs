use jiff::Timestamp;
use serde_json::{Value, json};

use crate::kinds::{FieldType, Quantity, Schema};

/// A value that its field cannot hold, in the words of Go's decoder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct TypeMismatch {
    message: String,
    /// `string into`, `int32`: to be completed with the place.
    of_type: Option<(String, String)>,
}

impl TypeMismatch {
    fn wrong_type(value: &Value, kind: &FieldType) -> Self {
        let given = match value {
            Value::Null => "null".to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::Number(number) if is_whole(kind) => format!("number {number}"),
            Value::Number(_) => "number".to_owned(),
            Value::String(_) => "string".to_owned(),
            Value::Array(_) => "array".to_owned(),
            Value::Object(_) => "object".to_owned(),
        };
        let wanted = go_type(kind);
        let message = format!("json: cannot unmarshal {given} into Go value of type {wanted}");
        Self { message, of_type: Some((given, wanted)) }
    }

    fn said(message: impl Into<String>) -> Self {
        Self { message: message.into(), of_type: None }
    }

    /// The same, with the place: the struct that owns the field, and the path to it.
    #[must_use]
    pub(super) fn at(mut self, place: impl FnOnce() -> (String, String)) -> Self {
        if let Some((given, wanted)) = self.of_type.take() {
            let (owner, path) = place();
            self.message = format!(
                "json: cannot unmarshal {given} into Go struct field {owner}.{path} of type {wanted}"
            );
        }
        self
    }
}

fn is_whole(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Int32 | FieldType::Int64)
}

/// How Go names the type of a field.
fn go_type(kind: &FieldType) -> String {
    match kind {
        FieldType::String => "string".to_owned(),
        FieldType::Int32 => "int32".to_owned(),
        FieldType::Int64 => "int64".to_owned(),
        FieldType::Float => "float64".to_owned(),
        FieldType::Bool => "bool".to_owned(),
        FieldType::Bytes => "[]uint8".to_owned(),
        FieldType::IntOrString => "intstr.IntOrString".to_owned(),
        FieldType::Quantity => "resource.Quantity".to_owned(),
        FieldType::Time | FieldType::MicroTime => "string".to_owned(),
        FieldType::Duration => "string".to_owned(),
        FieldType::Json | FieldType::Object => "map[string]interface {}".to_owned(),
        FieldType::Empty => "struct {}".to_owned(),
        FieldType::Struct(id) => {
            let type_ = Schema::shipped().get(*id);
            let version = type_.group_version.rsplit('/').next().unwrap_or_default();
            format!("{version}.{}", type_.name)
        }
        FieldType::List(item) => format!("[]{}", go_type(item)),
        FieldType::Map(item) => format!("map[string]{}", go_type(item)),
    }
}

/// What Go sends for a field that was never set.
pub(super) fn zero(kind: &FieldType) -> Value {
    match kind {
        FieldType::String => json!(""),
        FieldType::Int32 | FieldType::Int64 | FieldType::Float | FieldType::IntOrString => json!(0),
        FieldType::Bool => json!(false),
        FieldType::Quantity => json!("0"),
        FieldType::Duration => json!("0s"),
        FieldType::Empty => json!({}),
        _ => Value::Null,
    }
}

/// A value that is neither struct, list nor map, in the form in which it is sent.
pub(super) fn plain(value: Value, kind: &FieldType) -> Result<Value, TypeMismatch> {
    let fits = match (kind, &value) {
        (FieldType::String, Value::String(_))
        | (FieldType::Bool, Value::Bool(_))
        | (FieldType::Float, Value::Number(_))
        | (FieldType::IntOrString, Value::String(_))
        | (FieldType::Json | FieldType::Object, _)
        | (FieldType::Empty, Value::Object(_)) => true,
        (FieldType::Int64, Value::Number(_)) => whole(&value).is_some(),
        (FieldType::Int32 | FieldType::IntOrString, Value::Number(_)) => {
            whole(&value).is_some_and(|number| i32::try_from(number).is_ok())
        }
        (FieldType::Quantity, Value::String(text)) => return quantity(text),
        (FieldType::Quantity, Value::Number(number)) => return quantity(&number.to_string()),
        (FieldType::Bytes, Value::String(text)) => return base64(text),
        (FieldType::Time, Value::String(text)) => return time(text),
        (FieldType::MicroTime, Value::String(text)) => return micro_time(text),
        (FieldType::Duration, Value::String(_)) => true,
        _ => false,
    };
    match fits {
        true if is_whole(kind) => Ok(whole(&value).map_or(value, Value::from)),
        true => Ok(value),
        false => Err(TypeMismatch::wrong_type(&value, kind)),
    }
}

/// A number without a fraction; `3.0` is one.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        let safe = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
        safe.then_some(number as i64)
    })
}

fn quantity(text: &str) -> Result<Value, TypeMismatch> {
    let quantity = Quantity::parse(text).map_err(|error| TypeMismatch::said(error.to_string()))?;
    Ok(json!(quantity.to_string()))
}

fn time(text: &str) -> Result<Value, TypeMismatch> {
    let time = timestamp(text)?;
    Ok(json!(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

fn micro_time(text: &str) -> Result<Value, TypeMismatch> {
    let time = timestamp(text)?;
    Ok(json!(time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()))
}

fn timestamp(text: &str) -> Result<Timestamp, TypeMismatch> {
    text.parse().map_err(|_| {
        let layout = "2006-01-02T15:04:05Z07:00";
        TypeMismatch::said(format!(
            "parsing time {text:?} as {layout:?}: cannot parse {text:?} as \"2006\""
        ))
    })
}

/// Checks base64 with padding; line ends are allowed, as in Go.
fn base64(text: &str) -> Result<Value, TypeMismatch> {
    let kept: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let letters = kept.trim_end_matches('=').len();
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let wrong = kept.bytes().take(letters).position(|byte| !letter(&byte));
    let padding = kept.len() - letters;
    let complete = kept.len().is_multiple_of(4) && padding <= 2;
    match wrong {
        Some(at) => Err(TypeMismatch::said(format!("illegal base64 data at input byte {at}"))),
        None if !complete => {
            let at =
                if kept.len().is_multiple_of(4) { letters } else { kept.len() - kept.len() % 4 };
            Err(TypeMismatch::said(format!("illegal base64 data at input byte {at}")))
        }
        None => Ok(json!(kept)),
    }
}
