//! `kubectl describe` of volumes, claims and storage classes.

use k8s_openapi::api::core::v1::{Event, Pod};
use serde_json::Value;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_value::{
    date, go_list, items, joined_pairs, metadata, pairs, text, text_or, texts, time, truth,
};

/// Where an older cluster notes a class.
const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

/// The page of a claim, with the pods of its namespace.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describePersistentVolumeClaim` (1.36).
pub fn describe_claim(claim: &Value, pods: &[Pod], about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let (metadata, spec, status) = (metadata(claim), &claim["spec"], &claim["status"]);
    page.names(&metadata);
    page.field(0, "StorageClass", class(claim));
    page.field(0, "Status", phase(claim, when));
    page.field(0, "Volume", text(&spec["volumeName"]));
    page.labels_and_annotations(&metadata);
    page.field(0, "Finalizers", go_list(&claim["metadata"]["finalizers"]));
    let bound = !text(&spec["volumeName"]).is_empty();
    let capacity = text_or(&status["capacity"]["storage"], "0");
    page.field(0, "Capacity", if bound { capacity.as_str() } else { "" });
    let modes = if bound { modes(&status["accessModes"]) } else { String::new() };
    page.field(0, "Access Modes", modes);
    page.field_if(0, "VolumeMode", spec["volumeMode"].as_str());
    let source = &spec["dataSource"];
    if source.is_object() {
        page.line(0, "DataSource:");
        page.field_if(1, "APIGroup", source["apiGroup"].as_str());
        page.field(1, "Kind", text(&source["kind"]));
        page.field(1, "Name", text(&source["name"]));
    }
    page.list(0, "Used By", users(claim, pods));
    claim_conditions(&mut page, &status["conditions"], when);
    events(&mut page, about, when);
    page.finish()
}

/// Source: `describe.go`, `getPodsForPVC`.
fn users(claim: &Value, pods: &[Pod]) -> Vec<String> {
    let claim_name = claim["metadata"]["name"].as_str().unwrap_or_default();
    let owners: Vec<&str> = items(&claim["metadata"]["ownerReferences"])
        .iter()
        .filter(|owner| owner["kind"] == "Pod")
        .filter_map(|owner| owner["uid"].as_str())
        .collect();
    let uses = |pod: &&Pod| {
        let mut volumes = pod.spec.iter().flat_map(|spec| spec.volumes.iter().flatten());
        let named = volumes.any(|volume| {
            let of = volume.persistent_volume_claim.as_ref();
            of.is_some_and(|of| of.claim_name == claim_name)
        });
        named || pod.metadata.uid.as_deref().is_some_and(|uid| owners.contains(&uid))
    };
    let users = pods.iter().filter(uses);
    let mut names: Vec<String> =
        users.map(|pod| pod.metadata.name.clone().unwrap_or_default()).collect();
    names.sort();
    names
}

fn claim_conditions(page: &mut Page, conditions: &Value, when: &When) {
    let conditions = items(conditions);
    if conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for one in conditions {
        let [type_, status, reason, message] =
            ["type", "status", "reason", "message"].map(|key| text(&one[key]));
        let [probed, since] =
            ["lastProbeTime", "lastTransitionTime"].map(|key| date(&one[key], when));
        page.line(
            1,
            format_args!("{type_} \t{status} \t{probed} \t{since} \t{reason} \t{message}"),
        );
    }
}

fn class(object: &Value) -> String {
    match object["metadata"]["annotations"][CLASS_ANNOTATION].as_str() {
        Some(class) => class.to_owned(),
        None => text(&object["spec"]["storageClassName"]),
    }
}

fn phase(object: &Value, when: &When) -> String {
    match time(&object["metadata"]["deletionTimestamp"]) {
        Some(deleted) => format!("Terminating (lasts {})", when.since(Some(deleted))),
        None => text(&object["status"]["phase"]),
    }
}

/// Source: `kubectl/pkg/util/storage/storage.go`, `GetAccessModesAsString`.
fn modes(modes: &Value) -> String {
    let modes = texts(modes);
    let short = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let shown = short.iter().filter(|(mode, _)| modes.iter().any(|one| one == mode));
    shown.map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}

/// The page of a volume.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describePersistentVolume` (1.36).
pub fn describe_volume(volume: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let (metadata, spec) = (metadata(volume), &volume["spec"]);
    page.field(0, "Name", metadata.name.as_deref().unwrap_or_default());
    page.labels_and_annotations(&metadata);
    page.field(0, "Finalizers", go_list(&volume["metadata"]["finalizers"]));
    page.field(0, "StorageClass", class(volume));
    page.field(0, "Status", phase(volume, when));
    let claim = &spec["claimRef"];
    let claim = match claim {
        Value::Null => String::new(),
        claim => format!("{}/{}", text(&claim["namespace"]), text(&claim["name"])),
    };
    page.field(0, "Claim", claim);
    page.field(0, "Reclaim Policy", text(&spec["persistentVolumeReclaimPolicy"]));
    page.field(0, "Access Modes", modes(&spec["accessModes"]));
    page.field_if(0, "VolumeMode", spec["volumeMode"].as_str());
    page.field(0, "Capacity", text_or(&spec["capacity"]["storage"], "0"));
    affinity(&mut page, &spec["nodeAffinity"]["required"]);
    page.field(0, "Message", text(&volume["status"]["message"]));
    page.line(0, "Source:");
    source(&mut page, spec);
    events(&mut page, about, when);
    page.finish()
}

