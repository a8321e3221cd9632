//! One thing that the watcher saw, in words that teach.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::kinds::Probe;

/// Something that happened in the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum Observation {
    /// A pod is there.
    PodAdded { pod: String },
    /// A pod has a node.
    Scheduled { pod: String, node: String },
    /// A container runs for the first time.
    ContainerStarted { pod: String, container: String },
    /// A container is ready for traffic.
    ContainerReady { pod: String, container: String },
    /// A container is not ready any more.
    ContainerNotReady { pod: String, container: String },
    /// A container ended.
    ContainerEnded { pod: String, container: String, reason: String, exit_code: i32 },
    /// A container waits for a reason that is not just its start.
    Waiting { pod: String, container: String, reason: String, message: String },
    /// A probe failed.
    ProbeFailed(ProbeFailure),
    /// The kubelet stops a container, because of this probe if one is named.
    Killing { pod: String, container: String, probe: Option<Probe> },
    /// A container runs again.
    Restarted(Restart),
    /// The kubelet waits before it starts a container again.
    BackOff { pod: String, container: String, restarts: u32 },
    /// An image cannot be pulled.
    ImagePullFailed { pod: String, image: String, reason: String, message: String },
    /// A pod is being deleted.
    PodTerminating { pod: String },
    /// A pod is gone.
    PodDeleted { pod: String },
    /// A service is there.
    ServiceAdded { service: String },
    /// A service has an address outside of the cluster.
    ServiceAddress { service: String, address: String },
    /// A service is gone.
    ServiceDeleted { service: String },
    /// Other pods stand behind a service.
    EndpointsChanged { service: String, ready: usize, not_ready: usize },
    /// A deployment has come further.
    DeploymentChanged { deployment: String, available: u32, desired: u32 },
    /// The cluster warns of something else.
    Warned { object: String, reason: String, message: String },
}

/// A probe that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeFailure {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Which probe.
    pub probe: Probe,
    /// What it said.
    pub message: String,
    /// Failures in a row, a lower bound; 0 where the pod is not known yet.
    pub count: u32,
    /// Failures in a row that have a consequence; none where the pod is not known yet.
    pub threshold: Option<u32>,
    /// When the consequence comes if the probe goes on failing; none where it has come.
    pub consequence_in: Option<Duration>,
}

/// A container that runs again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restart {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Its restarts so far.
    pub restarts: u32,
    /// Restarts since it was seen last; more than one where a watch told of them at once.
    pub n: u32,
    /// How it had ended: `Error`, `OOMKilled`; empty where that is not known.
    pub reason: String,
    /// Its exit code.
    pub exit_code: Option<i32>,
    /// The signal that ended it, where the runtime tells.
    pub signal: Option<i32>,
}

/// How much an observation matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Normal,
    /// Something failed, or was stopped.
    Warning,
}

impl Observation {
    /// The whole sentence, foreign text included: make it safe before it is drawn.
    pub fn words(&self) -> String {
        format!("{}: {self}", self.object())
    }

    /// What it is about: `pod/simple-api`.
    pub fn object(&self) -> String {
        match self {
            Self::PodAdded { pod }
            | Self::Scheduled { pod, .. }
            | Self::ContainerStarted { pod, .. }
            | Self::ContainerReady { pod, .. }
            | Self::ContainerNotReady { pod, .. }
            | Self::ContainerEnded { pod, .. }
            | Self::Waiting { pod, .. }
            | Self::Killing { pod, .. }
            | Self::BackOff { pod, .. }
            | Self::ImagePullFailed { pod, .. }
            | Self::PodTerminating { pod }
            | Self::PodDeleted { pod }
            | Self::ProbeFailed(ProbeFailure { pod, .. })
            | Self::Restarted(Restart { pod, .. }) => format!("pod/{pod}"),
            Self::ServiceAdded { service }
            | Self::ServiceAddress { service, .. }
            | Self::ServiceDeleted { service }
            | Self::EndpointsChanged { service, .. } => format!("service/{service}"),
            Self::DeploymentChanged { deployment, .. } => format!("deployment/{deployment}"),
            Self::Warned { object, .. } => object.clone(),
        }
    }

