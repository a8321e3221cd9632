//! What the API server adds to an object, and what it refuses, when one is created or changed.

mod others;
mod pod;
mod quality;
mod service;

use jiff::Timestamp;
use serde_json::Value;

use super::Status;
use super::edit::{at, set};
use crate::kinds::ApiResource;
use crate::sandbox::store::Store;

/// Kinds whose objects count the changes of their spec.
///
/// Source: `PrepareForCreate` of their strategies under `pkg/registry`.
const WITH_GENERATION: &[&str] = &[
    "pods",
    "replicationcontrollers",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "ingresses.networking.k8s.io",
    "ingressclasses.networking.k8s.io",
    "networkpolicies.networking.k8s.io",
    "poddisruptionbudgets.policy",
    "endpointslices.discovery.k8s.io",
    "priorityclasses.scheduling.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
];

/// Completes an object that is about to be created; it has its name and uid already.
///
/// # Errors
/// What admission refuses.
pub(super) fn admit_new(
    store: &Store,
    resource: &str,
    object: &mut Value,
    now: Timestamp,
) -> Result<(), Status> {
    let custom = ApiResource::stored_as(resource).is_none();
    if custom || WITH_GENERATION.contains(&resource) {
        set(object, &["metadata"], "generation", 1);
    }
    others::reset_status(resource, object);
    match resource {
        "pods" => pod::admit_pod(store, object)?,
        "namespaces" => others::admit_namespace(object),
        "secrets" => others::encode_secret(object),
        "services" => service::allocate(store, object, None)?,
        "jobs.batch" => others::generate_job_selector(object),
        "persistentvolumeclaims" => {
            others::protect_storage(resource, object);
            others::choose_storage_class(store, object);
        }
        "persistentvolumes" => others::protect_storage(resource, object),
        "customresourcedefinitions.apiextensions.k8s.io" => {
            others::establish_definition(object, now);
        }
        _ => {}
    }
    Ok(())
}

/// The same for one that is about to be changed.
///
/// # Errors
/// What admission refuses.
pub(super) fn admit_changed(
    store: &Store,
    resource: &str,
    object: &mut Value,
    old: &Value,
    now: Timestamp,
) -> Result<(), Status> {
    match resource {
        "namespaces" => others::label_namespace(object),
        "secrets" => others::encode_secret(object),
        "services" => service::allocate(store, object, Some(old))?,
        "customresourcedefinitions.apiextensions.k8s.io" => {
            others::establish_definition(object, now);
        }
        _ => {}
    }
    Ok(())
}

/// Whether a namespace takes no new objects any more.
pub(super) fn is_terminating(namespace: &Value) -> bool {
    at(namespace, &["metadata", "deletionTimestamp"]).is_some()
}
