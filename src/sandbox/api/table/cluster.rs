use serde_json::{Value, json};

use super::cell::{NONE, Row, time};
use crate::sandbox::admit::edit::{at, is_blank, items, text};

/// Source: `pkg/printers/internalversion/printers.go`, `printNode`.
pub(super) fn node(row: Row<'_>) -> Vec<Value> {
    let ready = items(row.object, &["status", "conditions"]).find(|one| one["type"] == "Ready");
    let mut status = match ready.map(|one| text(one, &["status"])) {
        Some("True") => "Ready".to_owned(),
        Some(_) => "NotReady".to_owned(),
        None => "Unknown".to_owned(),
    };
    if at(row.object, &["spec", "unschedulable"]) == Some(&Value::Bool(true)) {
        status.push_str(",SchedulingDisabled");
    }
    let address = |kind: &str| {
        let mut all = items(row.object, &["status", "addresses"]);
        let found = all.find(|one| one["type"] == kind).map(|one| text(one, &["address"]));
        json!(found.unwrap_or(NONE))
    };
    let info = |key: &str| row.text_or(&["status", "nodeInfo", key], "<unknown>");
    vec![
        row.name(),
        json!(status),
        json!(roles(row.object)),
        row.age(),
        row.text(&["status", "nodeInfo", "kubeletVersion"]),
        address("InternalIP"),
        address("ExternalIP"),
        info("osImage"),
        info("kernelVersion"),
        info("containerRuntimeVersion"),
    ]
}

/// Source: `printers.go`, `findNodeRoles`.
fn roles(node: &Value) -> String {
    let labels = at(node, &["metadata", "labels"]).and_then(Value::as_object);
    let labels = labels.into_iter().flatten();
    let mut roles: Vec<&str> = labels
        .filter_map(|(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => Some(role),
            None if key == "kubernetes.io/role" => value.as_str(),
            None => None,
        })
        .filter(|role| !role.is_empty())
        .collect();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() { NONE.to_owned() } else { roles.join(",") }
}

/// Source: `printers.go`, `printEvent`.
pub(super) fn event(row: Row<'_>) -> Vec<Value> {
    let object = row.object;
    let happened = time(object, &["eventTime"]);
    let first = time(object, &["firstTimestamp"]).or(happened);
    let mut last = time(object, &["lastTimestamp"]).or(first);
    let mut count = at(object, &["count"]).and_then(Value::as_i64).unwrap_or(1).max(1);
    if let Some(series) = at(object, &["series"]) {
        last = time(series, &["lastObservedTime"]).or(last);
        count = at(series, &["count"]).and_then(Value::as_i64).unwrap_or(count);
    }
    let ago = |at: Option<jiff::Timestamp>| {
        json!(at.map_or_else(|| "<unknown>".to_owned(), |at| row.ago(at)))
    };
    let regarding = &object["involvedObject"];
    let kind = text(regarding, &["kind"]).to_lowercase();
    let target = match text(regarding, &["name"]) {
        "" => kind,
        name => format!("{kind}/{name}"),
    };
    vec![
        ago(last),
        row.text(&["type"]),
        row.text(&["reason"]),
        json!(target),
        json!(text(regarding, &["fieldPath"])),
        json!(event_source(object)),
        json!(text(object, &["message"]).trim()),
        ago(first),
        json!(count),
        row.name(),
    ]
}

/// Source: `printers.go`, `formatEventSource`.
fn event_source(event: &Value) -> String {
    let first_of = |paths: [&[&str]; 2]| {
        paths.into_iter().map(|path| text(event, path)).find(|text| !text.is_empty()).unwrap_or("")
    };
    let component = first_of([&["source", "component"], &["reportingComponent"]]);
    let host = first_of([&["source", "host"], &["reportingInstance"]]);
    let parts: Vec<&str> = [component, host].into_iter().filter(|one| !one.is_empty()).collect();
    parts.join(", ")
}

/// Source: `printers.go`, `printPersistentVolume`.
pub(super) fn persistent_volume(row: Row<'_>) -> Vec<Value> {
    let claim = match text(row.object, &["spec", "claimRef", "name"]) {
        "" => String::new(),
        name => format!("{}/{name}", text(row.object, &["spec", "claimRef", "namespace"])),
    };
    vec![
        row.name(),
        row.text(&["spec", "capacity", "storage"]),
        json!(access_modes(row.object, &["spec", "accessModes"])),
        row.text(&["spec", "persistentVolumeReclaimPolicy"]),
        phase(row),
        json!(claim),
        row.text(&["spec", "storageClassName"]),
        row.text_or(&["spec", "volumeAttributesClassName"], "<unset>"),
        row.text(&["status", "reason"]),
        row.age(),
        row.text_or(&["spec", "volumeMode"], "<unset>"),
    ]
}

/// Source: `printers.go`, `printPersistentVolumeClaim`.
pub(super) fn claim(row: Row<'_>) -> Vec<Value> {
    let bound = !is_blank(row.object, &["spec", "volumeName"]);
    let of_volume = |cell: Value| if bound { cell } else { json!("") };
    vec![
        row.name(),
        phase(row),
        row.text(&["spec", "volumeName"]),
        of_volume(row.text(&["status", "capacity", "storage"])),
        of_volume(json!(access_modes(row.object, &["status", "accessModes"]))),
        row.text(&["spec", "storageClassName"]),
        row.text_or(&["spec", "volumeAttributesClassName"], "<unset>"),
        row.age(),
        row.text_or(&["spec", "volumeMode"], "<unset>"),
    ]
}

