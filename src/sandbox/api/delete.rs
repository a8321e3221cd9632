use serde_json::{Value, json};

use super::call::Call;
use super::decode::{Expected, body};
use super::list_options::ListOptions;
use super::output::Output;
use super::read::selected;
use super::registry::DEFINITIONS;
use super::write::{answer, existing};
use super::{Answer, Reply};
use crate::sandbox::admit::edit::{at, items, set, text};
use crate::sandbox::admit::{Status, store_status};
use crate::sandbox::removal;
use crate::sandbox::store::Object;

/// How something is to be deleted.
#[derive(Debug, Clone, Default)]
pub(super) struct DeleteOptions {
    grace: Option<i64>,
    propagation: Propagation,
    uid: String,
    resource_version: String,
    dry_run: bool,
}

/// What becomes of those that an object owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Propagation {
    #[default]
    Background,
    Foreground,
    Orphan,
}

/// What became of an object.
enum Deleted {
    /// It is gone.
    Gone(Object),
    /// It is marked, and someone else has still to do something.
    Waits(Object),
}

/// Deletes one object.
///
/// # Errors
/// 404, 409 where a precondition does not hold, 403 for what may not be deleted.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Reply, Status> {
    let options = DeleteOptions::read(call)?;
    let object = existing(call)?;
    options.check_preconditions(call, &object)?;
    match delete_object(call, &object, &options)? {
        Deleted::Waits(object) => answer(call, 200, &object),
        Deleted::Gone(last) if returns_object(&call.key()) => answer(call, 200, &last),
        Deleted::Gone(last) => {
            let resource = call.resource();
            let mut details = json!({"name": call.target.name(), "kind": resource.plural,
                "uid": last["metadata"]["uid"]});
            if !resource.group.is_empty() {
                details["group"] = json!(resource.group);
            }
            let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {},
                "status": "Success", "details": details});
            Ok(Reply::Answer(Answer::of_value(&status).with_warnings(&call.warnings)))
        }
    }
}

/// Deletes every object that the request selects.
///
/// # Errors
/// As [`delete`].
pub(super) fn delete_collection(call: &mut Call<'_>) -> Result<Reply, Status> {
    let options = DeleteOptions::read(call)?;
    let selection = ListOptions::read(call)?;
    let output = Output::of(call.store, call.request, call.resource())?;
    let mut deleted = Vec::new();
    for object in selected(call, &selection) {
        match delete_object(call, &object, &options)? {
            Deleted::Gone(object) | Deleted::Waits(object) => deleted.push(object),
        }
    }
    let metadata = json!({"resourceVersion": call.store.revision().to_string()});
    let body = output.list(&deleted, &metadata, call.now);
    Ok(Reply::Answer(Answer::of_json(200, body)))
}

/// Deletes a pod as an eviction does: with the time that it may take.
///
/// # Errors
/// As [`delete`].
pub(super) fn delete_pod(call: &mut Call<'_>, options: &Value) -> Result<(), Status> {
    let mut read = DeleteOptions::default();
    read.take(options)?;
    let pod = existing(call)?;
    read.check_preconditions(call, &pod)?;
    read.dry_run |= call.is_dry_run()?;
    delete_object(call, &pod, &read).map(drop)
}

/// Kinds whose deletion answers with the object, as it was last.
///
/// Source: `ReturnDeletedObject` of the storages under `pkg/registry`.
fn returns_object(resource: &str) -> bool {
    matches!(
        resource,
        "pods"
            | "services"
            | "serviceaccounts"
            | "persistentvolumes"
            | "persistentvolumeclaims"
            | "podtemplates"
            | "resourcequotas"
            | "namespaces"
    )
}

impl DeleteOptions {
    fn read(call: &mut Call<'_>) -> Result<Self, Status> {
        let mut options = Self::default();
        if !call.request.body.is_empty() {
            let mut expected = Expected::kind("meta/v1", "DeleteOptions");
            expected.any_version();
            let given = body(call, &expected)?;
            options.take(&given)?;
        }
        options.dry_run |= call.is_dry_run()?;
        if let Some(grace) = call.request.parameter("gracePeriodSeconds") {
            options.grace = grace.parse().ok().or(options.grace);
        }
        if let Some(word) = call.request.parameter("propagationPolicy") {
            options.propagation = Propagation::of(word)?;
        }
        if call.request.says("orphanDependents") {
            options.propagation = Propagation::Orphan;
        }
        Ok(options)
    }

