use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::generate::Facts;
use super::model::{ContainerStatus, State, Terminated};
use crate::sandbox::kubelet::runtime::{End, Instance, Known};
use crate::sandbox::kubelet::spec::{Class, Container, Slot, VolumeMount};

/// The statuses of the containers of a class, as the runtime and the kubelet's own
/// failures make them.
///
/// Source: `pkg/kubelet/kubelet_pods.go`, `convertToAPIContainerStatuses`.
pub(super) fn container_statuses(facts: &Facts<'_>, class: Class) -> Vec<ContainerStatus> {
    let containers = facts.pod.spec.of_class(class);
    let mut statuses: Vec<ContainerStatus> = containers
        .iter()
        .enumerate()
        .map(|(index, container)| container_status(facts, Slot { class, index }, container))
        .collect();
    if class != Class::Init {
        // Source: `pkg/kubelet/types/types.go`, `SortedContainerStatuses`.
        statuses.sort_by(|a, b| a.name.cmp(&b.name));
    }
    statuses
}

fn container_status(facts: &Facts<'_>, slot: Slot, container: &Container) -> ContainerStatus {
    let mut status = match facts.runtime.current(&container.name) {
        Some(instance) => of_instance(facts, instance, container),
        None => without_instance(facts, slot, container),
    };
    let ended_well =
        slot.class == Class::Init && status.terminated().is_some_and(|end| end.exit_code == 0);
    if (slot.class == Class::Init && !container.is_restartable() && ended_well)
        || !will_start(facts, container)
    {
        return status;
    }
    if let Some((reason, message)) = facts.reasons.get(&container.name) {
        let waiting = State::Waiting { reason: reason.clone(), message: message.clone() };
        if let State::Terminated(end) = std::mem::replace(&mut status.state, waiting) {
            status.last_state = Some(end);
        }
    }
    status
}

/// Whether the next sync would start the container.
///
/// Source: `pkg/kubelet/container/helpers.go`, `ShouldContainerBeRestarted`.
pub(crate) fn will_start(facts: &Facts<'_>, container: &Container) -> bool {
    if facts.pod.deletion.is_some() {
        return false;
    }
    match facts.runtime.current(&container.name).map(|instance| &instance.state) {
        None | Some(Known::Created) => true,
        Some(Known::Running(_)) => false,
        Some(Known::Exited(end)) => {
            container.restarts_after(end.code, facts.pod.spec.restart_policy)
        }
    }
}

fn without_instance(facts: &Facts<'_>, slot: Slot, container: &Container) -> ContainerStatus {
    let old = facts.old.container(&container.name);
    if let Some(old) = old.filter(|old| slot.class == Class::Init && old.terminated().is_some()) {
        return old.clone();
    }
    let reason = match facts.pod.spec.init_containers.is_empty() {
        true => "ContainerCreating",
        false => "PodInitializing",
    };
    ContainerStatus {
        name: container.name.clone(),
        state: State::Waiting { reason: reason.to_owned(), message: String::new() },
        last_state: old.and_then(|old| old.last_state.clone()),
        restart_count: old.map_or(0, |old| old.restart_count),
        image: container.image.clone(),
        volume_mounts: container.volume_mounts.iter().map(mount_json).collect(),
        ..ContainerStatus::default()
    }
}

fn of_instance(facts: &Facts<'_>, instance: &Instance, container: &Container) -> ContainerStatus {
    let previous = facts.runtime.previous(&instance.name);
    let removed = facts.old.container(&instance.name).and_then(|old| {
        // The one before was taken away already; what it was is known from the last status.
        match (&old.state, &old.last_state) {
            (State::Terminated(end), _) if end.container_id != instance.full_id() => Some(end),
            (_, Some(last)) if last.container_id != instance.full_id() => Some(last),
            _ => None,
        }
    });
    ContainerStatus {
        name: instance.name.clone(),
        state: state_of(instance),
        last_state: previous.and_then(terminated).or_else(|| removed.cloned()),
        restart_count: instance.restart_count,
        image: instance.image_name.clone(),
        image_id: instance.image_id.clone(),
        container_id: instance.full_id(),
        resources: Some(container.resources_json()),
        allocated: container.requests_json(),
        user: Some(user_json(instance)),
        volume_mounts: container.volume_mounts.iter().map(mount_json).collect(),
        ..ContainerStatus::default()
    }
}

fn state_of(instance: &Instance) -> State {
    match &instance.state {
        Known::Created => State::default(),
        Known::Running(since) => State::Running { since: *since },
        Known::Exited(end) => State::Terminated(as_terminated(instance, end)),
    }
}

fn terminated(instance: &Instance) -> Option<Terminated> {
    match &instance.state {
        Known::Exited(end) => Some(as_terminated(instance, end)),
        _ => None,
    }
}

fn as_terminated(instance: &Instance, end: &End) -> Terminated {
    Terminated {
        exit_code: end.code,
        reason: end.reason.to_owned(),
        message: end.message.clone(),
        started: end.started,
        finished: Some(end.finished),
        container_id: instance.full_id(),
    }
}

fn user_json(instance: &Instance) -> Value {
    let user = &instance.user;
    json!({
        "linux": {
            "uid": user.user,
            "gid": user.group,
            "supplementalGroups": user.groups,
        }
    })
}

fn mount_json(mount: &VolumeMount) -> Value {
    let mut shown = json!({ "name": mount.name, "mountPath": mount.mount_path });
    if mount.read_only {
        shown["readOnly"] = json!(true);
        shown["recursiveReadOnly"] = json!("Disabled");
    }
    shown
}

/// Why a container could not be started, by its name: reason and message.
///
/// Source: `pkg/kubelet/reason_cache.go`.
pub(crate) type Reasons = BTreeMap<String, (String, String)>;
