use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::edit::{at, default_to, is_blank, items, map_at, push, set, text};
use crate::sandbox::api::base64;
use crate::sandbox::store::{Store, seconds};

/// Source: `pkg/registry/core/namespace/strategy.go`, `PrepareForCreate`, `Canonicalize`.
pub(super) fn admit_namespace(namespace: &mut Value) {
    set(namespace, &["spec"], "finalizers", json!(["kubernetes"]));
    set(namespace, &[], "status", json!({"phase": "Active"}));
    label_namespace(namespace);
}

/// Every namespace carries its name as a label, whatever an update says.
pub(super) fn label_namespace(namespace: &mut Value) {
    let name = text(namespace, &["metadata", "name"]).to_owned();
    set(namespace, &["metadata", "labels"], "kubernetes.io/metadata.name", name);
}

/// What was given as text becomes data.
///
/// Source: `pkg/apis/core/v1/conversion.go`, `Convert_v1_Secret_To_core_Secret`.
pub(super) fn encode_secret(secret: &mut Value) {
    let given = secret.as_object_mut().and_then(|secret| secret.remove("stringData"));
    for (key, value) in given.iter().filter_map(Value::as_object).flatten() {
        let data = base64(value.as_str().unwrap_or_default().as_bytes());
        set(secret, &["data"], key, data);
    }
}

/// Gives a job the selector and the labels that only its own pods have.
///
/// Source: `pkg/registry/batch/job/strategy.go`, `generateSelector`.
pub(super) fn generate_job_selector(job: &mut Value) {
    if job["spec"]["manualSelector"] == true {
        return;
    }
    let uid = text(job, &["metadata", "uid"]).to_owned();
    let name = text(job, &["metadata", "name"]).to_owned();
    let labels = [
        ("controller-uid", &uid),
        ("job-name", &name),
        ("batch.kubernetes.io/controller-uid", &uid),
        ("batch.kubernetes.io/job-name", &name),
    ];
    for (key, value) in labels {
        set(job, &["spec", "template", "metadata", "labels"], key, value.as_str());
    }
    let label = ["spec", "selector", "matchLabels"];
    default_to(job, &label, "batch.kubernetes.io/controller-uid", uid);
}

/// Nothing that is in use goes at once.
///
/// Source: `plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go`.
pub(super) fn protect_storage(resource: &str, object: &mut Value) {
    let finalizer = match resource {
        "persistentvolumeclaims" => "kubernetes.io/pvc-protection",
        _ => "kubernetes.io/pv-protection",
    };
    if !items(object, &["metadata", "finalizers"]).any(|one| one == finalizer) {
        push(object, &["metadata"], "finalizers", json!(finalizer));
    }
}

/// Source: `plugin/pkg/admission/storage/storageclass/setdefault/admission.go`.
pub(super) fn choose_storage_class(store: &Store, claim: &mut Value) {
    let names_one = at(claim, &["spec", "storageClassName"]).is_some();
    if names_one {
        return;
    }
    let is_default = |class: &&crate::sandbox::store::Object| {
        class["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"
    };
    if let Some(class) = store.list("storageclasses.storage.k8s.io", None).find(is_default) {
        let name = text(class, &["metadata", "name"]).to_owned();
        set(claim, &["spec"], "storageClassName", name);
    }
}

/// A definition is accepted and established as soon as it is there.
///
/// Source: `apiextensions-apiserver/pkg/controller/{status,establish}`, which do it within
/// a moment.
pub(super) fn establish_definition(definition: &mut Value, now: Timestamp) {
    let stored = items(definition, &["spec", "versions"]).find(|one| one["storage"] == true);
    let stored = stored.map(|one| text(one, &["name"]).to_owned()).unwrap_or_default();
    let names = definition["spec"]["names"].clone();
    let condition = |kind: &str, reason: &str, message: &str| {
        json!({"type": kind, "status": "True", "reason": reason, "message": message,
            "lastTransitionTime": seconds(now)})
    };
    let conditions = json!([
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ]);
    let status = map_at(definition, &["status"]);
    if is_blank(status, &["conditions"]) {
        set(status, &[], "conditions", conditions);
    }
    set(status, &[], "acceptedNames", names);
    if !items(status, &["storedVersions"]).any(|one| *one == stored.as_str()) {
        push(status, &[], "storedVersions", json!(stored));
    }
}

/// Statuses that a new object may not bring with it.
pub(super) fn reset_status(resource: &str, object: &mut Value) {
    let empty = match resource {
        "deployments.apps" | "jobs.batch" | "cronjobs.batch" => json!({}),
        "services" | "ingresses.networking.k8s.io" => json!({"loadBalancer": {}}),
        "replicasets.apps" | "replicationcontrollers" => json!({"replicas": 0}),
        "statefulsets.apps" => json!({"replicas": 0, "availableReplicas": 0}),
        "daemonsets.apps" => json!({"currentNumberScheduled": 0, "desiredNumberScheduled": 0,
            "numberMisscheduled": 0, "numberReady": 0}),
        "persistentvolumeclaims" | "persistentvolumes" => json!({"phase": "Pending"}),
        "horizontalpodautoscalers.autoscaling" => {
            json!({"currentMetrics": null, "desiredReplicas": 0})
        }
        "poddisruptionbudgets.policy" => json!({"currentHealthy": 0, "desiredHealthy": 0,
            "disruptionsAllowed": 0, "expectedPods": 0}),
        "certificatesigningrequests.certificates.k8s.io" => json!({}),
        _ => return,
    };
    set(object, &[], "status", empty);
}
