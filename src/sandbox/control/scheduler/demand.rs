use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::super::fields;
use super::super::context::controller_uid;
use super::super::quantity::thousandths;
use super::topology;

/// What a pod takes of a node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Demand {
    /// Thousandths of each resource that it requests.
    pub(super) requests: BTreeMap<String, i128>,
    /// Thousandths of a core, and of a byte, with which it is weighed: one that requests
    /// nothing still takes something.
    pub(super) weight: (i128, i128),
    /// The uid of what manages the pod, to spread its like over nodes.
    pub(super) manager: String,
    /// Whether it wants no pods of some kind beside it.
    pub(super) has_anti_affinity: bool,
    /// Ports of the node itself: address, protocol, number.
    pub(super) host_ports: BTreeSet<(String, String, i64)>,
}

/// What a container without requests is weighed with: 100m and 200Mi.
///
/// Source: `pkg/scheduler/util/pod_resources.go`.
const WEIGHT: (i128, i128) = (100, 200 * 1024 * 1024 * 1000);

impl Demand {
    /// That of a pod: the sum of its containers, or what an init container asks for
    /// where that is more.
    ///
    /// Source: `component-helpers/resource/helpers.go`, `PodRequests`.
    pub(super) fn of(pod: &Value) -> Self {
        let containers = fields::items(pod, "spec.containers");
        let inits = fields::items(pod, "spec.initContainers");
        let (sidecars, once): (Vec<&Value>, Vec<&Value>) =
            inits.iter().partition(|init| init["restartPolicy"] == "Always");
        let lasting: Vec<&Value> = containers.iter().chain(sidecars).collect();
        let mut requests = BTreeMap::new();
        for container in &lasting {
            for (resource, amount) in requests_of(container) {
                *requests.entry(resource).or_insert(0_i128) += amount;
            }
        }
        for init in once {
            for (resource, amount) in requests_of(init) {
                let most = requests.entry(resource).or_insert(0);
                *most = amount.max(*most);
            }
        }
        add_overhead(&mut requests, pod);
        let number = i128::try_from(lasting.len()).unwrap_or(1);
        let weight = |resource: &str, least: i128| {
            requests.get(resource).copied().filter(|r| *r > 0).unwrap_or(least * number)
        };
        let weight = (weight("cpu", WEIGHT.0), weight("memory", WEIGHT.1));
        let anti = fields::items(pod, topology::REQUIRED_ANTI_AFFINITY);
        Self {
            weight,
            requests,
            manager: controller_uid(pod).unwrap_or_default().to_owned(),
            has_anti_affinity: !anti.is_empty(),
            host_ports: host_ports(pod),
        }
    }

    /// Whether a port of the node is wanted that the other has: an address of `0.0.0.0`
    /// is all of them.
    ///
    /// Source: `pkg/scheduler/framework/types.go`, `HostPortInfo.CheckConflict`.
    pub(super) fn wants_port_of(&self, other: &Self) -> bool {
        self.host_ports.iter().any(|(ip, protocol, port)| {
            other.host_ports.iter().any(|(other_ip, other_protocol, other_port)| {
                let same_ip = ip == other_ip || ip == "0.0.0.0" || other_ip == "0.0.0.0";
                same_ip && protocol == other_protocol && port == other_port
            })
        })
    }
}

fn requests_of(container: &Value) -> impl Iterator<Item = (String, i128)> {
    let requests = fields::at(container, "resources.requests").as_object();
    requests.into_iter().flatten().map(|(name, amount)| (name.clone(), thousandths(amount)))
}

fn add_overhead(requests: &mut BTreeMap<String, i128>, pod: &Value) {
    for (resource, amount) in fields::at(pod, "spec.overhead").as_object().into_iter().flatten() {
        *requests.entry(resource.clone()).or_insert(0) += thousandths(amount);
    }
}

fn host_ports(pod: &Value) -> BTreeSet<(String, String, i64)> {
    let or = |text: &str, default: &str| if text.is_empty() { default } else { text }.to_owned();
    let ports = fields::items(pod, "spec.containers")
        .iter()
        .flat_map(|container| fields::items(container, "ports"));
    ports
        .filter_map(|port| {
            let number = fields::number(port, "hostPort").filter(|number| *number > 0)?;
            let ip = or(fields::text(port, "hostIP"), "0.0.0.0");
            Some((ip, or(fields::text(port, "protocol"), "TCP"), number))
        })
        .collect()
}