    /// Whether it is worth a colour.
    pub fn tone(&self) -> Tone {
        match self {
            Self::ContainerEnded { exit_code: 0, .. } | Self::Killing { probe: None, .. } => {
                Tone::Normal
            }
            Self::ContainerNotReady { .. }
            | Self::ContainerEnded { .. }
            | Self::Waiting { .. }
            | Self::ProbeFailed(_)
            | Self::Killing { .. }
            | Self::Restarted(_)
            | Self::BackOff { .. }
            | Self::ImagePullFailed { .. }
            | Self::Warned { .. }
            | Self::EndpointsChanged { ready: 0, .. } => Tone::Warning,
            _ => Tone::Normal,
        }
    }
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PodAdded { .. } | Self::ServiceAdded { .. } => f.write_str("created"),
            Self::Scheduled { node, .. } => write!(f, "placed on {node}"),
            Self::ContainerStarted { container, .. } => write!(f, "container {container} started"),
            Self::ContainerReady { container, .. } => write!(f, "container {container} is ready"),
            Self::ContainerNotReady { container, .. } => {
                write!(f, "container {container} is not ready")
            }
            Self::ContainerEnded { container, reason, exit_code, .. } => {
                write!(
                    f,
                    "container {container} ended: {}",
                    end_words(reason, Some(*exit_code), None)
                )
            }
            Self::Waiting { container, reason, message, .. } => {
                write!(f, "container {container} waits: {}", with_message(reason, message))
            }
            Self::ProbeFailed(failure) => failure.fmt(f),
            Self::Killing { container, probe: None, .. } => {
                write!(f, "container {container} is being stopped")
            }
            Self::Killing { container, probe: Some(probe), .. } => {
                write!(f, "container {container} is being stopped: its {probe} probe failed")
            }
            Self::Restarted(restart) => restart.fmt(f),
            Self::BackOff { container, restarts, .. } => {
                write!(
                    f,
                    "container {container} keeps ending, restarted {} so far: CrashLoopBackOff",
                    times(*restarts)
                )
            }
            Self::ImagePullFailed { image, reason, message, .. } => {
                write!(f, "image {image} cannot be pulled: {}", with_message(reason, message))
            }
            Self::PodTerminating { .. } => f.write_str("is being deleted"),
            Self::PodDeleted { .. } | Self::ServiceDeleted { .. } => f.write_str("is gone"),
            Self::ServiceAddress { address, .. } => write!(f, "has the address {address}"),
            Self::EndpointsChanged { ready, not_ready, .. } => {
                endpoints_words(f, *ready, *not_ready)
            }
            Self::DeploymentChanged { available, desired, .. } => {
                write!(f, "{available} of {desired} pods are available")
            }
            Self::Warned { reason, message, .. } => f.write_str(&with_message(reason, message)),
        }
    }
}

impl fmt::Display for ProbeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} probe failed", self.probe)?;
        match (self.count, self.threshold) {
            (count @ 1.., Some(threshold)) if count <= threshold => {
                write!(f, " {count} of {threshold}")?;
            }
            (count @ 2.., _) => write!(f, " {count} times in a row")?,
            _ => {}
        }
        let reached = self.threshold.is_some_and(|threshold| self.count >= threshold);
        match (self.probe, self.consequence_in) {
            (Probe::Readiness, Some(wait)) => write!(f, ", no traffic in ~{} s", wait.as_secs())?,
            (_, Some(wait)) => write!(f, ", restart in ~{} s", wait.as_secs())?,
            (Probe::Readiness, None) if reached => f.write_str(", no traffic now")?,
            (_, None) if reached => f.write_str(", restart now")?,
            _ => {}
        }
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

