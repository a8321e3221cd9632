//! Conditions as data: what a step waits for. Whether one holds is the engine's to say.

use serde::Serialize;

use crate::kinds::Probe;

/// Something that will be seen in the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum Condition {
    /// `pod/NAME: Ready` and the like.
    Pod { name: String, state: PodState },
    /// `deployment/NAME: Available`.
    DeploymentAvailable { name: String },
    /// `service/NAME: external-ip`.
    ServiceExternalIp { name: String },
    /// `service/NAME: endpoints`: at least one ready address.
    ServiceEndpoints { name: String },
    /// `service/NAME: no-endpoints`: not one ready address.
    ServiceNoEndpoints { name: String },
    /// `restarts: {pod: NAME, at_least: N}`.
    Restarts { pod: String, at_least: u32 },
    /// `event: {pod: NAME, reason: Unhealthy, contains: …}`.
    Event { pod: String, reason: Option<String>, contains: Option<String> },
    /// `probe-failed: {pod: NAME, probe: liveness, at_least: N}`.
    ProbeFailed { pod: String, probe: Probe, at_least: u32 },
}

/// What a pod may be waited to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum PodState {
    /// All its containers are ready.
    Ready,
    /// Its phase is Running but it is not ready.
    NotReady,
    /// Its phase is Running.
    Running,
    /// All containers ended well.
    Succeeded,
    /// A container ended badly and stays so.
    Failed,
    /// It is gone, or was never there.
    Deleted,
}
