use serde_json::{Value, json};

use super::super::edit::{at, default_to, is_blank, items, items_mut, push, set, text};
use super::super::{Status, defaults::CONTAINER_LISTS};
use super::quality::quality_class;
use crate::sandbox::store::{Store, mixed, suffix};

/// Where containers find the token of their service account.
const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// What the API server adds to a new pod.
///
/// # Errors
/// What admission refuses.
pub(super) fn admit_pod(store: &Store, pod: &mut Value) -> Result<(), Status> {
    resolve_priority(store, pod)?;
    add_service_account(store, pod)?;
    add_tolerations(pod);
    // A new pod has no status but this, whatever was sent.
    //
    // Source: `pkg/registry/core/pod/strategy.go`, `PrepareForCreate`.
    let class = quality_class(pod);
    let phase = json!({"phase": "Pending", "qosClass": class});
    set(pod, &[], "status", phase);
    if !is_blank(pod, &["spec", "schedulingGates"]) {
        let gated = json!({"type": "PodScheduled", "status": "False", "reason": "SchedulingGated",
            "message": "Scheduling is blocked due to non-empty scheduling gates"});
        push(pod, &["status"], "conditions", gated);
    }
    Ok(())
}

/// Source: `plugin/pkg/admission/priority/admission.go`.
fn resolve_priority(store: &Store, pod: &mut Value) -> Result<(), Status> {
    let name = text(pod, &["spec", "priorityClassName"]).to_owned();
    let class = match name.as_str() {
        "" => store
            .list("priorityclasses.scheduling.k8s.io", None)
            .find(|class| class["globalDefault"] == true)
            .cloned(),
        "system-node-critical" | "system-cluster-critical" => None,
        name => Some(
            store.get("priorityclasses.scheduling.k8s.io", "", name).cloned().ok_or_else(|| {
                let why = format!("no PriorityClass with name {name} was found");
                Status::forbidden("pods", text(pod, &["metadata", "name"]), &why)
            })?,
        ),
    };
    let value = match (&class, name.as_str()) {
        (Some(class), _) => class["value"].as_i64().unwrap_or(0),
        (None, "system-node-critical") => 2_000_001_000,
        (None, "system-cluster-critical") => 2_000_000_000,
        (None, _) => 0,
    };
    let policy = class.as_ref().map_or("", |class| text(class, &["preemptionPolicy"]));
    let policy = if policy.is_empty() { "PreemptLowerPriority" } else { policy };
    if let (Some(class), "") = (&class, name.as_str()) {
        set(pod, &["spec"], "priorityClassName", text(class, &["metadata", "name"]));
    }
    set(pod, &["spec"], "priority", value);
    default_to(pod, &["spec"], "preemptionPolicy", policy);
    Ok(())
}

/// Source: `plugin/pkg/admission/serviceaccount/admission.go`.
fn add_service_account(store: &Store, pod: &mut Value) -> Result<(), Status> {
    default_to(pod, &["spec"], "serviceAccountName", "default");
    let name = text(pod, &["spec", "serviceAccountName"]).to_owned();
    set(pod, &["spec"], "serviceAccount", name.as_str());
    let namespace = text(pod, &["metadata", "namespace"]).to_owned();
    let account = store.get("serviceaccounts", &namespace, &name).cloned();
    // The one that every namespace gets may be about to be made.
    if account.is_none() && name != "default" {
        let why = format!(
            "error looking up service account {namespace}/{name}: serviceaccount {name:?} not found"
        );
        return Err(Status::forbidden("pods", text(pod, &["metadata", "name"]), &why));
    }
    let of_account = account.as_ref().and_then(|one| one["automountServiceAccountToken"].as_bool());
    let of_pod = at(pod, &["spec", "automountServiceAccountToken"]).and_then(Value::as_bool);
    if of_pod.or(of_account).unwrap_or(true) {
        mount_token(store, pod);
    }
    let secrets = account.as_ref().and_then(|one| at(one, &["imagePullSecrets"]));
    if let (Some(secrets), true) = (secrets, is_blank(pod, &["spec", "imagePullSecrets"])) {
        set(pod, &["spec"], "imagePullSecrets", secrets.clone());
    }
    Ok(())
}

fn mount_token(store: &Store, pod: &mut Value) {
    let given = items(pod, &["spec", "volumes"]).map(|volume| text(volume, &["name"]));
    let given = given.into_iter().find(|name| name.starts_with("kube-api-access-"));
    let name = given.map_or_else(
        || format!("kube-api-access-{}", suffix(mixed(store.next_serial()), 5)),
        str::to_owned,
    );
    let mount = json!({"name": name, "readOnly": true, "mountPath": TOKEN_PATH});
    let mut used = false;
    let Some(spec) = pod.get_mut("spec") else { return };
    for list in CONTAINER_LISTS {
        for container in items_mut(spec, &[list]) {
            let has = items(container, &["volumeMounts"])
                .any(|mount| text(mount, &["mountPath"]) == TOKEN_PATH);
            if !has {
                push(container, &[], "volumeMounts", mount.clone());
                used = true;
            }
        }
    }
    let there = items(spec, &["volumes"]).any(|volume| text(volume, &["name"]) == name);
    if used && !there {
        push(spec, &[], "volumes", token_volume(&name));
    }
}

fn token_volume(name: &str) -> Value {
    let namespace = json!({"path": "namespace",
        "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}});
    let certificate = json!({"name": "kube-root-ca.crt",
        "items": [{"key": "ca.crt", "path": "ca.crt"}]});
    json!({"name": name, "projected": {"defaultMode": 420, "sources": [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": certificate},
        {"downwardAPI": {"items": [namespace]}},
    ]}})
}

/// A pod stays for five minutes on a node that is lost, unless it says otherwise.
///
/// Source: `plugin/pkg/admission/defaulttolerationseconds/admission.go`.
fn add_tolerations(pod: &mut Value) {
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let tolerated = items(pod, &["spec", "tolerations"]).any(|one| {
            let (of, effect) = (text(one, &["key"]), text(one, &["effect"]));
            (of == key || of.is_empty()) && (effect == "NoExecute" || effect.is_empty())
        });
        if !tolerated {
            let toleration = json!({"key": key, "operator": "Exists", "effect": "NoExecute",
                "tolerationSeconds": 300});
            push(pod, &["spec"], "tolerations", toleration);
        }
    }
}
