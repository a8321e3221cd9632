use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::model::{Condition, ContainerStatus, PodStatus, State, Terminated};
use super::qos::qos_class;
use crate::sandbox::kubelet::clock::seconds;
use crate::sandbox::kubelet::spec::Pod;

/// The conditions that are the kubelet's; all others are left as they are.
///
/// Source: `pkg/kubelet/types/pod_status.go`, `PodConditionsByKubelet`.
const OURS: [&str; 5] =
    ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

/// A status as the API has it, with what others have written into the one before.
///
/// Source: `pkg/kubelet/status/status_manager.go`, `mergePodStatus`.
pub(crate) fn to_json(pod: &Pod, status: &PodStatus, host: IpAddr, written: &Value) -> Value {
    let generation = pod.generation();
    let mut shown = Map::new();
    let mut put = |key: &str, value: Value| shown.insert(key.to_owned(), value);
    put("phase", json!(status.phase.word()));
    put("conditions", conditions_json(&status.conditions, generation, written));
    put("hostIP", json!(host));
    put("hostIPs", json!([{ "ip": host }]));
    if let Some(ip) = status.pod_ip {
        put("podIP", json!(ip));
        put("podIPs", json!([{ "ip": ip }]));
    }
    put("qosClass", qos(pod, written));
    put("resources", pod.spec.resources.clone().unwrap_or_else(|| json!({})));
    if let Some(start) = status.start_time {
        put("startTime", json!(seconds(start)));
    }
    if generation > 0 {
        put("observedGeneration", json!(generation));
    }
    for (key, text) in [("reason", &status.reason), ("message", &status.message)] {
        if !text.is_empty() {
            put(key, json!(text));
        }
    }
    let lists = [
        ("initContainerStatuses", &status.init_containers),
        ("containerStatuses", &status.containers),
    ];
    for (key, containers) in lists {
        if !containers.is_empty() {
            put(key, containers.iter().map(container_json).collect());
        }
    }
    if !status.ephemeral_containers.is_empty() {
        let shown = status.ephemeral_containers.iter().map(ephemeral_json).collect();
        put("ephemeralContainerStatuses", shown);
    }
    for key in ["nominatedNodeName", "resize", "resourceClaimStatuses"] {
        if !written[key].is_null() {
            put(key, written[key].clone());
        }
    }
    Value::Object(shown)
}

fn qos(pod: &Pod, written: &Value) -> Value {
    match written["qosClass"].as_str() {
        Some(class) => json!(class),
        None => json!(qos_class(&pod.spec)),
    }
}

fn conditions_json(ours: &[Condition], generation: i64, written: &Value) -> Value {
    let others = written["conditions"].as_array().into_iter().flatten();
    others
        .filter(|one| !OURS.iter().any(|kind| one["type"] == *kind))
        .cloned()
        .chain(ours.iter().map(|condition| condition_json(condition, generation)))
        .collect()
}

fn condition_json(condition: &Condition, generation: i64) -> Value {
    let mut shown = json!({
        "type": condition.kind,
        "status": if condition.is_true { "True" } else { "False" },
        "lastProbeTime": null,
        "lastTransitionTime": time_json(condition.since),
    });
    if generation > 0 {
        shown["observedGeneration"] = json!(generation);
    }
    if !condition.reason.is_empty() {
        shown["reason"] = json!(condition.reason);
    }
    if !condition.message.is_empty() {
        shown["message"] = json!(condition.message);
    }
    shown
}

/// Nobody says of an ephemeral container whether it has started.
fn ephemeral_json(status: &ContainerStatus) -> Value {
    let mut shown = container_json(status);
    if let Value::Object(fields) = &mut shown {
        fields.remove("started");
    }
    shown
}

fn container_json(status: &ContainerStatus) -> Value {
    let last_state = match &status.last_state {
        Some(end) => json!({ "terminated": terminated_json(end) }),
        None => json!({}),
    };
    let mut shown = json!({
        "name": status.name,
        "state": state_json(&status.state),
        "lastState": last_state,
        "ready": status.ready,
        "restartCount": status.restart_count,
        "image": status.image,
        "imageID": status.image_id,
        "started": status.started,
    });
    if !status.container_id.is_empty() {
        shown["containerID"] = json!(status.container_id);
    }
    let optional = [
        ("resources", &status.resources),
        ("allocatedResources", &status.allocated),
        ("user", &status.user),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            shown[key] = value.clone();
        }
    }
    if !status.volume_mounts.is_empty() {
        shown["volumeMounts"] = Value::Array(status.volume_mounts.clone());
    }
    shown
}

fn state_json(state: &State) -> Value {
    match state {
        State::Waiting { reason, message } => {
            let mut waiting = json!({});
            for (key, text) in [("reason", reason), ("message", message)] {
                if !text.is_empty() {
                    waiting[key] = json!(text);
                }
            }
            json!({ "waiting": waiting })
        }
        State::Running { since } => json!({ "running": { "startedAt": seconds(*since) } }),
        State::Terminated(end) => json!({ "terminated": terminated_json(end) }),
    }
}

fn terminated_json(end: &Terminated) -> Value {
    let mut shown = json!({
        "exitCode": end.exit_code,
        "startedAt": time_json(end.started),
        "finishedAt": time_json(end.finished),
    });
    let texts =
        [("reason", &end.reason), ("message", &end.message), ("containerID", &end.container_id)];
    for (key, text) in texts {
        if !text.is_empty() {
            shown[key] = json!(text);
        }
    }
    shown
}

fn time_json(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |time| json!(seconds(time)))
}
