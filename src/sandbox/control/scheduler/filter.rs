use serde_json::{Value, json};

use super::super::super::fields;
use super::super::quantity::thousandths;
use super::affinity::{node_fits, tolerates};
use super::demand::Demand;
use super::ledger::OnNode;
use super::topology::View;

/// Why a pod cannot go to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rejection {
    /// In the scheduler's words; several only for resources.
    pub(super) reasons: Vec<String>,
    /// What could change that.
    pub(super) obstacle: Obstacle,
    /// Whether taking other pods away would help.
    pub(super) preemption_may_help: bool,
}

/// What stands in a pod's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Obstacle {
    /// The node itself.
    Node,
    /// What other pods take.
    Room,
    /// Where other pods are.
    Neighbours,
    /// A claim.
    Claim,
}

/// Why a pod cannot go to this node; none where it can. The first obstacle tells.
///
/// Source: `pkg/scheduler/apis/config/v1/default_plugins.go` (the order), and the
/// messages of the plugins under `pkg/scheduler/framework/plugins`.
pub(super) fn rejection(
    view: &View<'_>,
    pod: &Value,
    demand: &Demand,
    node: &Value,
) -> Option<Rejection> {
    let one = |reason: &str, obstacle, preemption_may_help| {
        Some(Rejection { reasons: vec![reason.to_owned()], obstacle, preemption_may_help })
    };
    let tolerations = fields::items(pod, "spec.tolerations");
    if fields::flag(node, "spec.unschedulable") && !tolerates(tolerations, &unschedulable()) {
        return one("node(s) were unschedulable", Obstacle::Node, false);
    }
    if has_untolerated_taint(tolerations, node) {
        return one("node(s) had untolerated taint(s)", Obstacle::Node, false);
    }
    if !node_fits(pod, node) {
        return one("node(s) didn't match Pod's node affinity/selector", Obstacle::Node, false);
    }
    let on = view.ledger.on(fields::name(node));
    if on.is_some_and(|on| on.pods.values().any(|other| demand.wants_port_of(other))) {
        let reason = "node(s) didn't have free ports for the requested pod ports";
        return one(reason, Obstacle::Room, true);
    }
    lack_of_room(demand, node, on).or_else(|| neighbourhood(view, pod, node))
}

fn neighbourhood(view: &View<'_>, pod: &Value, node: &Value) -> Option<Rejection> {
    let (reason, preemption_may_help) = if !view.spreads(pod, node) {
        ("node(s) didn't match pod topology spread constraints", true)
    } else if !view.has_wanted_neighbours(pod, node) {
        ("node(s) didn't match pod affinity rules", false)
    } else if view.has_unwanted_neighbours(pod, node) {
        ("node(s) didn't match pod anti-affinity rules", true)
    } else if view.is_unwanted(pod, node) {
        ("node(s) didn't satisfy existing pods anti-affinity rules", true)
    } else {
        return None;
    };
    let reasons = vec![reason.to_owned()];
    Some(Rejection { reasons, obstacle: Obstacle::Neighbours, preemption_may_help })
}

fn unschedulable() -> Value {
    json!({ "key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule" })
}

fn has_untolerated_taint(tolerations: &[Value], node: &Value) -> bool {
    fields::items(node, "spec.taints")
        .iter()
        .filter(|taint| matches!(fields::text(taint, "effect"), "NoSchedule" | "NoExecute"))
        .any(|taint| !tolerates(tolerations, taint))
}

/// What a node has too little of. Asking for more than it has at all is something that
/// no preemption helps with.
///
/// Source: `pkg/scheduler/framework/plugins/noderesources/fit.go`, `fitsRequest`.
fn lack_of_room(demand: &Demand, node: &Value, on: Option<&OnNode>) -> Option<Rejection> {
    let mut reasons = Vec::new();
    let mut preemption_may_help = true;
    let allocatable = fields::at(node, "status.allocatable");
    let pods = i128::try_from(on.map_or(0, |on| on.pods.len())).unwrap_or(i128::MAX);
    if (pods + 1) * 1000 > thousandths(&allocatable["pods"]) {
        reasons.push("Too many pods".to_owned());
    }
    for (resource, wanted) in demand.requests.iter().filter(|(_, wanted)| **wanted > 0) {
        let all = thousandths(&allocatable[resource]);
        let taken = on.and_then(|on| on.requests.get(resource)).copied().unwrap_or(0);
        if *wanted > all - taken {
            reasons.push(format!("Insufficient {resource}"));
            preemption_may_help &= *wanted <= all;
        }
    }
    let obstacle = Obstacle::Room;
    (!reasons.is_empty()).then_some(Rejection { reasons, obstacle, preemption_may_help })
}