fn affinity(page: &mut Page, required: &Value) {
    if !required.is_object() {
        page.field(0, "Node Affinity", "<none>");
        return;
    }
    page.field(0, "Node Affinity", "");
    let terms = items(&required["nodeSelectorTerms"]);
    page.field(1, "Required Terms", if terms.is_empty() { "<none>" } else { "" });
    for (index, term) in terms.iter().enumerate() {
        let lines = items(&term["matchExpressions"]).iter().map(|one| {
            let operator = text(&one["operator"]).to_lowercase();
            let values = texts(&one["values"]);
            let values = match values.as_slice() {
                [] => String::new(),
                values => format!(" [{}]", values.join(", ")),
            };
            format!("{} {operator}{values}", text(&one["key"]))
        });
        page.list(2, &format!("Term {index}"), lines);
    }
}

/// Where a volume's bytes are; of what only one vendor has, the fields as they come.
fn source(page: &mut Page, spec: &Value) {
    let mut fields = |type_: &str, fields: &[(&str, String)]| {
        page.field(2, "Type", type_);
        for (title, value) in fields {
            page.field(2, title, value);
        }
    };
    let truth = |value: &Value| text_or(value, "false");
    if let of @ Value::Object(_) = &spec["hostPath"] {
        let rows = [("Path", text(&of["path"])), ("HostPathType", text(&of["type"]))];
        fields("HostPath (bare host directory volume)", &rows);
    } else if let of @ Value::Object(_) = &spec["nfs"] {
        let rows = [
            ("Server", text(&of["server"])),
            ("Path", text(&of["path"])),
            ("ReadOnly", truth(&of["readOnly"])),
        ];
        fields("NFS (an NFS mount that lasts the lifetime of a pod)", &rows);
    } else if let of @ Value::Object(_) = &spec["local"] {
        let type_ = "LocalVolume (a persistent volume backed by local storage on a node)";
        fields(type_, &[("Path", text(&of["path"]))]);
    } else if let of @ Value::Object(_) = &spec["csi"] {
        let rows = [
            ("Driver", text(&of["driver"])),
            ("FSType", text(&of["fsType"])),
            ("VolumeHandle", text(&of["volumeHandle"])),
            ("ReadOnly", truth(&of["readOnly"])),
        ];
        fields("CSI (a Container Storage Interface (CSI) volume source)", &rows);
        let attributes = pairs(&of["volumeAttributes"]);
        let attributes = attributes.into_iter().map(|(key, value)| format!("    {key}={value}"));
        page.list(2, "VolumeAttributes", attributes);
    } else {
        page.line(1, "<unknown>");
    }
}

/// The page of a storage class.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeStorageClass` (1.36).
pub fn describe_storage_class(class: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let annotations = &class["metadata"]["annotations"];
    page.field(0, "Name", text(&class["metadata"]["name"]));
    let defaults = [
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ];
    let is_default = defaults.iter().any(|key| annotations[*key] == "true");
    page.field(0, "IsDefaultClass", if is_default { "Yes" } else { "No" });
    page.field(0, "Annotations", joined_pairs(annotations));
    page.field(0, "Provisioner", text(&class["provisioner"]));
    page.field(0, "Parameters", joined_pairs(&class["parameters"]));
    page.field(0, "AllowVolumeExpansion", truth(&class["allowVolumeExpansion"]));
    let options = texts(&class["mountOptions"]);
    if options.is_empty() {
        page.field(0, "MountOptions", "<none>");
    } else {
        page.line(0, "MountOptions:");
    }
    for option in options {
        page.line(1, option);
    }
    page.field_if(0, "ReclaimPolicy", class["reclaimPolicy"].as_str());
    page.field_if(0, "VolumeBindingMode", class["volumeBindingMode"].as_str());
    topologies(&mut page, &class["allowedTopologies"]);
    events(&mut page, about, when);
    page.finish()
}

fn topologies(page: &mut Page, topologies: &Value) {
    if !topologies.is_array() {
        return;
    }
    let terms = items(topologies);
    page.field(0, "AllowedTopologies", if terms.is_empty() { "<none>" } else { "" });
    for (index, term) in terms.iter().enumerate() {
        let lines = items(&term["matchLabelExpressions"])
            .iter()
            .map(|one| format!("{} in [{}]", text(&one["key"]), texts(&one["values"]).join(", ")));
        page.list(1, &format!("Term {index}"), lines);
    }
}
