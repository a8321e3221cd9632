//! What the model keeps of a pod.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{
    Container, ContainerStateTerminated, ContainerStatus, Pod, Probe as SpecProbe,
};

use super::lane::Marks;
use super::probe_report::ProbeSpec;
use crate::kinds::{PodRow, Probe, condition_is_true, pod_row};

/// A pod, as far as the watcher and the waits need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodState {
    /// Its row as kubectl shows it.
    pub row: PodRow,
    /// Its uid.
    pub uid: String,
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    pub phase: String,
    /// Whether its condition Ready is True.
    pub ready: bool,
    /// Whether it is being deleted.
    pub deleting: bool,
    /// Whether its containers stay ended.
    pub never_restarts: bool,
    /// Where it runs.
    pub node: Option<String>,
    /// Its address.
    pub ip: Option<String>,
    /// Its containers, init containers first.
    pub containers: Vec<ContainerRow>,
}

/// A container of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerRow {
    /// Its name.
    pub name: String,
    /// Whether it is an init container.
    pub init: bool,
    /// Its image, as the spec names it.
    pub image: String,
    /// What it does.
    pub phase: ContainerPhase,
    /// Whether it is ready for traffic.
    pub ready: bool,
    /// How often it was started again.
    pub restarts: u32,
    /// How it ended the time before.
    pub last_end: Option<End>,
    /// Its probes, as the spec has them.
    pub probes: Vec<ProbeSpec>,
    pub(super) marks: Marks,
}

/// What a container does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum ContainerPhase {
    /// It waits, for this reason (`ContainerCreating`, or nothing).
    Waiting { reason: String, message: String },
    /// It runs since then.
    Running { since: Option<Timestamp> },
    /// It has ended.
    Ended(End),
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// One word: `Error`, `OOMKilled`, `Completed`.
    pub reason: String,
    /// Its exit code.
    pub exit_code: i32,
    /// The signal that ended it, where the runtime tells.
    pub signal: Option<i32>,
    /// When.
    pub at: Option<Timestamp>,
}

impl PodState {
    /// The compact form of a pod.
    pub(super) fn of(pod: &Pod) -> Self {
        let spec = pod.spec.clone().unwrap_or_default();
        let status = pod.status.clone().unwrap_or_default();
        let init_statuses = status.init_container_statuses.unwrap_or_default();
        let statuses = status.container_statuses.unwrap_or_default();
        let init = spec.init_containers.iter().flatten();
        let init = init.map(|one| ContainerRow::of(one, &init_statuses).into_init());
        let rest = spec.containers.iter().map(|one| ContainerRow::of(one, &statuses));
        Self {
            row: pod_row(pod),
            uid: pod.metadata.uid.clone().unwrap_or_default(),
            phase: status.phase.unwrap_or_default(),
            ready: condition_is_true(pod, "Ready"),
            deleting: pod.metadata.deletion_timestamp.is_some(),
            never_restarts: spec.restart_policy.as_deref() == Some("Never"),
            node: spec.node_name.clone(),
            ip: status.pod_ip,
            containers: init.chain(rest).collect(),
        }
    }

    /// The container of this name.
    pub fn container(&self, name: &str) -> Option<&ContainerRow> {
        self.containers.iter().find(|one| one.name == name)
    }

    /// Whether it has failed for good: its phase is Failed, or a container of a pod that
    /// never restarts them ended badly.
    pub fn has_failed(&self) -> bool {
        let ended_badly = |one: &ContainerRow| matches!(&one.phase, ContainerPhase::Ended(end) if end.exit_code != 0);
        self.phase == "Failed" || (self.never_restarts && self.containers.iter().any(ended_badly))
    }
}

impl ContainerRow {
    fn of(container: &Container, statuses: &[ContainerStatus]) -> Self {
        let status = statuses.iter().find(|status| status.name == container.name);
        Self {
            name: container.name.clone(),
            init: false,
            image: container.image.clone().unwrap_or_default(),
            phase: status.map_or_else(ContainerPhase::unknown, ContainerPhase::of),
            ready: status.is_some_and(|status| status.ready),
            restarts: status.map_or(0, |one| u32::try_from(one.restart_count).unwrap_or(0)),
            last_end: status.and_then(last_end),
            probes: probes(container),
            marks: Marks::default(),
        }
    }

    fn into_init(self) -> Self {
        Self { init: true, ..self }
    }

    /// Since when it runs, where it does.
    pub fn running_since(&self) -> Option<Timestamp> {
        match self.phase {
            ContainerPhase::Running { since } => since,
            _ => None,
        }
    }

    /// The probe of this kind.
    pub fn probe(&self, probe: Probe) -> Option<&ProbeSpec> {
        self.probes.iter().find(|one| one.probe == probe)
    }
}

impl ContainerPhase {
    fn unknown() -> Self {
        Self::Waiting { reason: String::new(), message: String::new() }
    }

    fn of(status: &ContainerStatus) -> Self {
        let Some(state) = &status.state else { return Self::unknown() };
        if let Some(running) = &state.running {
            return Self::Running { since: running.started_at.as_ref().map(|time| time.0) };
        }
        if let Some(end) = &state.terminated {
            return Self::Ended(End::of(end));
        }
        let waiting = state.waiting.clone().unwrap_or_default();
        Self::Waiting {
            reason: waiting.reason.unwrap_or_default(),
            message: waiting.message.unwrap_or_default(),
        }
    }
}

impl End {
    fn of(end: &ContainerStateTerminated) -> Self {
        Self {
            reason: end.reason.clone().unwrap_or_default(),
            exit_code: end.exit_code,
            signal: end.signal.filter(|signal| *signal != 0),
            at: end.finished_at.as_ref().map(|time| time.0),
        }
    }
}

fn last_end(status: &ContainerStatus) -> Option<End> {
    Some(End::of(status.last_state.as_ref()?.terminated.as_ref()?))
}

/// Source: `pkg/apis/core/v1/defaults.go`, `SetDefaults_Probe`, where a server left them out.
fn probes(container: &Container) -> Vec<ProbeSpec> {
    let spec = |probe: Probe, given: &Option<SpecProbe>| {
        let given = given.as_ref()?;
        let positive = |n: Option<i32>, default: i32| n.filter(|n| *n > 0).unwrap_or(default);
        Some(ProbeSpec {
            probe,
            period: positive(given.period_seconds, 10),
            timeout: positive(given.timeout_seconds, 1),
            threshold: positive(given.failure_threshold, 3).unsigned_abs(),
        })
    };
    [
        spec(Probe::Liveness, &container.liveness_probe),
        spec(Probe::Readiness, &container.readiness_probe),
        spec(Probe::Startup, &container.startup_probe),
    ]
    .into_iter()
    .flatten()
    .collect()
}