    fn take(&mut self, given: &Value) -> Result<(), Status> {
        self.grace = at(given, &["gracePeriodSeconds"]).and_then(Value::as_i64);
        let word = text(given, &["propagationPolicy"]);
        if !word.is_empty() {
            self.propagation = Propagation::of(word)?;
        } else if given["orphanDependents"] == true {
            self.propagation = Propagation::Orphan;
        }
        text(given, &["preconditions", "uid"]).clone_into(&mut self.uid);
        text(given, &["preconditions", "resourceVersion"]).clone_into(&mut self.resource_version);
        self.dry_run = items(given, &["dryRun"]).any(|word| word == "All");
        Ok(())
    }

    fn check_preconditions(&self, call: &Call<'_>, object: &Value) -> Result<(), Status> {
        let rows = [
            (&self.uid, "uid", "UID"),
            (&self.resource_version, "resourceVersion", "ResourceVersion"),
        ];
        for (wanted, key, word) in rows {
            let current = text(object, &["metadata", key]);
            if !wanted.is_empty() && wanted != current {
                let why = format!(
                    "Precondition failed: {word} in precondition: {wanted}, {word} in object meta: {current}"
                );
                return Err(Status::conflict(
                    &call.resource().qualified(),
                    call.target.name(),
                    &why,
                ));
            }
        }
        Ok(())
    }
}

impl Propagation {
    fn of(word: &str) -> Result<Self, Status> {
        match word {
            "Background" => Ok(Self::Background),
            "Foreground" => Ok(Self::Foreground),
            "Orphan" => Ok(Self::Orphan),
            other => Err(Status::new(
                422,
                "Invalid",
                format!(
                    "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: {other:?}: supported values: \"Background\", \"Foreground\", \"Orphan\""
                ),
            )),
        }
    }

    /// The finalizer that has it done by the garbage collector.
    fn finalizer(self) -> Option<&'static str> {
        match self {
            Self::Background => None,
            Self::Foreground => Some("foregroundDeletion"),
            Self::Orphan => Some("orphan"),
        }
    }
}

/// Source: `apiserver/pkg/registry/generic/registry/store.go`, `Delete`.
fn delete_object(
    call: &mut Call<'_>,
    object: &Object,
    options: &DeleteOptions,
) -> Result<Deleted, Status> {
    let key = call.key();
    if key == "namespaces" {
        refuse_built_in_namespace(object)?;
    }
    let mut marked = Value::clone(object);
    set_finalizer(&mut marked, options.propagation);
    let held = removal::begin(&key, &mut marked, options.grace, call.now);
    if options.dry_run {
        let marked = marked.into();
        return Ok(if held { Deleted::Waits(marked) } else { Deleted::Gone(marked) });
    }
    if held {
        let stored = call.store.replace(&key, marked);
        return stored.map(Deleted::Waits).map_err(|error| store_status(&error));
    }
    let namespace = text(object, &["metadata", "namespace"]);
    let name = text(object, &["metadata", "name"]);
    let gone = call.store.remove(&key, namespace, name).ok_or_else(|| call.not_found())?;
    if key == DEFINITIONS {
        remove_instances(call, name);
    }
    Ok(Deleted::Gone(gone))
}

fn set_finalizer(object: &mut Value, propagation: Propagation) {
    let mut finalizers: Vec<Value> = items(object, &["metadata", "finalizers"])
        .filter(|one| *one != "foregroundDeletion" && *one != "orphan")
        .cloned()
        .collect();
    finalizers.extend(propagation.finalizer().map(Value::from));
    if finalizers.is_empty() {
        if let Some(meta) = object["metadata"].as_object_mut() {
            meta.remove("finalizers");
        }
    } else {
        set(object, &["metadata"], "finalizers", finalizers);
    }
}

/// Source: `apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go`.
fn refuse_built_in_namespace(namespace: &Value) -> Result<(), Status> {
    let name = text(namespace, &["metadata", "name"]);
    if matches!(name, "default" | "kube-system" | "kube-public") {
        return Err(Status::forbidden("namespaces", name, "this namespace may not be deleted"));
    }
    Ok(())
}

/// The objects of a definition go with it.
fn remove_instances(call: &mut Call<'_>, resource: &str) {
    let key = |one: &Object| {
        let part = |key: &str| text(one, &["metadata", key]).to_owned();
        (part("namespace"), part("name"))
    };
    let all: Vec<(String, String)> = call.store.list(resource, None).map(key).collect();
    for (namespace, name) in all {
        call.store.remove(resource, &namespace, &name);
    }
}
