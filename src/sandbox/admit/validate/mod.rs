//! What makes an object invalid, in the words of the real server. The common mistakes of
//! people are checked; what no one writes is not.

mod container;
mod findings;
mod metadata;
mod names;
mod others;
mod pod;
mod probe;
mod service;
#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "objects are written in place")]
mod tests;
mod volume;
mod workload;

use serde_json::Value;

use super::Status;
use super::edit::text;
use crate::kinds::{ApiResource, split_api_version};
use findings::Findings;

/// Checks a new object.
///
/// # Errors
/// 422 with everything that is wrong.
pub(super) fn new(resource: &str, object: &Value) -> Result<(), Status> {
    let mut found = Findings::default();
    metadata::check_metadata(resource, object, &mut found);
    check(resource, object, &mut found);
    told(resource, object, found)
}

/// Checks an object that takes the place of another.
///
/// # Errors
/// The same.
pub(super) fn changed(resource: &str, object: &Value, old: &Value) -> Result<(), Status> {
    let mut found = Findings::default();
    metadata::check_metadata(resource, object, &mut found);
    metadata::check_changed_metadata(object, old, &mut found);
    // Most updates are of a status: what was valid stays so.
    if object.get("spec") != old.get("spec") || resource == "secrets" || resource == "configmaps" {
        check(resource, object, &mut found);
    }
    match resource {
        "pods" => pod::check_changed_pod(object, old, &mut found),
        "deployments.apps" | "replicasets.apps" | "daemonsets.apps" => {
            workload::check_same_selector(object, old, &mut found);
        }
        "statefulsets.apps" => workload::check_changed_stateful_set(object, old, &mut found),
        "jobs.batch" => workload::check_changed_job(object, old, &mut found),
        "services" => service::check_changed_service(object, old, &mut found),
        "configmaps" | "secrets" => others::check_changed_data(object, old, &mut found),
        "persistentvolumeclaims" => volume::check_changed_claim(object, old, &mut found),
        "rolebindings.rbac.authorization.k8s.io"
        | "clusterrolebindings.rbac.authorization.k8s.io" => {
            others::check_changed_role_binding(object, old, &mut found);
        }
        _ => {}
    }
    told(resource, object, found)
}

fn told(resource: &str, object: &Value, found: Findings) -> Result<(), Status> {
    let (kind, api_version) = (text(object, &["kind"]), text(object, &["apiVersion"]));
    let (group, _) = split_api_version(api_version);
    let known = ApiResource::stored_as(resource);
    let kind = known.map_or(kind, |one| &one.kind);
    let group = known.map_or(group, |one| &one.group);
    found.status(group, kind, text(object, &["metadata", "name"]))
}

fn check(resource: &str, object: &Value, found: &mut Findings) {
    let spec = &object["spec"];
    match resource {
        "pods" => pod::check_pod_spec(spec, "spec", found),
        "services" => service::check_service(object, found),
        "deployments.apps" => {
            workload::check_workload("deployment", object, found);
            workload::check_deployment_strategy(object, found);
        }
        "replicasets.apps" => workload::check_workload("replicaset", object, found),
        "daemonsets.apps" => workload::check_workload("daemonset", object, found),
        "statefulsets.apps" => workload::check_workload("statefulset", object, found),
        "replicationcontrollers" => workload::check_replication_controller(object, found),
        "jobs.batch" => workload::check_job_spec(spec, "spec", found),
        "cronjobs.batch" => workload::check_cron_job(object, found),
        "configmaps" | "secrets" => others::check_data(object, found),
        "persistentvolumeclaims" => volume::check_claim(object, found),
        "persistentvolumes" => volume::check_persistent_volume(object, found),
        "ingresses.networking.k8s.io" => service::check_ingress(object, found),
        "networkpolicies.networking.k8s.io" => {
            workload::check_selector(&spec["podSelector"], "spec.podSelector", found);
        }
        "horizontalpodautoscalers.autoscaling" => others::check_autoscaler(object, found),
        "poddisruptionbudgets.policy" => others::check_disruption_budget(object, found),
        "roles.rbac.authorization.k8s.io" | "clusterroles.rbac.authorization.k8s.io" => {
            others::check_role(object, found);
        }
        "rolebindings.rbac.authorization.k8s.io"
        | "clusterrolebindings.rbac.authorization.k8s.io" => {
            others::check_role_binding(object, found);
        }
        "priorityclasses.scheduling.k8s.io" => others::check_priority_class(object, found),
        "customresourcedefinitions.apiextensions.k8s.io" => others::check_definition(object, found),
        _ => {}
    }
}
