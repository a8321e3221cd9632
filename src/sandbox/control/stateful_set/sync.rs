use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::super::{Object, fields};
use super::super::adoption;
use super::super::context::Context;
use super::super::controllers::Controller;
use super::super::key::Key;
use super::super::replica_set::{MOST_PODS, wanted};
use super::super::selector::Selector;
use super::super::{pods, revision};
use super::identity::{self, REVISION, create, delete};

const RESOURCE: &str = "statefulsets.apps";
const HASH: &str = "controller.kubernetes.io/hash";

/// A stateful set as it is at one look.
struct Plan {
    set: Object,
    /// Its pods by number, also those that are too many.
    pods: BTreeMap<i64, Object>,
    first: i64,
    end: i64,
    ordered: bool,
    current: Object,
    update: Object,
}

/// Moves a stateful set one step on.
///
/// Source: `pkg/controller/statefulset/stateful_set_control.go`, `updateStatefulSet`.
pub(in super::super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(set) = context.at(key) else { return };
    let Some(selector) = Selector::of_labels(fields::at(&set, "spec.selector")) else { return };
    if selector.is_empty() || !selector.fits(&set["spec"]["template"]) || fields::is_deleting(&set)
    {
        return;
    }
    let revisions = revision::of(context, &set, HASH);
    let Some(update) = revisions.last().cloned() else { return };
    let name = fields::text(&set, "status.currentRevision");
    let current = revisions.iter().find(|one| fields::name(one) == name).unwrap_or(&update).clone();
    let all = adoption::claim(context, "pods", &set, &selector);
    let first = fields::count(&set, "spec.ordinals.start");
    let by_number = all.iter().filter_map(|pod| Some((identity::ordinal(&set, pod)?, pod.clone())));
    let plan = Plan {
        pods: by_number.collect(),
        first,
        end: first.saturating_add(wanted(&set).min(count(MOST_PODS))),
        ordered: fields::text(&set, "spec.podManagementPolicy") != "Parallel",
        current,
        update,
        set,
    };
    if grow(context, &plan) && shrink(context, &plan) {
        roll(context, &plan);
    }
    write_status(context, key, &plan, &selector);
    let is_used = |revision: &Object| {
        let name = fields::name(revision);
        name == fields::name(&plan.current)
            || plan.pods.values().any(|pod| fields::label(pod, REVISION) == Some(name))
    };
    revision::clean_up(context, &plan.set, &revisions, is_used);
}

/// Makes the pods that are missing, in order; whether all are there and well, as far as
/// that matters.
fn grow(context: &mut Context<'_>, plan: &Plan) -> bool {
    for number in plan.first..plan.end {
        let go_on = match plan.pods.get(&number) {
            None => {
                if !create(context, &plan.set, number, revision_for(plan, number)) {
                    let key = Key::of(&RESOURCE.into(), &plan.set);
                    context.later(Controller::StatefulSet, &key, fields::later(context.now, 10));
                    return false;
                }
                false
            }
            Some(pod) if fields::is_deleting(pod) => false,
            Some(pod) if pods::has_ended(pod) => {
                let (namespace, name) = (fields::namespace(&plan.set), fields::name(&plan.set));
                let message = format!(
                    "StatefulSet {namespace}/{name} is recreating failed Pod {}",
                    fields::name(pod)
                );
                context.warning(
                    "statefulset-controller",
                    &plan.set,
                    "RecreatingFailedPod",
                    &message,
                );
                delete(context, &plan.set, pod);
                false
            }
            Some(pod) => is_well(context, plan, pod),
        };
        if plan.ordered && !go_on {
            return false;
        }
    }
    true
}

/// The template that a new pod of this number has: the old one below the partition.
///
/// Source: `stateful_set_utils.go`, `newVersionedStatefulSetPod`.
fn revision_for(plan: &Plan, number: i64) -> &Object {
    let old = if fields::text(&plan.set, "spec.updateStrategy.type") == "OnDelete" {
        0
    } else {
        fields::count(&plan.set, "spec.updateStrategy.rollingUpdate.partition")
    };
    if number < plan.first.saturating_add(old) { &plan.current } else { &plan.update }
}

