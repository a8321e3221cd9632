//! What has to be done for a pod: which containers to end and which to start.

use super::prober::{ProbeResult, Prober};
use super::runtime::{Instance, Known, Runtime};
use super::spec::{Class, Container, Pod, ProbeKind, RestartPolicy, Slot};

/// What has to be done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Actions {
    /// All of the pod ends.
    pub(crate) end_pod: bool,
    pub(crate) end: Vec<Kill>,
    /// In this order.
    pub(crate) start: Vec<Slot>,
}

/// A container that is ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kill {
    /// Its id, 64 digits.
    pub(crate) id: String,
    /// What the event says.
    pub(crate) message: String,
    /// The probe that is the cause.
    pub(crate) because: Option<ProbeKind>,
}

/// What has to be done for a pod that has its sandbox.
///
/// Source: `pkg/kubelet/kuberuntime/kuberuntime_manager.go`, `computePodActions`.
pub(crate) fn actions(pod: &Pod, runtime: &Runtime, prober: &Prober) -> Actions {
    let known = Facts { pod, runtime, prober };
    let mut actions = Actions::default();
    for (index, container) in pod.spec.ephemeral_containers.iter().enumerate() {
        if runtime.current(&container.name).is_none() {
            actions.start.push(Slot { class: Class::Ephemeral, index });
        }
    }
    let is_initialized = init_actions(known, &mut actions);
    if actions.end_pod || !is_initialized {
        return actions;
    }
    let mut kept = 0;
    let mut starting = 0;
    for (index, container) in pod.spec.containers.iter().enumerate() {
        let slot = Slot { class: Class::Regular, index };
        match regular_action(known, container) {
            Wanted::Keep => kept += 1,
            Wanted::Start => {
                starting += 1;
                actions.start.push(slot);
            }
            Wanted::Restart(kill) => {
                starting += 1;
                actions.end.push(kill);
                actions.start.push(slot);
            }
            Wanted::End(kill) => actions.end.push(kill),
            Wanted::Nothing => {}
        }
    }
    if kept == 0 && starting == 0 {
        actions = Actions { end_pod: true, ..Actions::default() };
    }
    actions
}

#[derive(Debug, Clone, Copy)]
struct Facts<'a> {
    pod: &'a Pod,
    runtime: &'a Runtime,
    prober: &'a Prober,
}

impl Facts<'_> {
    /// Why a running container must not go on: what the event says, and the probe.
    fn fault(
        &self,
        instance: &Instance,
        container: &Container,
    ) -> Option<(String, Option<ProbeKind>)> {
        let name = &container.name;
        let result = |kind| self.prober.result(kind, &instance.full_id());
        if instance.image != container.image {
            return Some((format!("Container {name} definition changed"), None));
        }
        if container.restarts_for(&instance.resources) {
            return Some((format!("Container {name} resize requires restart"), None));
        }
        let because = if result(ProbeKind::Liveness) == Some(ProbeResult::Failure) {
            ProbeKind::Liveness
        } else if result(ProbeKind::Startup) == Some(ProbeResult::Failure) {
            ProbeKind::Startup
        } else {
            return None;
        };
        let probe = because.to_string().to_lowercase();
        Some((format!("Container {name} failed {probe} probe"), Some(because)))
    }
}

enum Wanted {
    Keep,
    Start,
    Restart(Kill),
    End(Kill),
    Nothing,
}

fn regular_action(known: Facts<'_>, container: &Container) -> Wanted {
    let policy = known.pod.spec.restart_policy;
    let Some(instance) = known.runtime.current(&container.name) else { return Wanted::Start };
    match &instance.state {
        Known::Created => Wanted::Start,
        Known::Exited(end) if container.restarts_after(end.code, policy) => Wanted::Start,
        Known::Exited(_) => Wanted::Nothing,
        Known::Running(_) => {
            let Some((mut message, because)) = known.fault(instance, container) else {
                return Wanted::Keep;
            };
            let restarts = because.is_none()
                || container.restart_policy.unwrap_or(policy) != RestartPolicy::Never;
            if restarts && !message.ends_with("restart") {
                message.push_str(", will be restarted");
            }
            let kill = Kill { id: instance.id.clone(), message, because };
            if restarts { Wanted::Restart(kill) } else { Wanted::End(kill) }
        }
    }
}

/// Adds what has to be done for init containers; whether all of them are done, or run as
/// sidecars.
///
/// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go`, `computeInitContainerActions`.
fn init_actions(known: Facts<'_>, actions: &mut Actions) -> bool {
    let containers = &known.pod.spec.init_containers;
    if containers.is_empty() {
        return true;
    }
    let has_begun = known.pod.spec.containers.iter().any(|container| {
        let current = known.runtime.current(&container.name);
        current.is_some_and(|instance| !matches!(instance.state, Known::Exited(_)))
    });
    let mut walk = Walk { start: Vec::new(), is_initialized: has_begun, is_behind: has_begun };
    for (index, container) in containers.iter().enumerate().rev() {
        let slot = Slot { class: Class::Init, index };
        let is_sidecar = known.pod.spec.is_sidecar(slot);
        let Some(instance) = known.runtime.current(&container.name) else {
            if walk.is_behind && is_sidecar {
                walk.start.push(slot);
            }
            continue;
        };
        if walk.is_behind && !is_sidecar {
            continue;
        }
        let is_last = index + 1 == containers.len();
        match &instance.state {
            Known::Created => walk.start.push(slot),
            Known::Running(_) if is_sidecar => {
                actions.end.extend(walk.sidecar(known, slot, is_last));
            }
            Known::Running(_) => {}
            Known::Exited(_) if is_sidecar => walk.start.push(slot),
            Known::Exited(end) if end.code != 0 => {
                if !container.restarts_after(end.code, on_failure(known.pod.spec.restart_policy)) {
                    *actions = Actions { end_pod: true, ..Actions::default() };
                    return false;
                }
                walk.start.push(slot);
            }
            Known::Exited(_) => walk.passed(slot, is_last),
        }
        walk.is_behind = true;
    }
    if !walk.is_behind {
        walk.start.push(Slot { class: Class::Init, index: 0 });
    }
    actions.start.extend(walk.start.into_iter().rev());
    walk.is_initialized
}

/// An init container that has done its work is not started again.
fn on_failure(policy: RestartPolicy) -> RestartPolicy {
    if policy == RestartPolicy::Never { policy } else { RestartPolicy::OnFailure }
}

/// The init containers are looked at from the last to the first.
struct Walk {
    start: Vec<Slot>,
    is_initialized: bool,
    /// Whether one that comes later was found, so that this one is done.
    is_behind: bool,
}

impl Walk {
    fn passed(&mut self, slot: Slot, is_last: bool) {
        if is_last {
            self.is_initialized = true;
        } else if !self.is_behind {
            self.start.push(Slot { index: slot.index + 1, ..slot });
        }
    }

    /// A sidecar that runs: once it has started it is passed; one with a fault starts anew.
    fn sidecar(&mut self, known: Facts<'_>, slot: Slot, is_last: bool) -> Option<Kill> {
        let container = known.pod.spec.at(slot)?;
        let instance = known.runtime.current(&container.name)?;
        let startup = known.prober.result(ProbeKind::Startup, &instance.full_id());
        if container.startup_probe.is_none() || startup == Some(ProbeResult::Success) {
            self.passed(slot, is_last);
        }
        let (message, because) = known.fault(instance, container)?;
        self.start.push(slot);
        let message = message.replacen("Container", "Init container", 1);
        Some(Kill { id: instance.id.clone(), message, because })
    }
}
