use serde_json::{Value, json};

use super::super::{Object, fields};
use super::context::Context;
use super::controllers::Controller;
use super::key::Key;
use super::scheduler::{Ledger, tolerates};

const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Gives a cordoned node its taint, and ends the pods that do not bear the taints of
/// their node.
///
/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go`,
/// `doNoScheduleTaintingPass`; `pkg/controller/tainteviction/taint_eviction.go`.
pub(super) fn sync(context: &mut Context<'_>, ledger: &Ledger, key: &Key) {
    let Some(node) = context.get("nodes", "", &key.name) else { return };
    mark_cordoned(context, &node);
    let taints: Vec<&Value> = fields::items(&node, "spec.taints")
        .iter()
        .filter(|taint| fields::text(taint, "effect") == "NoExecute")
        .collect();
    if taints.is_empty() {
        return;
    }
    let pods: Vec<Key> = ledger.pods_on(&key.name).cloned().collect();
    let pods: Vec<Object> = pods.iter().filter_map(|key| context.at(key)).collect();
    for pod in pods {
        if !fields::is_deleting(&pod) {
            evict_if_it_must(context, key, &taints, &pod);
        }
    }
}

fn mark_cordoned(context: &mut Context<'_>, node: &Object) {
    let cordoned = fields::flag(node, "spec.unschedulable");
    let taints = fields::items(node, "spec.taints");
    let marked = taints.iter().any(|taint| fields::text(taint, "key") == UNSCHEDULABLE);
    if cordoned == marked {
        return;
    }
    let at = fields::seconds(context.now);
    context.change("nodes", node, |node| {
        let mut taints = fields::items(node, "spec.taints").to_vec();
        taints.retain(|taint| fields::text(taint, "key") != UNSCHEDULABLE);
        if cordoned {
            taints.push(json!({ "key": UNSCHEDULABLE, "effect": "NoSchedule", "timeAdded": at }));
        }
        if taints.is_empty() {
            fields::unset(node, "spec.taints");
        } else {
            fields::set(node, "spec.taints", taints);
        }
    });
}

/// A pod goes at once, or when the shortest time is over for which it bears a taint.
fn evict_if_it_must(context: &mut Context<'_>, node: &Key, taints: &[&Value], pod: &Object) {
    let tolerations = fields::items(pod, "spec.tolerations");
    let mut least: Option<i64> = None;
    for taint in taints {
        let bearing = tolerations.iter().filter(|one| tolerates(std::slice::from_ref(*one), taint));
        let mut bearing = bearing.peekable();
        if bearing.peek().is_none() {
            least = Some(0);
        }
        for toleration in bearing {
            if let Some(seconds) = fields::number(toleration, "tolerationSeconds") {
                least = Some(least.unwrap_or(i64::MAX).min(seconds.max(0)));
            }
        }
    }
    let Some(seconds) = least else { return };
    let since = taints.iter().filter_map(|taint| fields::time(taint, "timeAdded")).min();
    let at = fields::later(since.unwrap_or(context.now), seconds);
    if at > context.now {
        context.later(Controller::NodeTaints, node, at);
        return;
    }
    let (namespace, name) = (fields::namespace(pod), fields::name(pod));
    let message = format!("Marking for deletion Pod {namespace}/{name}");
    context.normal("taint-eviction-controller", pod, "TaintManagerEviction", &message);
    context.delete("pods", namespace, name);
}
