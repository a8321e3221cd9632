use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::edit::{at, is_blank, items, items_mut, set, text};
use super::container::check_containers;
use super::findings::Findings;
use super::names::{dns_label, dns_subdomain};
use super::volume::check_volumes;

/// Checks the spec of a pod, in a template too; `field` is where it is.
///
/// Source: `pkg/apis/core/validation/validation.go`, `ValidatePodSpec`.
pub(super) fn check_pod_spec(spec: &Value, field: &str, found: &mut Findings) {
    let volumes = check_volumes(spec, &format!("{field}.volumes"), found);
    check_containers(spec, field, &volumes, found);
    found.word(
        &format!("{field}.restartPolicy"),
        text(spec, &["restartPolicy"]),
        &["Always", "OnFailure", "Never"],
    );
    found.word(
        &format!("{field}.dnsPolicy"),
        text(spec, &["dnsPolicy"]),
        &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"],
    );
    for key in ["serviceAccountName", "nodeName", "priorityClassName"] {
        let name = text(spec, &[key]);
        if !name.is_empty() {
            for wrong in dns_subdomain(name) {
                found.invalid(&format!("{field}.{key}"), &json!(name), &wrong);
            }
        }
    }
    for key in ["hostname", "subdomain"] {
        let name = text(spec, &[key]);
        if !name.is_empty() {
            for wrong in dns_label(name) {
                found.invalid(&format!("{field}.{key}"), &json!(name), &wrong);
            }
        }
    }
    found.not_negative(
        &format!("{field}.terminationGracePeriodSeconds"),
        &spec["terminationGracePeriodSeconds"],
    );
    if at(spec, &["activeDeadlineSeconds"]).and_then(Value::as_i64).is_some_and(|n| n < 1) {
        let value = &spec["activeDeadlineSeconds"];
        let field = format!("{field}.activeDeadlineSeconds");
        found.invalid(&field, value, "must be between 1 and 2147483647, inclusive");
    }
    super::metadata::check_labels(
        at(spec, &["nodeSelector"]),
        &format!("{field}.nodeSelector"),
        found,
    );
    check_tolerations(spec, field, found);
    check_ports_on_host(spec, field, found);
}

fn check_tolerations(spec: &Value, field: &str, found: &mut Findings) {
    for (index, one) in items(spec, &["tolerations"]).enumerate() {
        let field = format!("{field}.tolerations[{index}]");
        let (key, operator) = (text(one, &["key"]), text(one, &["operator"]));
        if key.is_empty() && operator != "Exists" {
            let words = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            found.invalid(&format!("{field}.operator"), &json!(operator), words);
        }
        match operator {
            "" | "Equal" => {}
            "Exists" => {
                let value = text(one, &["value"]);
                if !value.is_empty() {
                    let words = "value must be empty when `operator` is 'Exists'";
                    found.invalid(&format!("{field}.operator"), &json!(value), words);
                }
            }
            other => found.unsupported(&format!("{field}.operator"), other, &["Equal", "Exists"]),
        }
        let effect = text(one, &["effect"]);
        if !effect.is_empty() && !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&effect)
        {
            let all = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
            found.unsupported(&format!("{field}.effect"), effect, &all);
        }
    }
}

fn check_ports_on_host(spec: &Value, field: &str, found: &mut Findings) {
    let mut used = BTreeSet::new();
    for (index, container) in items(spec, &["containers"]).enumerate() {
        for (port_index, port) in items(container, &["ports"]).enumerate() {
            let Some(number) = at(port, &["hostPort"]).and_then(Value::as_u64).filter(|n| *n != 0)
            else {
                continue;
            };
            let key = (number, text(port, &["protocol"]), text(port, &["hostIP"]));
            if !used.insert(key) {
                let field = format!("{field}.containers[{index}].ports[{port_index}].hostPort");
                found.duplicate(&field, &json!(format!("{}/{}/{number}", key.2, key.1)));
            }
        }
    }
}

/// Checks what an update may not do to a pod.
///
/// Source: `validation.go`, `ValidatePodUpdate`.
pub(super) fn check_changed_pod(pod: &Value, old: &Value, found: &mut Findings) {
    for list in ["containers", "initContainers"] {
        if items(pod, &["spec", list]).count() != items(old, &["spec", list]).count() {
            let words = "pod updates may not add or remove containers";
            return found.forbidden(&format!("spec.{list}"), words);
        }
    }
    let (new, before) = (comparable(pod, old), comparable(old, old));
    if new != before {
        let changed: Vec<String> = differing(&before, &new);
        let words = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
        found.forbidden("spec", &format!("{words}\n{}\n", changed.join("\n")));
    }
}

/// A pod's spec with what may change as it was.
fn comparable(pod: &Value, old: &Value) -> Value {
    let mut spec = pod["spec"].clone();
    let kept = ["activeDeadlineSeconds", "ephemeralContainers", "schedulingGates"];
    for list in ["containers", "initContainers"] {
        let images =
            items(old, &["spec", list]).map(|one| one["image"].clone()).collect::<Vec<_>>();
        let containers = items_mut(&mut spec, &[list]);
        for (container, image) in containers.zip(images) {
            set(container, &[], "image", image);
        }
    }
    let Some(map) = spec.as_object_mut() else { return spec };
    for key in kept {
        map.remove(key);
    }
    let added_only = items(old, &["spec", "tolerations"])
        .all(|one| items(pod, &["spec", "tolerations"]).any(|other| other == one));
    if added_only {
        map.remove("tolerations");
    }
    let grace = |of: &Value| of["spec"]["terminationGracePeriodSeconds"].as_i64();
    if grace(old).is_some_and(|seconds| seconds < 0) && grace(pod) == Some(1) {
        map.insert("terminationGracePeriodSeconds".to_owned(), json!(grace(old)));
    }
    // What is chosen while a pod waits at a gate.
    if !is_blank(old, &["spec", "schedulingGates"]) {
        map.remove("nodeSelector");
        map.remove("affinity");
    }
    spec
}

/// The fields that differ, as a patch shows them.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return Vec::new();
    };
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let lines = keys.into_iter().filter(|key| before.get(*key) != after.get(*key)).map(|key| {
        let side = |mark: &str, map: &serde_json::Map<String, Value>| {
            map.get(key).map(|value| format!("{mark} \t{key}: {value},"))
        };
        [side("-", before), side("+", after)].into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    lines.collect()
}
