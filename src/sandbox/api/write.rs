use serde_json::{Value, json};

use super::call::Call;
use super::convert::{name_of, stored};
use super::custom::{check, set_defaults};
use super::decode::{Expected, body, schema_of};
use super::managed::{Manager, Typed, record_update};
use super::output::Output;
use super::registry::definition_version;
use super::{Answer, Reply};
use crate::kinds::{ApiResource, Behaviour, Schema};
use crate::sandbox::admit::edit::{at, map_at, set, text};
use crate::sandbox::admit::{
    Status, conform, defaulted, prepare_changed, prepare_new, store_status,
};
use crate::sandbox::store::Object;

/// Source: `apiserver/pkg/endpoints/handlers/create.go`.
///
/// # Errors
/// Whatever makes the object one that cannot be created.
pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, Status> {
    let expected = Expected::of(call, call.resource());
    let object = body(call, &expected)?;
    let object = create_object(call, object, None)?;
    answer(call, 201, &object)
}

/// Creates an object of the request's resource; `managed` are its managers, where they
/// are known already.
pub(super) fn create_object(
    call: &mut Call<'_>,
    mut object: Value,
    managed: Option<Value>,
) -> Result<Object, Status> {
    let dry_run = call.is_dry_run()?;
    place(call, &mut object)?;
    forget_system_fields(&mut object)?;
    let mut object = stored(call.resource(), object);
    let key = call.key();
    object = with_defaults(call, &key, object)?;
    match managed {
        Some(managed) => set(&mut object, &["metadata"], "managedFields", managed),
        None => record(call, &empty_of(call), &mut object),
    }
    warn_of_behaviour(call);
    let object = prepare_new(call.store, &key, object, call.now)?;
    check_custom(call, &object)?;
    if dry_run {
        return Ok(object.into());
    }
    call.store.create(&key, object, call.now).map_err(|error| store_status(&error))
}

/// An object takes the place of another (`PUT`).
///
/// # Errors
/// 404, 409 where it was changed in between, and whatever makes it invalid.
pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, Status> {
    let expected = Expected::of(call, call.resource());
    let object = body(call, &expected)?;
    check_name(call, &object)?;
    let old = existing(call)?;
    let object = stored(call.resource(), object);
    let object = change_object(call, &old, object, true)?;
    answer(call, 200, &object)
}

/// The object that the request names.
pub(super) fn existing(call: &Call<'_>) -> Result<Object, Status> {
    let found = call.store.get(&call.key(), call.target.namespace(), call.target.name());
    found.cloned().ok_or_else(|| call.not_found())
}

/// Stores what an object is to become; `records` tells whether who changed what is to
/// be written down, or is already.
pub(super) fn change_object(
    call: &mut Call<'_>,
    old: &Value,
    object: Value,
    records: bool,
) -> Result<Object, Status> {
    let dry_run = call.is_dry_run()?;
    let key = call.key();
    check_version(call, old, &object)?;
    let managed = at(&object, &["metadata", "managedFields"]).cloned();
    let mut object = keep_to_subresource(&call.target.subresource, call.resource(), object, old);
    keep_system_fields(&mut object, old);
    object = with_defaults(call, &key, object)?;
    if records {
        record(call, old, &mut object);
    } else if let Some(managed) = managed {
        set(&mut object, &["metadata"], "managedFields", managed);
    }
    object = prepare_changed(call.store, &key, object, old, call.now)?;
    check_custom(call, &object)?;
    if dry_run {
        return Ok(object.into());
    }
    call.store.replace(&key, object).map_err(|error| store_status(&error))
}

/// An answer with an object in the form that the client wants, and all warnings.
pub(super) fn answer(call: &Call<'_>, status: u16, object: &Value) -> Result<Reply, Status> {
    let output = Output::of(call.store, call.request, call.resource())?;
    let answer = output.answer(status, object, call.now);
    Ok(Reply::Answer(answer.with_warnings(&call.warnings)))
}

