use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a value whose nulls mean what a missing field means, as the API server takes them.
pub(super) fn without_nulls<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    serde_json::from_value(stripped(value)).map_err(|error| error.to_string())
}

fn stripped(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), stripped(value)))
            .collect(),
        Value::Array(items) => items.iter().map(stripped).collect(),
        other => other.clone(),
    }
}
