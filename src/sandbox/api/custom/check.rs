use regex::Regex;
use serde_json::Value;

use crate::sandbox::admit::Cause;
use crate::sandbox::admit::edit::{at, items, text};

/// What of a custom resource does not fit the schema of its definition.
///
/// Source: `kube-openapi/pkg/validation`, and
/// `apiextensions-apiserver/pkg/apiserver/validation/validation.go` for the words.
pub(in crate::sandbox::api) fn check(object: &Value, schema: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut root = schema.clone();
    // What every object has is checked elsewhere.
    if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
        for key in ["apiVersion", "kind", "metadata"] {
            properties.remove(key);
        }
    }
    check_value(object, &root, "", &mut causes);
    causes
}

fn check_value(value: &Value, schema: &Value, path: &str, causes: &mut Vec<Cause>) {
    if value.is_null() && schema["nullable"] == true {
        return;
    }
    if !has_type(value, schema) {
        let wanted = text(schema, &["type"]);
        let given = type_name(value);
        let message =
            format!("Invalid value: {given:?}: {path} in body must be of type {wanted}: {given:?}");
        causes.push(cause("FieldValueTypeInvalid", message, path));
        return;
    }
    check_enum(value, schema, path, causes);
    match value {
        Value::Object(_) => check_object(value, schema, path, causes),
        Value::Array(list) => check_list(list, schema, path, causes),
        Value::String(given) => check_text(given, schema, path, causes),
        Value::Number(_) => check_number(value, schema, path, causes),
        _ => {}
    }
}

fn cause(reason: &'static str, message: String, path: &str) -> Cause {
    let field = if path.is_empty() { "<nil>" } else { path };
    Cause { reason, message, field: field.to_owned() }
}

fn has_type(value: &Value, schema: &Value) -> bool {
    if schema["x-kubernetes-int-or-string"] == true {
        return value.is_string() || value.is_i64() || value.is_u64();
    }
    match text(schema, &["type"]) {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        _ => true,
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn check_enum(value: &Value, schema: &Value, path: &str, causes: &mut Vec<Cause>) {
    let Some(allowed) = at(schema, &["enum"]).and_then(Value::as_array) else { return };
    if !allowed.contains(value) {
        let all: Vec<String> = allowed.iter().map(Value::to_string).collect();
        let message = format!("Unsupported value: {value}: supported values: {}", all.join(", "));
        causes.push(cause("FieldValueNotSupported", message, path));
    }
}

fn check_object(value: &Value, schema: &Value, path: &str, causes: &mut Vec<Cause>) {
    let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    for key in items(schema, &["required"]).filter_map(Value::as_str) {
        if value.get(key).is_none() {
            causes.push(cause("FieldValueRequired", "Required value".to_owned(), &inner(key)));
        }
    }
    let others = at(schema, &["additionalProperties"]).filter(|one| one.is_object());
    for (key, value) in value.as_object().into_iter().flatten() {
        if let Some(property) = at(schema, &["properties", key]).or(others) {
            check_value(value, property, &inner(key), causes);
        }
    }
}

fn check_list(list: &[Value], schema: &Value, path: &str, causes: &mut Vec<Cause>) {
    let bound = |key: &str| at(schema, &[key]).and_then(Value::as_u64);
    if let Some(least) = bound("minItems").filter(|least| (list.len() as u64) < *least) {
        let message = format!(
            "Invalid value: {}: {path} in body should have at least {least} items",
            list.len()
        );
        causes.push(cause("FieldValueInvalid", message, path));
    }
    if let Some(most) = bound("maxItems").filter(|most| list.len() as u64 > *most) {
        let message = format!("Too many: {}: must have at most {most} items", list.len());
        causes.push(cause("FieldValueTooMany", message, path));
    }
    if let Some(item) = at(schema, &["items"]) {
        for (index, value) in list.iter().enumerate() {
            check_value(value, item, &format!("{path}[{index}]"), causes);
        }
    }
}

fn check_text(given: &str, schema: &Value, path: &str, causes: &mut Vec<Cause>) {
    let length = given.chars().count() as u64;
    let bound = |key: &str| at(schema, &[key]).and_then(Value::as_u64);
    if let Some(least) = bound("minLength").filter(|least| length < *least) {
        let message = format!(
            "Invalid value: {given:?}: {path} in body should be at least {least} chars long"
        );
        causes.push(cause("FieldValueInvalid", message, path));
    }
    if let Some(most) = bound("maxLength").filter(|most| length > *most) {
        let message = format!("Too long: may not be more than {most} bytes");
        causes.push(cause("FieldValueTooLong", message, path));
    }
    let pattern = text(schema, &["pattern"]);
    let fits = pattern.is_empty() || Regex::new(pattern).is_ok_and(|regex| regex.is_match(given));
    if !fits {
        let message = format!("Invalid value: {given:?}: {path} in body should match '{pattern}'");
        causes.push(cause("FieldValueInvalid", message, path));
    }
}

fn check_number(value: &Value, schema: &Value, path: &str, causes: &mut Vec<Cause>) {
    let Some(number) = value.as_f64() else { return };
    let bound = |key: &str| at(schema, &[key]).and_then(Value::as_f64);
    let exclusive = |key: &str| schema[key] == true;
    if let Some(least) = bound("minimum") {
        let strict = exclusive("exclusiveMinimum");
        if number < least || (strict && number == least) {
            let words = if strict { "greater than" } else { "greater than or equal to" };
            let message =
                format!("Invalid value: {value}: {path} in body should be {words} {least}");
            causes.push(cause("FieldValueInvalid", message, path));
        }
    }
    if let Some(most) = bound("maximum") {
        let strict = exclusive("exclusiveMaximum");
        if number > most || (strict && number == most) {
            let words = if strict { "less than" } else { "less than or equal to" };
            let message =
                format!("Invalid value: {value}: {path} in body should be {words} {most}");
            causes.push(cause("FieldValueInvalid", message, path));
        }
    }
}
