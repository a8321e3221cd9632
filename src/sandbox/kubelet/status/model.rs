use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::Value;

/// A pod's status.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PodStatus {
    pub(crate) phase: Phase,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) pod_ip: Option<IpAddr>,
    pub(crate) start_time: Option<Timestamp>,
    pub(crate) init_containers: Vec<ContainerStatus>,
    pub(crate) containers: Vec<ContainerStatus>,
    pub(crate) ephemeral_containers: Vec<ContainerStatus>,
}

/// Where a pod is in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    #[default]
    Pending,
    Running,
    Succeeded,
    Failed,
}

impl Phase {
    /// Its name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }

    /// Whether it is the last one.
    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// One of the kubelet's conditions of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) kind: &'static str,
    pub(crate) is_true: bool,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) since: Option<Timestamp>,
}

/// A container's status.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ContainerStatus {
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) last_state: Option<Terminated>,
    pub(crate) ready: bool,
    pub(crate) started: bool,
    pub(crate) restart_count: u32,
    pub(crate) image: String,
    pub(crate) image_id: String,
    /// With `containerd://`; empty before there is a container.
    pub(crate) container_id: String,
    /// What is there from the first container on.
    pub(crate) resources: Option<Value>,
    pub(crate) allocated: Option<Value>,
    pub(crate) user: Option<Value>,
    pub(crate) volume_mounts: Vec<Value>,
}

/// What a container is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Waiting { reason: String, message: String },
    Running { since: Timestamp },
    Terminated(Terminated),
}

impl Default for State {
    fn default() -> Self {
        Self::Waiting { reason: String::new(), message: String::new() }
    }
}

/// How a container ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Terminated {
    pub(crate) exit_code: i32,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) started: Option<Timestamp>,
    pub(crate) finished: Option<Timestamp>,
    pub(crate) container_id: String,
}

impl ContainerStatus {
    /// Whether it runs.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    /// How it ended, where it has.
    pub(crate) fn terminated(&self) -> Option<&Terminated> {
        match &self.state {
            State::Terminated(terminated) => Some(terminated),
            _ => None,
        }
    }
}

impl PodStatus {
    /// The status of a container by name.
    pub(crate) fn container(&self, name: &str) -> Option<&ContainerStatus> {
        self.all_containers().find(|status| status.name == name)
    }

    /// The same, to be changed.
    pub(crate) fn container_mut(&mut self, name: &str) -> Option<&mut ContainerStatus> {
        self.init_containers
            .iter_mut()
            .chain(&mut self.containers)
            .chain(&mut self.ephemeral_containers)
            .find(|status| status.name == name)
    }

    /// All of them.
    pub(crate) fn all_containers(&self) -> impl Iterator<Item = &ContainerStatus> {
        self.init_containers.iter().chain(&self.containers).chain(&self.ephemeral_containers)
    }
}
