use serde_json::{Value, json};

use super::body::{Parsed, parse_json, parse_protobuf};
use super::call::Call;
use super::custom::prune;
use super::registry::definition_version;
use super::type_meta::{typed, unrecognized};
use crate::kinds::{ApiResource, Schema, TypeId};
use crate::sandbox::admit::edit::at;
use crate::sandbox::admit::{Status, conform, unfit};

/// What a body is expected to hold.
pub(super) struct Expected {
    pub(super) api_version: String,
    pub(super) kind: String,
    type_id: Option<TypeId>,
    /// Of a custom resource: the schema of its definition, where that has one.
    pub(super) custom: Option<Option<Value>>,
    /// Whether every group has this kind.
    pub(super) in_any_group: bool,
}

impl Expected {
    /// An object of a resource.
    pub(super) fn of(call: &Call<'_>, resource: &ApiResource) -> Self {
        let mut expected = Self::kind(&resource.api_version(), &resource.kind);
        if resource.custom {
            let version = definition_version(call.store, resource);
            expected.custom = Some(version.and_then(schema_of).cloned());
        }
        expected
    }

    /// An object of a built-in kind.
    pub(super) fn kind(api_version: &str, kind: &str) -> Self {
        let type_id = Schema::shipped().kind(api_version, kind);
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            type_id,
            custom: None,
            in_any_group: false,
        }
    }

    /// The kind is one of every group (`DeleteOptions`).
    pub(super) fn any_version(&mut self) {
        self.in_any_group = true;
    }

    fn version(&self) -> &str {
        self.api_version.rsplit('/').next().unwrap_or_default()
    }
}

/// The schema of a definition's version.
pub(super) fn schema_of(version: &Value) -> Option<&Value> {
    at(version, &["schema", "openAPIV3Schema"])
}

/// The body as the object that is expected, without fields that its type does not know.
///
/// # Errors
/// 415 for another media type, 400 for what cannot be read, and for fields that are
/// unknown or given twice where the client wants to hear of that.
pub(super) fn body(call: &mut Call<'_>, expected: &Expected) -> Result<Value, Status> {
    let parsed = parse(call, expected)?;
    let object = typed(parsed.value, expected, &call.request.body)?;
    fitted(call, object, parsed.duplicates, expected)
}

/// Takes out what an object's type does not know; tells of it as the client wants.
///
/// # Errors
/// 400.
pub(super) fn fitted(
    call: &mut Call<'_>,
    object: Value,
    mut problems: Vec<String>,
    expected: &Expected,
) -> Result<Value, Status> {
    let (object, unknown) = fit(object, expected)?;
    problems.extend(unknown);
    match FieldValidation::of(call)? {
        _ if problems.is_empty() => {}
        FieldValidation::Ignore => {}
        FieldValidation::Warn => call.warnings.append(&mut problems),
        FieldValidation::Strict => {
            let why = format!("strict decoding error: {}", problems.join(", "));
            return Err(unfit(&expected.kind, expected.version(), &why));
        }
    }
    Ok(object)
}

fn fit(mut object: Value, expected: &Expected) -> Result<(Value, Vec<String>), Status> {
    if let Some(schema) = &expected.custom {
        let unknown = prune(&mut object, schema.as_ref());
        return Ok((object, unknown));
    }
    let Some(type_id) = expected.type_id else { return Ok((object, Vec::new())) };
    let found = conform(object, type_id)
        .map_err(|error| unfit(&expected.kind, expected.version(), &error))?;
    let mut object = found.object;
    object["apiVersion"] = json!(expected.api_version);
    object["kind"] = json!(expected.kind);
    Ok((object, found.unknown))
}

/// Reads the body, whatever it holds.
fn parse(call: &Call<'_>, expected: &Expected) -> Result<Parsed, Status> {
    let media_type = call.request.content_type.split(';').next().unwrap_or_default().trim();
    let body = &call.request.body;
    let parsed = match media_type {
        "" | "application/json" | "*/*" => parse_json(body)
            .map_err(|why| format!("couldn't get version/kind; json parse error: {why}")),
        "application/yaml" => parse_yaml(body),
        "application/vnd.kubernetes.protobuf" => {
            let found = parse_protobuf(body, |api_version, kind| {
                Schema::shipped().kind(api_version, kind).or(expected.type_id)
            });
            found.map(|value| Parsed { value, duplicates: Vec::new() })
        }
        _ => {
            return Err(unsupported_media_type(&[
                "application/json",
                "application/yaml",
                "application/vnd.kubernetes.protobuf",
            ]));
        }
    };
    parsed.map_err(|why| unrecognized(expected, &why, body))
}

/// YAML is read as JSON first, which it mostly is.
pub(super) fn parse_yaml(body: &[u8]) -> Result<Parsed, String> {
    if let Ok(parsed) = parse_json(body) {
        return Ok(parsed);
    }
    let value: Value = serde_yaml::from_slice(body).map_err(|error| format!("yaml: {error}"))?;
    Ok(Parsed { value, duplicates: Vec::new() })
}

/// Source: `apimachinery/pkg/api/errors`, `NewUnsupportedMediaType` in
/// `apiserver/pkg/endpoints/handlers/negotiation/errors.go`.
pub(super) fn unsupported_media_type(accepted: &[&str]) -> Status {
    let message = format!(
        "the body of the request was in an unknown format - accepted media types include: {}",
        accepted.join(", ")
    );
    Status::new(415, "UnsupportedMediaType", message)
}

/// What a client wants to hear of fields that are unknown or given twice.
enum FieldValidation {
    Ignore,
    Warn,
    Strict,
}

impl FieldValidation {
    fn of(call: &Call<'_>) -> Result<Self, Status> {
        match call.request.parameter("fieldValidation") {
            Some("Strict") => Ok(Self::Strict),
            Some("Ignore") => Ok(Self::Ignore),
            None | Some("" | "Warn") => Ok(Self::Warn),
            Some(other) => Err(Status::new(
                422,
                "Invalid",
                format!(
                    "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: {other:?}: supported values: \"Ignore\", \"Strict\", \"Warn\""
                ),
            )),
        }
    }
}
