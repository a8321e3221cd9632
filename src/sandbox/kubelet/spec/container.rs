use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::probe::{Handler, Port, Probe, ProbeKind};
use super::quantity::Quantity;

/// A container of a pod, of any class.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) command: Vec<String>,
    pub(crate) args: Vec<String>,
    pub(crate) working_dir: String,
    pub(crate) ports: Vec<ContainerPort>,
    pub(crate) env: Vec<EnvVar>,
    pub(crate) env_from: Vec<EnvFrom>,
    pub(crate) resources: Resources,
    pub(crate) volume_mounts: Vec<VolumeMount>,
    pub(crate) liveness_probe: Option<Probe>,
    pub(crate) readiness_probe: Option<Probe>,
    pub(crate) startup_probe: Option<Probe>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) termination_message_path: String,
    pub(crate) termination_message_policy: String,
    pub(crate) image_pull_policy: PullPolicy,
    pub(crate) stdin: bool,
    pub(crate) tty: bool,
    pub(crate) restart_policy: Option<RestartPolicy>,
    pub(crate) restart_policy_rules: Vec<RestartRule>,
    pub(crate) security_context: SecurityContext,
    pub(crate) resize_policy: Vec<ResizePolicy>,
}

/// What happens when a container is given more or less of a resource.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ResizePolicy {
    resource_name: String,
    restart_policy: String,
}

/// Where in a pod a container stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) class: Class,
    pub(crate) index: usize,
}

/// Which list of the pod a container is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Init,
    Regular,
    Ephemeral,
}

impl Class {
    /// The list's name in the spec.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Init => "initContainers",
            Self::Regular => "containers",
            Self::Ephemeral => "ephemeralContainers",
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ContainerPort {
    pub(crate) name: String,
    pub(crate) container_port: i64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct EnvVar {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) value_from: Option<ValueFrom>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ValueFrom {
    pub(crate) field_ref: Option<FieldRef>,
    pub(crate) resource_field_ref: Option<ResourceFieldRef>,
    pub(crate) config_map_key_ref: Option<KeyRef>,
    pub(crate) secret_key_ref: Option<KeyRef>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FieldRef {
    pub(crate) field_path: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ResourceFieldRef {
    pub(crate) container_name: String,
    pub(crate) resource: String,
    pub(crate) divisor: Option<Quantity>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeyRef {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) optional: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct EnvFrom {
    pub(crate) prefix: String,
    pub(crate) config_map_ref: Option<KeyRef>,
    pub(crate) secret_ref: Option<KeyRef>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Resources {
    pub(crate) limits: BTreeMap<String, Quantity>,
    pub(crate) requests: BTreeMap<String, Quantity>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct VolumeMount {
    pub(crate) name: String,
    pub(crate) mount_path: String,
    pub(crate) sub_path: String,
    pub(crate) sub_path_expr: String,
    pub(crate) read_only: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Lifecycle {
    pub(crate) post_start: Option<Handler>,
    pub(crate) pre_stop: Option<Handler>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SecurityContext {
    pub(crate) run_as_user: Option<i64>,
    pub(crate) run_as_group: Option<i64>,
    pub(crate) run_as_non_root: Option<bool>,
    pub(crate) read_only_root_filesystem: bool,
    pub(crate) fs_group: Option<i64>,
    pub(crate) supplemental_groups: Vec<i64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum PullPolicy {
    Always,
    Never,
    #[default]
    #[serde(other)]
    IfNotPresent,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum RestartPolicy {
    Never,
    OnFailure,
    #[default]
    #[serde(other)]
    Always,
}

impl RestartPolicy {
    fn restarts_after(self, exit_code: i32) -> bool {
        match self {
            Self::Always => true,
            Self::OnFailure => exit_code != 0,
            Self::Never => false,
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RestartRule {
    action: String,
    exit_codes: Option<ExitCodes>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ExitCodes {
    operator: String,
    values: Vec<i32>,
}

impl RestartRule {
    fn applies_to(&self, exit_code: i32) -> bool {
        let Some(codes) = self.exit_codes.as_ref().filter(|_| self.action == "Restart") else {
            return false;
        };
        match codes.operator.as_str() {
            "In" => codes.values.contains(&exit_code),
            "NotIn" => !codes.values.contains(&exit_code),
            _ => false,
        }
    }
}

impl Container {
    /// Whether it is a sidecar, if it is an init container.
    pub(crate) fn is_restartable(&self) -> bool {
        self.restart_policy == Some(RestartPolicy::Always)
    }

    /// Whether it is started again after it ended with this code.
    ///
    /// Source: `pkg/api/v1/pod/util.go`, `ContainerShouldRestart`.
    pub(crate) fn restarts_after(&self, exit_code: i32, of_pod: RestartPolicy) -> bool {
        self.restart_policy_rules.iter().any(|rule| rule.applies_to(exit_code))
            || self.restart_policy.unwrap_or(of_pod).restarts_after(exit_code)
    }

    /// Whether it has to be started anew, having been started with other resources.
    ///
    /// Source: `pkg/kubelet/kuberuntime/kuberuntime_manager.go`, `computePodResizeAction`.
    pub(crate) fn restarts_for(&self, before: &Resources) -> bool {
        self.resize_policy.iter().filter(|one| one.restart_policy == "RestartContainer").any(
            |one| {
                let of = |amounts: &Resources| {
                    let name = &one.resource_name;
                    (amounts.limits.get(name).cloned(), amounts.requests.get(name).cloned())
                };
                of(before) != of(&self.resources)
            },
        )
    }

    /// Its probe of a kind.
    pub(crate) fn probe(&self, kind: ProbeKind) -> Option<&Probe> {
        match kind {
            ProbeKind::Startup => self.startup_probe.as_ref(),
            ProbeKind::Readiness => self.readiness_probe.as_ref(),
            ProbeKind::Liveness => self.liveness_probe.as_ref(),
        }
    }

    /// The number of a port.
    ///
    /// # Errors
    /// The kubelet's words for a name that it does not have, or a number that is none.
    ///
    /// Source: `pkg/probe/util.go`, `ResolveContainerPort`.
    pub(crate) fn port(&self, port: &Port) -> Result<u16, String> {
        let number = match port {
            Port::Number(number) => *number,
            Port::Name(name) => match self.ports.iter().find(|port| port.name == *name) {
                Some(port) => port.container_port,
                // A number in quotes is one, too.
                None => name.parse().map_err(|_| format!("couldn't find port: {name}"))?,
            },
        };
        u16::try_from(number)
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| format!("invalid port number: {number}"))
    }

    /// Its resources as a status shows them.
    pub(crate) fn resources_json(&self) -> Value {
        let mut shown = serde_json::Map::new();
        for (key, amounts) in
            [("limits", &self.resources.limits), ("requests", &self.resources.requests)]
        {
            if !amounts.is_empty() {
                shown.insert(key.to_owned(), amounts_json(amounts));
            }
        }
        Value::Object(shown)
    }

    /// What it asks for, as a status shows it; none where it asks for nothing.
    pub(crate) fn requests_json(&self) -> Option<Value> {
        let requests = &self.resources.requests;
        (!requests.is_empty()).then(|| amounts_json(requests))
    }
}

fn amounts_json(amounts: &BTreeMap<String, Quantity>) -> Value {
    amounts.iter().map(|(name, amount)| (name.clone(), Value::from(amount.text()))).collect()
}
