use std::net::IpAddr;

use jiff::Timestamp;

use super::conditions::set_conditions;
use super::containers::{Reasons, container_statuses};
use super::model::{Phase, PodStatus};
use super::phase::phase;
use crate::sandbox::kubelet::clock::after_seconds;
use crate::sandbox::kubelet::prober::Prober;
use crate::sandbox::kubelet::runtime::{Known, Runtime};
use crate::sandbox::kubelet::spec::{Class, Pod};

/// All that a status is made of.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) pod: &'a Pod,
    pub(crate) runtime: &'a Runtime,
    /// Why containers could not be started.
    pub(crate) reasons: &'a Reasons,
    pub(crate) prober: &'a Prober,
    /// The status before.
    pub(crate) old: &'a PodStatus,
    /// That nothing of the pod runs or will run.
    pub(crate) is_over: bool,
    /// The node's address.
    pub(crate) host: IpAddr,
    pub(crate) now: Timestamp,
}

/// The reason and the message of a pod that ran longer than it may.
///
/// Source: `pkg/kubelet/active_deadline.go`.
pub(crate) const DEADLINE: (&str, &str) =
    ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");

/// The status of a pod.
///
/// Source: `pkg/kubelet/kubelet_pods.go`, `generateAPIPodStatus`.
pub(crate) fn generate(facts: &Facts<'_>) -> PodStatus {
    let mut status = PodStatus {
        init_containers: container_statuses(facts, Class::Init),
        containers: container_statuses(facts, Class::Regular),
        ephemeral_containers: container_statuses(facts, Class::Ephemeral),
        start_time: facts.old.start_time.or(Some(facts.now)),
        pod_ip: pod_ip(facts),
        ..PodStatus::default()
    };
    set_phase(facts, &mut status);
    facts.prober.set_started_and_ready(facts.pod, &mut status);
    let has_sandbox = facts.runtime.sandbox.is_some();
    set_conditions(facts.pod, &mut status, facts.old, has_sandbox, facts.now);
    status
}

/// An address is shown once the relist has seen it, and stays when the sandbox is gone.
fn pod_ip(facts: &Facts<'_>) -> Option<IpAddr> {
    if facts.pod.spec.host_network {
        return Some(facts.host);
    }
    let seen = facts.runtime.sandbox.filter(|_| facts.runtime.sandbox_is_seen());
    seen.map(|sandbox| sandbox.address).or(facts.old.pod_ip)
}

fn set_phase(facts: &Facts<'_>, status: &mut PodStatus) {
    let old = facts.old;
    if old.phase.is_terminal() {
        status.phase = old.phase;
        status.reason.clone_from(&old.reason);
        status.message.clone_from(&old.message);
        return;
    }
    let spec = &facts.pod.spec;
    let was_initialized = spec.containers.iter().any(|container| {
        let current = facts.runtime.current(&container.name);
        current.is_some_and(|instance| instance.state != Known::Created)
    });
    status.phase =
        phase(spec, &status.init_containers, &status.containers, facts.is_over, was_initialized);
    if is_past_deadline(facts) {
        status.phase = Phase::Failed;
        status.reason = DEADLINE.0.to_owned();
        status.message = DEADLINE.1.to_owned();
    }
}

fn is_past_deadline(facts: &Facts<'_>) -> bool {
    deadline(facts.pod, facts.old).is_some_and(|deadline| deadline <= facts.now)
}

/// When a pod has run for as long as it may.
pub(crate) fn deadline(pod: &Pod, status: &PodStatus) -> Option<Timestamp> {
    let seconds = pod.spec.active_deadline_seconds?;
    Some(after_seconds(status.start_time?, seconds))
}