fn phase(row: Row<'_>) -> Value {
    if is_blank(row.object, &["metadata", "deletionTimestamp"]) {
        row.text(&["status", "phase"])
    } else {
        json!("Terminating")
    }
}

/// `RWO,ROX`.
fn access_modes(object: &Value, path: &[&str]) -> String {
    let short = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let given: Vec<&Value> = items(object, path).collect();
    let shown = short.iter().filter(|(mode, _)| given.iter().any(|one| *one == mode));
    shown.map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}

/// Source: `printers.go`, `printStorageClass`.
pub(super) fn storage_class(row: Row<'_>) -> Vec<Value> {
    let annotations = &row.object["metadata"]["annotations"];
    let is_default = annotations["storageclass.kubernetes.io/is-default-class"] == "true"
        || annotations["storageclass.beta.kubernetes.io/is-default-class"] == "true";
    let name = text(row.object, &["metadata", "name"]);
    let name = if is_default { format!("{name} (default)") } else { name.to_owned() };
    vec![
        json!(name),
        row.text(&["provisioner"]),
        row.text_or(&["reclaimPolicy"], "Delete"),
        row.text_or(&["volumeBindingMode"], "Immediate"),
        row.boolean(&["allowVolumeExpansion"]),
        row.age(),
    ]
}

/// Source: `printers.go`, `printResourceQuota`.
pub(super) fn resource_quota(row: Row<'_>) -> Vec<Value> {
    let hard = at(row.object, &["status", "hard"]).and_then(Value::as_object);
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    for (name, amount) in hard.into_iter().flatten() {
        let used = text(row.object, &["status", "used", name]);
        let cell = format!("{name}: {used}/{}", amount.as_str().unwrap_or_default());
        let list = if name.contains("limits") { &mut limits } else { &mut requests };
        list.push(cell);
    }
    vec![row.name(), json!(requests.join(", ")), json!(limits.join(", ")), row.age()]
}

/// Source: `printers.go`, `printRoleBinding`.
pub(super) fn role_binding(row: Row<'_>) -> Vec<Value> {
    let subjects = |kind: &str| {
        let all = items(row.object, &["subjects"]).filter(|one| one["kind"] == kind);
        let names: Vec<String> = all
            .map(|one| match (kind, text(one, &["namespace"])) {
                ("ServiceAccount", namespace) => format!("{namespace}/{}", text(one, &["name"])),
                _ => text(one, &["name"]).to_owned(),
            })
            .collect();
        json!(names.join(", "))
    };
    let role = &row.object["roleRef"];
    vec![
        row.name(),
        json!(format!("{}/{}", text(role, &["kind"]), text(role, &["name"]))),
        row.age(),
        subjects("User"),
        subjects("Group"),
        subjects("ServiceAccount"),
    ]
}

/// Source: `printers.go`, `printCertificateSigningRequest`.
pub(super) fn signing_request(row: Row<'_>) -> Vec<Value> {
    let has =
        |kind: &str| items(row.object, &["status", "conditions"]).any(|one| one["type"] == kind);
    let mut status = match (has("Denied"), has("Approved")) {
        (true, _) => "Denied".to_owned(),
        (_, true) => "Approved".to_owned(),
        _ => "Pending".to_owned(),
    };
    if has("Failed") {
        status.push_str(",Failed");
    }
    if !is_blank(row.object, &["status", "certificate"]) {
        status.push_str(",Issued");
    }
    let duration = at(row.object, &["spec", "expirationSeconds"]).and_then(Value::as_i64);
    let duration = duration.map_or_else(
        || NONE.to_owned(),
        |seconds| crate::base::human_duration(jiff::SignedDuration::from_secs(seconds)),
    );
    vec![
        row.name(),
        row.age(),
        row.text_or(&["spec", "signerName"], NONE),
        row.text(&["spec", "username"]),
        json!(duration),
        json!(status),
    ]
}

/// Source: `printers.go`, `printCSIDriver`.
pub(super) fn csi_driver(row: Row<'_>) -> Vec<Value> {
    let spec = |key: &str| row.boolean(&["spec", key]);
    let modes: Vec<&str> =
        items(row.object, &["spec", "volumeLifecycleModes"]).filter_map(Value::as_str).collect();
    let audiences: Vec<&str> =
        items(row.object, &["spec", "tokenRequests"]).map(|one| text(one, &["audience"])).collect();
    let or_unset =
        |all: Vec<&str>| json!(if all.is_empty() { "<unset>".to_owned() } else { all.join(",") });
    vec![
        row.name(),
        spec("attachRequired"),
        spec("podInfoOnMount"),
        spec("storageCapacity"),
        or_unset(audiences),
        spec("requiresRepublish"),
        or_unset(modes),
        row.age(),
    ]
}

/// Source: `kube-aggregator/pkg/registry/apiservice/etcd/etcd.go`, `ConvertToTable`.
pub(super) fn api_service(row: Row<'_>) -> Vec<Value> {
    let service = at(row.object, &["spec", "service"]).map_or_else(
        || "Local".to_owned(),
        |one| format!("{}/{}", text(one, &["namespace"]), text(one, &["name"])),
    );
    let available =
        items(row.object, &["status", "conditions"]).find(|one| one["type"] == "Available");
    let available = available.map_or_else(String::new, |one| match text(one, &["status"]) {
        "True" => "True".to_owned(),
        other => format!("{other} ({})", text(one, &["reason"])),
    });
    vec![row.name(), json!(service), json!(available), row.age()]
}
