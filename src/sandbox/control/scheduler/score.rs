use serde_json::Value;

use super::super::super::fields;
use super::super::quantity::thousandths;
use super::affinity::{node_preference, tolerates};
use super::demand::Demand;
use super::topology::View;

/// How good a node is for a pod; more is better. Room counts, and what the pod prefers;
/// its like are spread.
///
/// Source: `pkg/scheduler/apis/config/v1/default_plugins.go` (the weights).
pub(super) fn score(view: &View<'_>, pod: &Value, demand: &Demand, node: &Value) -> i64 {
    let on = view.ledger.on(fields::name(node));
    let like = on.and_then(|on| on.managed.get(&demand.manager)).copied().unwrap_or(0);
    let like = if demand.manager.is_empty() { 0 } else { like };
    let unpleasant = fields::items(node, "spec.taints")
        .iter()
        .filter(|taint| fields::text(taint, "effect") == "PreferNoSchedule")
        .filter(|taint| !tolerates(fields::items(pod, "spec.tolerations"), taint))
        .count();
    let unpleasant = i64::try_from(unpleasant).unwrap_or(i64::MAX).min(100);
    let taken = on.map_or((0, 0), |on| on.weight);
    let allocatable = fields::at(node, "status.allocatable");
    let room = free_part(thousandths(&allocatable["cpu"]), taken.0 + demand.weight.0)
        + free_part(thousandths(&allocatable["memory"]), taken.1 + demand.weight.1);
    // Hundreds, so that any preference outweighs the room that is left.
    room / 2 - like.min(100) * 200 - unpleasant * 30_000
        + node_preference(pod, node) * 200
        + view.neighbour_preference(pod, node) * 200
}

/// How much of a resource is left, in parts of 10,000.
///
/// Source: `pkg/scheduler/framework/plugins/noderesources/least_allocated.go`.
fn free_part(all: i128, taken: i128) -> i64 {
    if all <= 0 || taken > all {
        return 0;
    }
    i64::try_from((all - taken) * 10_000 / all).unwrap_or(0)
}