fn is_well(context: &mut Context<'_>, plan: &Plan, pod: &Object) -> bool {
    let at = pods::available_at(pod, fields::count(&plan.set, "spec.minReadySeconds"));
    if let Some(at) = at.filter(|at| *at > context.now) {
        let key = Key::of(&RESOURCE.into(), &plan.set);
        context.later(Controller::StatefulSet, &key, at);
    }
    at.is_some_and(|at| at <= context.now)
}

/// Ends the pods that are too many, the last first; whether there were none.
fn shrink(context: &mut Context<'_>, plan: &Plan) -> bool {
    let extra =
        plan.pods.iter().rev().filter(|(number, _)| !(plan.first..plan.end).contains(*number));
    let mut none = true;
    for (_, pod) in extra {
        none = false;
        if !fields::is_deleting(pod) {
            delete(context, &plan.set, pod);
        }
        if plan.ordered {
            return false;
        }
    }
    none || !plan.ordered
}

/// Ends the last pod of an old template, when all after it are well.
///
/// Source: `stateful_set_control.go`, `updateStatefulSetAfterInvariantEstablished`.
fn roll(context: &mut Context<'_>, plan: &Plan) {
    if fields::text(&plan.set, "spec.updateStrategy.type") == "OnDelete" {
        return;
    }
    let partition = fields::count(&plan.set, "spec.updateStrategy.rollingUpdate.partition");
    for number in (plan.first.saturating_add(partition)..plan.end).rev() {
        let Some(pod) = plan.pods.get(&number) else { return };
        let is_new = fields::label(pod, REVISION) == Some(fields::name(&plan.update));
        if !is_new && !fields::is_deleting(pod) {
            delete(context, &plan.set, pod);
            return;
        }
        if fields::is_deleting(pod) || !is_well(context, plan, pod) {
            return;
        }
    }
}

/// Source: `stateful_set_control.go`, `updateStatefulSetStatus`, `completeRollingUpdate`.
fn write_status(context: &mut Context<'_>, key: &Key, plan: &Plan, selector: &Selector) {
    let Some(set) = context.at(key) else { return };
    let all = adoption::claim(context, "pods", &set, selector);
    let pods: Vec<&Object> = all
        .iter()
        .filter(|pod| identity::ordinal(&set, pod).is_some() && !pods::has_ended(pod))
        .collect();
    let staying: Vec<&&Object> = pods.iter().filter(|pod| !fields::is_deleting(pod)).collect();
    let of = |revision: &Object| {
        let name = fields::name(revision);
        count(staying.iter().filter(|pod| fields::label(pod, REVISION) == Some(name)).count())
    };
    let ready = count(pods.iter().filter(|pod| pods::is_ready(pod)).count());
    let available = pods.iter().filter(|pod| is_well(context, plan, pod)).count();
    let (replicas, updated) = (count(pods.len()), of(&plan.update));
    let (mut current_name, mut current) = (fields::name(&plan.current), of(&plan.current));
    let on_delete = fields::text(&set, "spec.updateStrategy.type") == "OnDelete";
    if !on_delete && updated == replicas && ready == replicas {
        (current_name, current) = (fields::name(&plan.update), updated);
    }
    let mut status: Map<String, Value> = Map::new();
    let generation = fields::number(&set, "metadata.generation").unwrap_or(1);
    for (name, number) in [
        ("availableReplicas", count(available)),
        ("collisionCount", 0),
        ("observedGeneration", generation),
        ("replicas", replicas),
    ] {
        status.insert(name.to_owned(), json!(number));
    }
    let some =
        [("currentReplicas", current), ("readyReplicas", ready), ("updatedReplicas", updated)];
    for (name, number) in some.into_iter().filter(|(_, number)| *number > 0) {
        status.insert(name.to_owned(), json!(number));
    }
    status.insert("currentRevision".to_owned(), json!(current_name));
    status.insert("updateRevision".to_owned(), json!(fields::name(&plan.update)));
    let status = Value::Object(status);
    if status != set["status"] {
        context.change(RESOURCE, &set, |set| fields::set(set, "status", status));
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
