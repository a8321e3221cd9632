//! Defaults that the API's versions set when they are read.

mod others;
mod pod;
mod service;
mod volume;
mod workload;

use serde_json::Value;

pub(in crate::sandbox) use pod::CONTAINER_LISTS;

/// Sets the defaults of an object of a built-in kind; `resource` as `deployments.apps`.
pub fn set_defaults(resource: &str, object: &mut Value) {
    match resource {
        "pods" => {
            if let Some(spec) = object.get_mut("spec") {
                pod::default_pod_spec(spec);
            }
            pod::default_pod(object);
        }
        "podtemplates" => workload::default_template(object),
        "services" => service::default_service(object),
        "endpoints" => service::default_endpoints(object),
        "endpointslices.discovery.k8s.io" => service::default_endpoint_slice(object),
        "networkpolicies.networking.k8s.io" => service::default_network_policy(object),
        "deployments.apps" => workload::default_deployment(object),
        "replicasets.apps" => workload::default_replica_set(object),
        "replicationcontrollers" => workload::default_replication_controller(object),
        "daemonsets.apps" => workload::default_daemon_set(object),
        "statefulsets.apps" => workload::default_stateful_set(object),
        "jobs.batch" => workload::default_job(object),
        "cronjobs.batch" => workload::default_cron_job(object),
        "horizontalpodautoscalers.autoscaling" => workload::default_autoscaler(object),
        "persistentvolumeclaims" => volume::default_claim(object),
        "persistentvolumes" => volume::default_persistent_volume(object),
        _ => others::set_defaults(resource, object),
    }
}
