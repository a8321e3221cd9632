use jiff::Timestamp;
use serde_json::Value;

use super::model::{Condition, ContainerStatus, Phase, PodStatus};
use crate::sandbox::kubelet::spec::{Class, Pod, PodSpec, Slot};

/// Sets all conditions of a status; one keeps the time since when it is what it is.
///
/// Source: `pkg/kubelet/kubelet_pods.go`, `generateAPIPodStatus`.
pub(crate) fn set_conditions(
    pod: &Pod,
    status: &mut PodStatus,
    old: &PodStatus,
    has_sandbox: bool,
    now: Timestamp,
) {
    let (containers_ready, ready) = ready_conditions(pod, status);
    let conditions = vec![
        Condition::new("PodReadyToStartContainers", has_sandbox),
        initialized(&pod.spec, status),
        ready,
        containers_ready,
        Condition::new("PodScheduled", true),
    ];
    status.conditions =
        conditions.into_iter().map(|condition| since(condition, pod, old, now)).collect();
}

/// `ContainersReady` and `Ready`, without their times.
pub(crate) fn ready_conditions(pod: &Pod, status: &PodStatus) -> (Condition, Condition) {
    let containers_ready = containers_ready(&pod.spec, status);
    let ready = ready(pod, &containers_ready);
    (containers_ready, ready)
}

impl Condition {
    fn new(kind: &'static str, is_true: bool) -> Self {
        Self { kind, is_true, reason: "", message: String::new(), since: None }
    }

    fn not(kind: &'static str, reason: &'static str, message: String) -> Self {
        Self { kind, is_true: false, reason, message, since: None }
    }
}

/// A condition with the time of its last change: the kubelet's own knowledge of it, else
/// what the pod says (who schedules it writes one of them).
///
/// Source: `pkg/kubelet/status/status_manager.go`, `updateLastTransitionTime`.
pub(crate) fn since(
    mut condition: Condition,
    pod: &Pod,
    old: &PodStatus,
    now: Timestamp,
) -> Condition {
    let known = old.conditions.iter().find(|known| known.kind == condition.kind);
    let kept = match known {
        Some(known) => known.since.filter(|_| known.is_true == condition.is_true),
        None => written_since(&pod.object["status"]["conditions"], &condition),
    };
    condition.since = Some(kept.unwrap_or(now));
    condition
}

fn written_since(conditions: &Value, condition: &Condition) -> Option<Timestamp> {
    let written = conditions.as_array()?.iter().find(|one| one["type"] == condition.kind)?;
    let word = if condition.is_true { "True" } else { "False" };
    (written["status"] == word).then(|| written["lastTransitionTime"].as_str()?.parse().ok())?
}

/// Source: `pkg/kubelet/status/generate.go`, `GeneratePodInitializedCondition`.
fn initialized(spec: &PodSpec, status: &PodStatus) -> Condition {
    let kind = "Initialized";
    if status.phase == Phase::Succeeded {
        return Condition { reason: "PodCompleted", ..Condition::new(kind, true) };
    }
    let incomplete: Vec<&str> = spec
        .init_containers
        .iter()
        .enumerate()
        .filter(|(index, container)| {
            let slot = Slot { class: Class::Init, index: *index };
            !status
                .container(&container.name)
                .is_some_and(|status| is_initialized(status, spec.is_sidecar(slot)))
        })
        .map(|(_, container)| container.name.as_str())
        .collect();
    // Once regular containers run, sidecars that start again change nothing.
    let has_begun = status.containers.iter().any(|container| {
        container.is_running() || container.last_state.is_some() || container.terminated().is_some()
    });
    if incomplete.is_empty() || has_begun {
        return Condition::new(kind, true);
    }
    let message = format!("containers with incomplete status: [{}]", incomplete.join(" "));
    Condition::not(kind, "ContainersNotInitialized", message)
}

fn is_initialized(status: &ContainerStatus, is_sidecar: bool) -> bool {
    if is_sidecar { status.started } else { status.ready }
}

/// Source: `generate.go`, `GenerateContainersReadyCondition`.
fn containers_ready(spec: &PodSpec, status: &PodStatus) -> Condition {
    let kind = "ContainersReady";
    match status.phase {
        Phase::Succeeded => return Condition::not(kind, "PodCompleted", String::new()),
        Phase::Failed => return Condition::not(kind, "PodFailed", String::new()),
        Phase::Pending | Phase::Running => {}
    }
    let unready: Vec<&str> = spec
        .slots()
        .filter(|(slot, _)| slot.class == Class::Regular || spec.is_sidecar(*slot))
        .map(|(_, container)| container.name.as_str())
        .filter(|name| !status.container(name).is_some_and(|status| status.ready))
        .collect();
    if unready.is_empty() {
        return Condition::new(kind, true);
    }
    let message = format!("containers with unready status: [{}]", unready.join(" "));
    Condition::not(kind, "ContainersNotReady", message)
}

/// Source: `generate.go`, `GeneratePodReadyCondition`.
fn ready(pod: &Pod, containers_ready: &Condition) -> Condition {
    let kind = "Ready";
    if !containers_ready.is_true {
        return Condition { kind, ..containers_ready.clone() };
    }
    let written = &pod.object["status"]["conditions"];
    let unmet: Vec<String> = pod
        .spec
        .readiness_gates
        .iter()
        .filter_map(|gate| unmet(&gate.condition_type, written))
        .collect();
    if unmet.is_empty() {
        return Condition::new(kind, true);
    }
    Condition::not(kind, "ReadinessGatesNotReady", unmet.join(", "))
}

fn unmet(gate: &str, written: &Value) -> Option<String> {
    let condition =
        written.as_array().into_iter().flatten().find(|condition| condition["type"] == gate);
    match condition.map(|condition| condition["status"].as_str().unwrap_or_default()) {
        None => {
            Some(format!("corresponding condition of pod readiness gate {gate:?} does not exist."))
        }
        Some("True") => None,
        Some(status) => {
            Some(format!("the status of pod readiness gate {gate:?} is not \"True\", but {status}"))
        }
    }
}
