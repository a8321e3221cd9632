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

impl Condition {
    /// The same with the object called as `name` says.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(&str) -> String) -> Self {
        let mut renamed = self.clone();
        let own = match &mut renamed {
            Self::Pod { name, .. }
            | Self::DeploymentAvailable { name }
            | Self::ServiceExternalIp { name }
            | Self::ServiceEndpoints { name }
            | Self::ServiceNoEndpoints { name }
            | Self::Restarts { pod: name, .. }
            | Self::Event { pod: name, .. }
            | Self::ProbeFailed { pod: name, .. } => name,
        };
        *own = name(own);
        renamed
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pod { name, state } => write!(f, "pod/{name} {state}"),
            Self::DeploymentAvailable { name } => write!(f, "deployment/{name} is Available"),
            Self::ServiceExternalIp { name } => write!(f, "service/{name} has an external address"),
            Self::ServiceEndpoints { name } => write!(f, "service/{name} has a ready endpoint"),
            Self::ServiceNoEndpoints { name } => write!(f, "service/{name} has no ready endpoint"),
            Self::Restarts { pod, at_least } => {
                write!(f, "pod/{pod} has restarted at least {}", times(*at_least))
            }
            Self::Event { pod, reason, contains } => {
                write!(f, "pod/{pod} has an event")?;
                if let Some(reason) = reason {
                    write!(f, " {reason}")?;
                }
                match contains {
                    Some(text) => write!(f, " that contains \"{text}\""),
                    None => Ok(()),
                }
            }
            Self::ProbeFailed { pod, probe, at_least: 1 } => {
                write!(f, "the {probe} probe of pod/{pod} has failed at least once")
            }
            Self::ProbeFailed { pod, probe, at_least } => {
                write!(f, "the {probe} probe of pod/{pod} has failed at least {}", times(*at_least))
            }
        }
    }
}

fn times(count: u32) -> String {
    if count == 1 { "1 time".to_owned() } else { format!("{count} times") }
}

impl std::fmt::Display for PodState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ready => "is Ready",
            Self::NotReady => "runs and is not Ready",
            Self::Running => "is Running",
            Self::Succeeded => "has Succeeded",
            Self::Failed => "has Failed",
            Self::Deleted => "is gone",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_read_as_sentences() {
        let pod = || "x".to_owned();
        let rows = [
            (Condition::Pod { name: pod(), state: PodState::Ready }, "pod/x is Ready"),
            (Condition::Pod { name: pod(), state: PodState::Deleted }, "pod/x is gone"),
            (Condition::ServiceEndpoints { name: pod() }, "service/x has a ready endpoint"),
            (
                Condition::Restarts { pod: pod(), at_least: 1 },
                "pod/x has restarted at least 1 time",
            ),
            (
                Condition::Restarts { pod: pod(), at_least: 2 },
                "pod/x has restarted at least 2 times",
            ),
            (
                Condition::Event { pod: pod(), reason: Some("Started".into()), contains: None },
                "pod/x has an event Started",
            ),
            (
                Condition::ProbeFailed { pod: pod(), probe: Probe::Liveness, at_least: 1 },
                "the liveness probe of pod/x has failed at least once",
            ),
            (
                Condition::ProbeFailed { pod: pod(), probe: Probe::Readiness, at_least: 3 },
                "the readiness probe of pod/x has failed at least 3 times",
            ),
        ];
        for (condition, words) in rows {
            assert_eq!(condition.to_string(), words);
        }
    }
}