/// The object where the request wants it, in a namespace that is there.
fn place(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    let namespace = call.target.namespace();
    map_at(object, &["metadata"]);
    if call.resource().namespaced {
        let given = text(object, &["metadata", "namespace"]);
        if !given.is_empty() && given != namespace {
            return Err(Status::bad_request(format!(
                "the namespace of the provided object does not match the namespace sent on the request"
            )));
        }
        set(object, &["metadata"], "namespace", namespace);
        if call.store.get("namespaces", "", namespace).is_none() {
            return Err(Status::not_found("namespaces", namespace));
        }
    } else if let Some(meta) = object["metadata"].as_object_mut() {
        meta.remove("namespace");
    }
    Ok(())
}

/// What a new object may not bring with it.
///
/// Source: `apiserver/pkg/registry/rest/create.go`, `BeforeCreate`.
fn forget_system_fields(object: &mut Value) -> Result<(), Status> {
    if !text(object, &["metadata", "resourceVersion"]).is_empty() {
        let words = "resourceVersion should not be set on objects to be created";
        return Err(Status::new(500, "", words));
    }
    let Some(meta) = object["metadata"].as_object_mut() else { return Ok(()) };
    for key in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "selfLink",
        "managedFields",
        "resourceVersion",
    ] {
        meta.remove(key);
    }
    Ok(())
}

fn check_name(call: &Call<'_>, object: &Value) -> Result<(), Status> {
    let (given, wanted) = (name_of(object), call.target.name());
    if !given.is_empty() && given != wanted {
        return Err(Status::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({wanted})"
        )));
    }
    let namespace = text(object, &["metadata", "namespace"]);
    if !namespace.is_empty() && namespace != call.target.namespace() {
        return Err(Status::bad_request(format!(
            "the namespace of the object ({namespace}) does not match the namespace on the URL ({})",
            call.target.namespace()
        )));
    }
    Ok(())
}

/// A version and a uid that are said must be the current ones.
fn check_version(call: &Call<'_>, old: &Value, new: &Value) -> Result<(), Status> {
    let resource = call.resource().qualified();
    let said = |key: &str| text(new, &["metadata", key]);
    let version = said("resourceVersion");
    if !version.is_empty() && version != text(old, &["metadata", "resourceVersion"]) {
        let why = "the object has been modified; please apply your changes to the latest version and try again";
        return Err(Status::conflict(&resource, call.target.name(), why));
    }
    let (uid, current) = (said("uid"), text(old, &["metadata", "uid"]));
    if !uid.is_empty() && uid != current {
        let why = format!(
            "Precondition failed: UID in precondition: {uid}, UID in object meta: {current}"
        );
        return Err(Status::conflict(&resource, call.target.name(), &why));
    }
    if version.is_empty() && call.request.method == "PUT" && needs_version(call.resource()) {
        let message = "metadata.resourceVersion: Invalid value: 0: must be specified for an update";
        let kind = &call.resource().kind;
        let group = &call.resource().group;
        let message = format!("{kind}.{group} {:?} is invalid: {message}", call.target.name());
        return Err(Status::new(422, "Invalid", message));
    }
    Ok(())
}

/// Source: `AllowUnconditionalUpdate` of the strategies.
fn needs_version(resource: &ApiResource) -> bool {
    resource.custom || resource.kind == "CustomResourceDefinition"
}

/// A subresource changes its part of an object, and the object itself does not change its status.
///
/// Source: `PrepareForUpdate` of the strategies under `pkg/registry`.
fn keep_to_subresource(
    subresource: &str,
    resource: &ApiResource,
    mut new: Value,
    old: &Value,
) -> Value {
    let parts: &[&[&str]] = match subresource {
        "" | "scale" => {
            if resource.has("status") {
                match old.get("status") {
                    Some(status) => new["status"] = status.clone(),
                    None => drop(new.as_object_mut().and_then(|new| new.remove("status"))),
                }
            }
            return new;
        }
        "status" => &[&["status"]],
        "approval" => &[&["status", "conditions"]],
        "finalize" => &[&["spec", "finalizers"]],
        "ephemeralcontainers" => &[&["spec", "ephemeralContainers"]],
        "resize" => &[&["spec", "containers"]],
        _ => &[],
    };
    let mut kept = old.clone();
    for path in parts {
        if let ([parents @ .., last], value) = (path, at(&new, path)) {
            set(&mut kept, parents, last, value.cloned().unwrap_or_default());
        }
    }
    // Both are read in any case.
    for key in ["resourceVersion", "managedFields"] {
        if let Some(value) = at(&new, &["metadata", key]) {
            set(&mut kept, &["metadata"], key, value.clone());
        }
    }
    kept
}

