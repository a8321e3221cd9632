use serde_json::{Value, json};

use super::cell::{NONE, Row};
use super::{cluster, network, workloads};

/// The cells of an object of a built-in resource, in the order of its columns.
pub(super) fn cells(resource: &str, row: Row<'_>) -> Vec<Value> {
    match resource {
        "pods" => workloads::pod(row),
        "podtemplates" => workloads::pod_template(row),
        "replicationcontrollers" => workloads::replica_set(row, true),
        "replicasets.apps" => workloads::replica_set(row, false),
        "daemonsets.apps" => workloads::daemon_set(row),
        "deployments.apps" => workloads::deployment(row),
        "statefulsets.apps" => workloads::stateful_set(row),
        "jobs.batch" => workloads::job(row),
        "cronjobs.batch" => workloads::cron_job(row),
        "controllerrevisions.apps" => workloads::controller_revision(row),
        "horizontalpodautoscalers.autoscaling" => workloads::autoscaler(row),
        "poddisruptionbudgets.policy" => workloads::disruption_budget(row),
        "services" => network::service(row),
        "endpoints" => network::endpoints(row),
        "endpointslices.discovery.k8s.io" => network::endpoint_slice(row),
        "ingresses.networking.k8s.io" => network::ingress(row),
        "ingressclasses.networking.k8s.io" => network::ingress_class(row),
        "networkpolicies.networking.k8s.io" => network::network_policy(row),
        "nodes" => cluster::node(row),
        "events" => cluster::event(row),
        "persistentvolumes" => cluster::persistent_volume(row),
        "persistentvolumeclaims" => cluster::claim(row),
        "storageclasses.storage.k8s.io" => cluster::storage_class(row),
        "resourcequotas" => cluster::resource_quota(row),
        "certificatesigningrequests.certificates.k8s.io" => cluster::signing_request(row),
        "csidrivers.storage.k8s.io" => cluster::csi_driver(row),
        "apiservices.apiregistration.k8s.io" => cluster::api_service(row),
        "rolebindings.rbac.authorization.k8s.io"
        | "clusterrolebindings.rbac.authorization.k8s.io" => cluster::role_binding(row),
        _ => small(resource, row),
    }
}

/// Kinds with few columns.
fn small(resource: &str, row: Row<'_>) -> Vec<Value> {
    let name = row.name();
    match resource {
        "namespaces" => vec![name, row.text(&["status", "phase"]), row.age()],
        "secrets" => vec![name, row.text(&["type"]), row.count(&["data"]), row.age()],
        "configmaps" => {
            let count = |key: &str| row.count(&[key]).as_i64().unwrap_or(0);
            vec![name, json!(count("data") + count("binaryData")), row.age()]
        }
        "roles.rbac.authorization.k8s.io"
        | "clusterroles.rbac.authorization.k8s.io"
        | "limitranges"
        | "customresourcedefinitions.apiextensions.k8s.io" => vec![name, row.created_at()],
        "leases.coordination.k8s.io" => {
            vec![name, row.text(&["spec", "holderIdentity"]), row.age()]
        }
        "priorityclasses.scheduling.k8s.io" => vec![
            name,
            row.number(&["value"]),
            row.boolean(&["globalDefault"]),
            row.age(),
            row.text(&["preemptionPolicy"]),
        ],
        "runtimeclasses.node.k8s.io" => vec![name, row.text(&["handler"]), row.age()],
        "volumeattachments.storage.k8s.io" => vec![
            name,
            row.text(&["spec", "attacher"]),
            row.text(&["spec", "source", "persistentVolumeName"]),
            row.text(&["spec", "nodeName"]),
            row.boolean(&["status", "attached"]),
            row.age(),
        ],
        "csinodes.storage.k8s.io" => vec![name, row.count(&["spec", "drivers"]), row.age()],
        "csistoragecapacities.storage.k8s.io" => {
            vec![name, row.text(&["storageClassName"]), row.text(&["capacity"]), row.age()]
        }
        "mutatingwebhookconfigurations.admissionregistration.k8s.io"
        | "validatingwebhookconfigurations.admissionregistration.k8s.io" => {
            vec![name, row.count(&["webhooks"]), row.age()]
        }
        "validatingadmissionpolicies.admissionregistration.k8s.io" => vec![
            name,
            row.count(&["spec", "validations"]),
            row.text_or(&["spec", "paramKind", "kind"], "<unset>"),
            row.age(),
        ],
        "validatingadmissionpolicybindings.admissionregistration.k8s.io" => vec![
            name,
            row.text(&["spec", "policyName"]),
            row.text_or(&["spec", "paramRef", "name"], "<unset>"),
            row.age(),
        ],
        "componentstatuses" => vec![name, json!("Healthy"), json!("ok"), json!(NONE)],
        _ => vec![name, row.age()],
    }
}
