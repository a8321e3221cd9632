use jiff::Timestamp;
use serde_json::{Value, json};

use super::admission::{admit_changed, admit_new, is_terminating};
use super::conform::conform;
use super::defaults::set_defaults;
use super::edit::{map_at, text};
use super::{Status, validate};
use crate::kinds::{ApiResource, Schema};
use crate::sandbox::store::{Object, Store, StoreError};

/// Creates an object as the API server does on every create, whoever asks: defaults,
/// what admission adds, validation, allocations; then it is stored.
///
/// `resource` is `pods` or `deployments.apps`.
///
/// # Errors
/// What the API server would answer.
pub(crate) fn create(
    store: &mut Store,
    resource: &str,
    object: Value,
    now: Timestamp,
) -> Result<Object, Status> {
    let object = defaulted(resource, object)?;
    let object = prepare_new(store, resource, object, now)?;
    store.create(resource, object, now).map_err(|error| store_status(&error))
}

/// A new object with its type and its defaults, as a decoded request has it.
///
/// # Errors
/// 400 for a value that its field cannot hold.
pub(crate) fn defaulted(resource: &str, mut object: Value) -> Result<Value, Status> {
    map_at(&mut object, &["metadata"]);
    let Some(known) = ApiResource::stored_as(resource) else { return Ok(object) };
    let (api_version, kind) = (known.api_version(), known.kind.to_string());
    if let Some(type_id) = Schema::shipped().kind(&api_version, &kind) {
        object =
            conform(object, type_id).map_err(|error| unfit(&kind, &known.version, &error))?.object;
    }
    object["apiVersion"] = json!(api_version);
    object["kind"] = json!(kind);
    set_defaults(resource, &mut object);
    Ok(object)
}

/// 400 for an object that its kind cannot hold.
///
/// Source: `apiserver/pkg/endpoints/handlers/create.go`, `transformDecodeError`.
pub(crate) fn unfit(kind: &str, version: &str, why: &dyn std::fmt::Display) -> Status {
    Status::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: {why}"
    ))
}

/// Completes and checks a defaulted object as [`create`] would store it, without storing it.
///
/// # Errors
/// What the API server would answer.
pub(crate) fn prepare_new(
    store: &Store,
    resource: &str,
    object: Value,
    now: Timestamp,
) -> Result<Value, Status> {
    refuse_in_terminating_namespace(store, resource, &object)?;
    let mut object = store.preview(resource, object, now).map_err(|error| store_status(&error))?;
    admit_new(store, resource, &mut object, now)?;
    validate::new(resource, &object)?;
    Ok(object)
}

/// Completes and checks a defaulted object that takes the place of another.
///
/// # Errors
/// What the API server would answer.
pub(crate) fn prepare_changed(
    store: &Store,
    resource: &str,
    mut object: Value,
    old: &Value,
    now: Timestamp,
) -> Result<Value, Status> {
    admit_changed(store, resource, &mut object, old, now)?;
    validate::changed(resource, &object, old)?;
    Ok(object)
}

/// Source: `apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go`.
fn refuse_in_terminating_namespace(
    store: &Store,
    resource: &str,
    object: &Value,
) -> Result<(), Status> {
    let namespace = text(object, &["metadata", "namespace"]);
    let Some(found) = store.get("namespaces", "", namespace) else { return Ok(()) };
    if namespace.is_empty() || !is_terminating(found) {
        return Ok(());
    }
    let why = format!(
        "unable to create new content in namespace {namespace} because it is being terminated"
    );
    let cause = format!("namespace {namespace} is being terminated");
    Err(Status::forbidden(resource, text(object, &["metadata", "name"]), &why).with_cause(
        "NamespaceTerminating",
        &cause,
        "metadata.namespace",
    ))
}

/// A failure of the store as the API says it.
pub(crate) fn store_status(error: &StoreError) -> Status {
    match error {
        StoreError::AlreadyExists { resource, name } => Status::already_exists(resource, name),
        StoreError::NotFound { resource, name } => Status::not_found(resource, name),
        StoreError::Conflict { resource, name } => Status::conflict(resource, name, MODIFIED),
        StoreError::Expired { .. } => Status::new(410, "Expired", error.to_string()),
    }
}

const MODIFIED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";