/// What only the server changes.
///
/// Source: `apiserver/pkg/registry/rest/update.go`, `BeforeUpdate`.
fn keep_system_fields(new: &mut Value, old: &Value) {
    map_at(new, &["metadata"]);
    for key in [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "selfLink",
        "resourceVersion",
    ] {
        match at(old, &["metadata", key]) {
            Some(value) => set(new, &["metadata"], key, value.clone()),
            None => {
                if let Some(meta) = new["metadata"].as_object_mut() {
                    meta.remove(key);
                }
            }
        }
    }
}

fn with_defaults(call: &Call<'_>, key: &str, mut object: Value) -> Result<Value, Status> {
    if call.resource().custom {
        let version = definition_version(call.store, call.resource());
        if let Some(schema) = version.and_then(schema_of) {
            set_defaults(&mut object, schema);
        }
        return Ok(object);
    }
    defaulted(key, object)
}

fn check_custom(call: &Call<'_>, object: &Value) -> Result<(), Status> {
    let resource = call.resource();
    let version = definition_version(call.store, resource).filter(|_| resource.custom);
    let causes =
        version.and_then(schema_of).map(|schema| check(object, schema)).unwrap_or_default();
    if causes.is_empty() {
        return Ok(());
    }
    Err(Status::invalid(&resource.group, &resource.kind, name_of(object), causes))
}

/// Hands what is known of a resource's type to `use_it`.
pub(super) fn with_type<T>(call: &Call<'_>, use_it: impl FnOnce(Typed<'_>) -> T) -> T {
    let resource = call.resource();
    if resource.custom {
        let version = definition_version(call.store, resource);
        return match version.and_then(schema_of) {
            Some(schema) => use_it(Typed::CustomRoot(schema)),
            None => use_it(Typed::Unknown),
        };
    }
    let stored = ApiResource::stored_as(&resource.key()).unwrap_or(resource);
    let type_id = Schema::shipped().kind(&stored.api_version(), &stored.kind);
    use_it(type_id.map_or(Typed::Unknown, Typed::Struct))
}

/// Who makes the change that a request is.
pub(super) fn manager_of(call: &Call<'_>, applies: bool) -> Manager {
    Manager {
        name: call.manager(),
        api_version: call.resource().api_version(),
        subresource: call.target.subresource.clone(),
        applies,
    }
}

fn record(call: &Call<'_>, old: &Value, object: &mut Value) {
    let manager = manager_of(call, false);
    with_type(call, |typed| record_update((old, object), typed, &manager, call.now));
}

/// An object of the resource with nothing in it, as its type sends it.
pub(super) fn empty_of(call: &Call<'_>) -> Value {
    let resource = call.resource();
    let stored = ApiResource::stored_as(&resource.key()).unwrap_or(resource);
    let type_id = Schema::shipped().kind(&stored.api_version(), &stored.kind);
    let empty = type_id.and_then(|type_id| conform(json!({}), type_id).ok());
    empty.map_or_else(|| json!({"metadata": {}}), |found| found.object)
}

/// Tells what is only stored here.
fn warn_of_behaviour(call: &mut Call<'_>) {
    let resource = call.resource();
    if resource.behaviour == Behaviour::Stores {
        let warning =
            format!("the podlab sandbox stores {} but nothing acts on them", resource.qualified());
        call.warnings.push(warning);
    }
}
