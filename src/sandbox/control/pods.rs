use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::super::{Object, fields};

pub(super) use super::super::fields::{condition, is_ready};

/// Since when a ready pod is, or will be, available.
///
/// Source: `pkg/api/v1/pod/util.go`, `IsPodAvailable`.
pub(super) fn available_at(pod: &Value, min_ready_seconds: i64) -> Option<Timestamp> {
    let ready = condition(pod, "Ready").filter(|ready| ready["status"] == "True")?;
    let since = fields::time(ready, "lastTransitionTime").unwrap_or(Timestamp::UNIX_EPOCH);
    Some(fields::later(since, min_ready_seconds))
}

/// Whether a pod counts: it has not ended and is not on its way out.
pub(super) fn is_active(pod: &Value) -> bool {
    !has_ended(pod) && !fields::is_deleting(pod)
}

/// Whether a pod has ended, well or not.
pub(super) fn has_ended(pod: &Value) -> bool {
    matches!(fields::text(pod, "status.phase"), "Succeeded" | "Failed")
}

/// The pods in the order in which they are given up: those that do least first.
///
/// Source: `pkg/controller/controller_utils.go`, `ActivePodsWithRanks.Less`.
pub(super) fn in_order_of_dispensability(mut pods: Vec<Object>) -> Vec<Object> {
    let mut on_node: BTreeMap<String, usize> = BTreeMap::new();
    for pod in &pods {
        *on_node.entry(fields::text(pod, "spec.nodeName").to_owned()).or_insert(0) += 1;
    }
    pods.sort_by_cached_key(|pod| {
        let phase = match fields::text(pod, "status.phase") {
            "Pending" => 0,
            "Unknown" => 1,
            _ => 2,
        };
        let node = fields::text(pod, "spec.nodeName");
        let cost: i64 = fields::annotation(pod, "controller.kubernetes.io/pod-deletion-cost")
            .parse()
            .unwrap_or(0);
        let ready_since = available_at(pod, 0);
        let restarts: i64 = fields::items(pod, "status.containerStatuses")
            .iter()
            .map(|status| fields::count(status, "restartCount"))
            .sum();
        (
            !node.is_empty(),
            phase,
            is_ready(pod),
            cost,
            Reverse(on_node.get(node).copied().unwrap_or(0)),
            Reverse(ready_since),
            Reverse(restarts),
            Reverse(fields::text(pod, "metadata.creationTimestamp").to_owned()),
            fields::name(pod).to_owned(),
        )
    });
    pods
}
