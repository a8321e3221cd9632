use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::container::{Class, Container, RestartPolicy, SecurityContext, Slot};
use super::read::without_nulls;
use super::volume::Volume;
use crate::sandbox::Object;

/// A pod, read once for every version of its spec.
#[derive(Debug, Clone)]
pub(crate) struct Pod {
    pub(crate) object: Object,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) uid: String,
    pub(crate) spec: Arc<PodSpec>,
    pub(crate) deletion: Option<Deletion>,
}

/// That a pod is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deletion {
    /// Seconds that its containers have to end by themselves.
    pub(crate) grace: i64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PodSpec {
    pub(crate) containers: Vec<Container>,
    pub(crate) init_containers: Vec<Container>,
    pub(crate) ephemeral_containers: Vec<Container>,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) restart_policy: RestartPolicy,
    pub(crate) termination_grace_period_seconds: Option<i64>,
    pub(crate) active_deadline_seconds: Option<i64>,
    pub(crate) node_name: String,
    pub(crate) service_account_name: String,
    pub(crate) host_network: bool,
    pub(crate) hostname: String,
    pub(crate) enable_service_links: Option<bool>,
    pub(crate) readiness_gates: Vec<ReadinessGate>,
    pub(crate) security_context: SecurityContext,
    pub(crate) host_aliases: Vec<HostAlias>,
    pub(crate) resources: Option<Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ReadinessGate {
    pub(crate) condition_type: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HostAlias {
    pub(crate) ip: String,
    pub(crate) hostnames: Vec<String>,
}

impl Pod {
    /// Reads a pod.
    ///
    /// # Errors
    /// What of its spec cannot be read.
    pub(crate) fn read(object: &Object) -> Result<Self, String> {
        let spec = Arc::new(without_nulls(&object["spec"])?);
        Ok(Self::with_spec(object, spec))
    }

    /// A newer version of the pod; its spec is read again only where it is another.
    ///
    /// # Errors
    /// What of its spec cannot be read.
    pub(crate) fn updated(&self, object: &Object) -> Result<Self, String> {
        if object["spec"] == self.object["spec"] {
            return Ok(Self::with_spec(object, Arc::clone(&self.spec)));
        }
        Self::read(object)
    }

    fn with_spec(object: &Object, spec: Arc<PodSpec>) -> Self {
        let meta = &object["metadata"];
        let text = |key: &str| meta[key].as_str().unwrap_or_default().to_owned();
        let of_spec = spec.termination_grace_period_seconds.unwrap_or(30);
        let deletion = (!meta["deletionTimestamp"].is_null()).then(|| Deletion {
            grace: meta["deletionGracePeriodSeconds"].as_i64().unwrap_or(of_spec).max(0),
        });
        Self {
            object: Arc::clone(object),
            namespace: text("namespace"),
            name: text("name"),
            uid: text("uid"),
            spec,
            deletion,
        }
    }

    /// How the kubelet names a pod: `web_lab(1ddc7741-…)`.
    ///
    /// Source: `pkg/kubelet/util/format/pod.go`, `Pod`.
    pub(crate) fn formatted(&self) -> String {
        format!("{}_{}({})", self.name, self.namespace, self.uid)
    }

    /// The version of its spec.
    pub(crate) fn generation(&self) -> i64 {
        self.object["metadata"]["generation"].as_i64().unwrap_or(0)
    }

    /// How a container of it calls itself.
    ///
    /// Source: `pkg/kubelet/kubelet_pods.go`, `GeneratePodHostNameAndDomain`.
    pub(crate) fn hostname(&self) -> String {
        if self.spec.host_network {
            return self.spec.node_name.clone();
        }
        let name = if self.spec.hostname.is_empty() { &self.name } else { &self.spec.hostname };
        let short: String = name.chars().take(63).collect();
        short.trim_end_matches(['-', '.']).to_owned()
    }

    /// When it was accepted by its node, as its status says.
    pub(crate) fn start_time(&self) -> Option<Timestamp> {
        self.object["status"]["startTime"].as_str()?.parse().ok()
    }
}

impl PodSpec {
    /// The containers of a class.
    pub(crate) fn of_class(&self, class: Class) -> &[Container] {
        match class {
            Class::Init => &self.init_containers,
            Class::Regular => &self.containers,
            Class::Ephemeral => &self.ephemeral_containers,
        }
    }

    /// The container in a slot.
    pub(crate) fn at(&self, slot: Slot) -> Option<&Container> {
        self.of_class(slot.class).get(slot.index)
    }

    /// All containers with their slots, init containers first.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (Slot, &Container)> {
        [Class::Init, Class::Regular, Class::Ephemeral].into_iter().flat_map(|class| {
            self.of_class(class)
                .iter()
                .enumerate()
                .map(move |(index, container)| (Slot { class, index }, container))
        })
    }

    /// A container by its name.
    pub(crate) fn find(&self, name: &str) -> Option<(Slot, &Container)> {
        self.slots().find(|(_, container)| container.name == name)
    }

    /// Whether the slot holds a sidecar: an init container that runs as long as the pod.
    pub(crate) fn is_sidecar(&self, slot: Slot) -> bool {
        slot.class == Class::Init && self.at(slot).is_some_and(Container::is_restartable)
    }

    /// Seconds that containers have to end by themselves, where the pod is not deleted.
    pub(crate) fn grace(&self) -> i64 {
        self.termination_grace_period_seconds.unwrap_or(30).max(0)
    }
}
