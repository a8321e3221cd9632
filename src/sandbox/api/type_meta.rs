//! What a body says that it is.

use serde_json::{Value, json};

use super::body::mismatch;
use super::decode::Expected;
use crate::kinds::{ApiResource, Schema, split_api_version};
use crate::sandbox::admit::edit::text;
use crate::sandbox::admit::{Cause, Status};

/// 400 for a body that does not even say what it is.
///
/// Source: `apiserver/pkg/endpoints/handlers/rest.go`, `transformDecodeError`.
pub(super) fn unrecognized(expected: &Expected, why: &str, body: &[u8]) -> Status {
    Status::bad_request(format!(
        "the object provided is unrecognized (must be of type {}): {why} ({})",
        expected.kind,
        summary(body)
    ))
}

/// The beginning of a body: JSON as it stands, anything else as numbers.
fn summary(body: &[u8]) -> String {
    const MOST: usize = 30;
    let (begin, rest) = body.split_at(body.len().min(MOST));
    let more = if rest.is_empty() { "" } else { " ..." };
    let text: String = match begin.first() {
        None => "<empty>".to_owned(),
        Some(b'{') => String::from_utf8_lossy(begin).into_owned(),
        Some(_) => begin.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    text + more
}

/// The API version and the kind that an object says; empty where it says none.
///
/// Source: `apimachinery/pkg/runtime/serializer/json/meta.go`, `SimpleMetaFactory.Interpret`.
fn interpret(object: &Value) -> Result<(String, String), String> {
    const UNTYPED: &str = r#"value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#;
    let unreadable = |value: &Value, place: &str| {
        format!("couldn't get version/kind; json parse error: {}", mismatch(value, place))
    };
    if !object.is_object() && !object.is_null() {
        return Err(unreadable(object, UNTYPED));
    }
    let said = |key: &str| match object.get(key) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(unreadable(other, &format!("struct field .{key} of type string"))),
    };
    let (api_version, kind) = (said("apiVersion")?, said("kind")?);
    if api_version.matches('/').count() > 1 {
        return Err(format!("unexpected GroupVersion string: {api_version}"));
    }
    Ok((api_version, kind))
}

/// Checks that an object says the type that is expected, or none.
///
/// # Errors
/// 400, for a custom resource of another kind 422.
pub(super) fn typed(mut object: Value, expected: &Expected, body: &[u8]) -> Result<Value, Status> {
    let (mut api_version, mut kind) =
        interpret(&object).map_err(|why| unrecognized(expected, &why, body))?;
    if kind.is_empty() {
        if expected.custom.is_some() {
            let given = String::from_utf8_lossy(body);
            let why = format!("Object 'Kind' is missing in '{given}'");
            return Err(unrecognized(expected, &why, body));
        }
        kind.clone_from(&expected.kind);
    }
    if api_version.is_empty() || expected.in_any_group {
        api_version.clone_from(&expected.api_version);
    }
    if (&api_version, &kind) != (&expected.api_version, &expected.kind) {
        return Err(another_type(&object, expected, (&api_version, &kind)));
    }
    if object.is_null() {
        object = json!({});
    }
    object["apiVersion"] = json!(expected.api_version);
    object["kind"] = json!(expected.kind);
    Ok(object)
}

/// What a server says of an object of a type that is not the one of the URL.
///
/// Source: `apiserver/pkg/endpoints/handlers/create.go`; for custom resources
/// `apiextensions-apiserver/pkg/registry/customresource/validator.go`, `ValidateTypeMeta`.
fn another_type(object: &Value, expected: &Expected, said: (&str, &str)) -> Status {
    let (api_version, kind) = said;
    let known = ApiResource::of_kind(api_version, kind);
    let wanted = ApiResource::of_kind(&expected.api_version, &expected.kind);
    let same = known.is_some() && known.map(ApiResource::key) == wanted.map(ApiResource::key);
    if same || (expected.custom.is_some() && api_version != expected.api_version) {
        return Status::bad_request(format!(
            "the API version in the data ({api_version}) does not match the expected API version ({})",
            expected.api_version
        ));
    }
    let (group, version) = split_api_version(api_version);
    if expected.custom.is_some() {
        let cause = Cause {
            reason: "FieldValueInvalid",
            message: format!("Invalid value: {kind:?}: must be {}", expected.kind),
            field: "kind".to_owned(),
        };
        let name = text(object, &["metadata", "name"]);
        return Status::invalid(group, kind, name, vec![cause]);
    }
    let why = if known.is_some() || Schema::shipped().kind(api_version, kind).is_some() {
        let (of, _) = split_api_version(&expected.api_version);
        let of = if of.is_empty() { "core" } else { of.split('.').next().unwrap_or(of) };
        format!("converting ({version}.{kind}) to ({of}.{}): unknown conversion", expected.kind)
    } else {
        format!(
            "no kind {kind:?} is registered for version {api_version:?} in scheme \"pkg/api/legacyscheme/scheme.go:30\""
        )
    };
    Status::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {}: {why}",
        expected.kind
    ))
}
