use serde_json::{Value, json};

use super::super::{Object, fields};
use super::conditions::{self, Condition};
use super::context::Context;
use super::deployment::{Rounding, part_of};
use super::key::Key;
use super::pods;
use super::replica_set::wanted;
use super::selector::Selector;

/// Says how many pods of a budget may be evicted.
///
/// Source: `pkg/controller/disruption/disruption.go`, `trySync`.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(budget) = context.at(key) else { return };
    let Some(selector) = Selector::of_labels(fields::at(&budget, "spec.selector")) else { return };
    let pods: Vec<Object> =
        context.list("pods", &key.namespace).into_iter().filter(|pod| selector.fits(pod)).collect();
    let (expected, healthy_wanted) = numbers(context, &budget, &pods);
    let healthy =
        pods.iter().filter(|pod| !fields::is_deleting(pod) && pods::is_ready(pod)).count();
    let healthy = i64::try_from(healthy).unwrap_or(i64::MAX);
    let allowed = if expected == 0 { 0 } else { (healthy - healthy_wanted).max(0) };
    let mut list = fields::items(&budget, "status.conditions").to_vec();
    let (status, reason) =
        if allowed > 0 { ("True", "SufficientPods") } else { ("False", "InsufficientPods") };
    let condition = Condition { kind: "DisruptionAllowed", status, reason, message: "" };
    let generation = fields::number(&budget, "metadata.generation").unwrap_or(1);
    conditions::set(&mut list, condition, context.now);
    for one in &mut list {
        fields::set(one, "observedGeneration", generation);
    }
    let status = json!({
        "conditions": list,
        "currentHealthy": healthy,
        "desiredHealthy": healthy_wanted,
        "disruptionsAllowed": allowed,
        "expectedPods": expected,
        "observedGeneration": generation,
    });
    if status != budget["status"] {
        context.change(&key.resource, &budget, |budget| fields::set(budget, "status", status));
    }
}

/// How many pods there should be, and how many of them have to be healthy.
///
/// Source: `disruption.go`, `getExpectedPodCount`.
fn numbers(context: &Context<'_>, budget: &Value, pods: &[Object]) -> (i64, i64) {
    let found = i64::try_from(pods.len()).unwrap_or(i64::MAX);
    let missing = fields::at(budget, "spec.maxUnavailable");
    let least = fields::at(budget, "spec.minAvailable");
    if !missing.is_null() {
        let expected = expected(context, pods);
        return (expected, (expected - part_of(missing, expected, Rounding::Up)).max(0));
    }
    match least {
        Value::String(_) => {
            let expected = expected(context, pods);
            (expected, part_of(least, expected, Rounding::Up))
        }
        Value::Number(_) => (found, part_of(least, found, Rounding::Up)),
        _ => (found, 0),
    }
}

/// The sum of what the owners of the pods ask for.
fn expected(context: &Context<'_>, pods: &[Object]) -> i64 {
    let mut owners: Vec<&str> =
        pods.iter().filter_map(|pod| super::context::controller_uid(pod)).collect();
    owners.sort_unstable();
    owners.dedup();
    let keys = owners.into_iter().filter_map(|uid| context.index.of_uid(uid));
    keys.filter_map(|key| context.at(key)).map(|owner| wanted(&owner)).sum()
}