impl fmt::Display for Restart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "container {} restarted", self.container)?;
        match self.n {
            0 | 1 => write!(f, " (restart {})", self.restarts)?,
            n => write!(f, " {} ({} in all)", times(n), self.restarts)?,
        }
        let end = end_words(&self.reason, self.exit_code, self.signal);
        match (end.is_empty(), self.n) {
            (true, _) => Ok(()),
            (false, 0 | 1) => write!(f, ", it had ended: {end}"),
            (false, _) => write!(f, ", the last time it had ended: {end}"),
        }
    }
}

/// `Error, exit code 137 (SIGKILL)`.
fn end_words(reason: &str, exit_code: Option<i32>, signal: Option<i32>) -> String {
    let signal = signal.or_else(|| exit_code.filter(|code| *code > 128).map(|code| code - 128));
    let name = match signal {
        Some(2) => " (SIGINT)",
        Some(6) => " (SIGABRT)",
        Some(9) => " (SIGKILL)",
        Some(11) => " (SIGSEGV)",
        Some(15) => " (SIGTERM)",
        _ => "",
    };
    let code = exit_code.map(|code| format!("exit code {code}{name}"));
    let parts = [Some(reason.to_owned()).filter(|one| !one.is_empty()), code];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn with_message(reason: &str, message: &str) -> String {
    if message.is_empty() { reason.to_owned() } else { format!("{reason}: {message}") }
}

fn times(n: u32) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

fn endpoints_words(f: &mut fmt::Formatter<'_>, ready: usize, not_ready: usize) -> fmt::Result {
    match (ready, not_ready) {
        (0, 0) => f.write_str("no pod stands behind it"),
        (ready, 0) => write!(f, "{ready} ready pod{} behind it", if ready == 1 { "" } else { "s" }),
        (ready, not_ready) => write!(f, "{ready} of {} pods behind it ready", ready + not_ready),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probe_failures_say_what_comes_of_them() {
        let check = |probe, count, threshold: Option<u32>, wait: Option<u64>, wanted: &str| {
            let failure = ProbeFailure {
                pod: "p".into(),
                container: "c".into(),
                probe,
                message: "x".into(),
                count,
                threshold,
                consequence_in: wait.map(Duration::from_secs),
            };
            assert_eq!(Observation::ProbeFailed(failure).words(), format!("pod/p: {wanted}"));
        };
        check(
            Probe::Liveness,
            2,
            Some(3),
            Some(5),
            "liveness probe failed 2 of 3, restart in ~5 s: x",
        );
        check(Probe::Liveness, 3, Some(3), None, "liveness probe failed 3 of 3, restart now: x");
        check(
            Probe::Readiness,
            1,
            Some(3),
            Some(20),
            "readiness probe failed 1 of 3, no traffic in ~20 s: x",
        );
        check(
            Probe::Readiness,
            7,
            Some(3),
            None,
            "readiness probe failed 7 times in a row, no traffic now: x",
        );
        check(Probe::Startup, 0, None, None, "startup probe failed: x");
    }

    #[test]
    fn restarts_say_how_the_container_had_ended() {
        let check = |n, reason: &str, exit_code, wanted: &str| {
            let restart = Restart {
                pod: "p".into(),
                container: "c".into(),
                restarts: 4,
                n,
                reason: reason.into(),
                exit_code,
                signal: None,
            };
            assert_eq!(restart.to_string(), wanted);
        };
        check(
            1,
            "Error",
            Some(137),
            "container c restarted (restart 4), it had ended: Error, exit code 137 (SIGKILL)",
        );
        check(
            3,
            "OOMKilled",
            Some(137),
            "container c restarted 3 times (4 in all), the last time it had ended: OOMKilled, exit code 137 (SIGKILL)",
        );
        check(1, "", None, "container c restarted (restart 4)");
    }
}
