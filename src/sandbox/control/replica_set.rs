use serde_json::{Map, Value, json};

use super::super::{Object, fields};
use super::adoption;
use super::conditions::{self, Condition};
use super::context::Context;
use super::controllers::Controller;
use super::key::Key;
use super::pods;
use super::selector::Selector;
use super::template;

/// What makes the difference between replica sets and their predecessors.
struct Flavour {
    resource: &'static str,
    source: &'static str,
    controller: Controller,
    selector: fn(&Value) -> Option<Selector>,
}

const REPLICA_SET: Flavour = Flavour {
    resource: "replicasets.apps",
    source: "replicaset-controller",
    controller: Controller::ReplicaSet,
    selector: Selector::of_labels,
};

const REPLICATION_CONTROLLER: Flavour = Flavour {
    resource: "replicationcontrollers",
    source: "replication-controller",
    controller: Controller::Replication,
    selector: Selector::of_map,
};

/// How many pods are made or deleted in one look.
///
/// Source: `pkg/controller/replicaset/replica_set.go`, `BurstReplicas`.
const BURST: usize = 500;

/// The most pods that the sandbox makes for one owner.
pub(super) const MOST_PODS: usize = 2_000;

/// Keeps as many pods as a replica set asks for.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    sync_flavour(context, key, &REPLICA_SET);
}

/// Keeps as many pods as a replication controller asks for.
pub(super) fn sync_replication_controller(context: &mut Context<'_>, key: &Key) {
    sync_flavour(context, key, &REPLICATION_CONTROLLER);
}

/// Source: `pkg/controller/replicaset/replica_set.go`, `syncReplicaSet`.
fn sync_flavour(context: &mut Context<'_>, key: &Key, flavour: &Flavour) {
    let Some(set) = context.at(key) else { return };
    let spec = fields::at(&set, "spec");
    let Some(selector) = (flavour.selector)(&spec["selector"]) else { return };
    // A template that does not fit would be let go and made again for ever.
    if selector.is_empty() || !selector.fits(&spec["template"]) {
        return;
    }
    let all = adoption::claim(context, "pods", &set, &selector);
    context.rest(flavour.controller, key, all.len());
    let (active, leaving): (Vec<Object>, Vec<Object>) =
        all.into_iter().filter(|pod| !pods::has_ended(pod)).partition(|pod| pods::is_active(pod));
    let failure =
        if fields::is_deleting(&set) { None } else { manage(context, flavour, &set, &active) };
    let Some(set) = context.at(key) else { return };
    let status = status(context, &set, &active, leaving.len(), failure);
    if status != set["status"] {
        context.change(flavour.resource, &set, |set| fields::set(set, "status", status));
    }
    wake_when_available(context, flavour, key, (&set, &active));
}

/// How many replicas an object asks for; one unless it says otherwise.
pub(super) fn wanted(object: &Value) -> i64 {
    fields::number(object, "spec.replicas").unwrap_or(1).max(0)
}

/// Makes or deletes pods; the reason where it could not.
fn manage(
    context: &mut Context<'_>,
    flavour: &Flavour,
    set: &Object,
    active: &[Object],
) -> Option<(&'static str, String)> {
    let wanted = usize::try_from(wanted(set)).unwrap_or(0).min(MOST_PODS);
    if active.len() < wanted {
        return make(context, flavour, set, (wanted - active.len()).min(BURST));
    }
    let surplus = (active.len() - wanted).min(BURST);
    if surplus > 0 {
        for pod in pods::in_order_of_dispensability(active.to_vec()).iter().take(surplus) {
            context.delete("pods", fields::namespace(pod), fields::name(pod));
            let message = format!("Deleted pod: {}", fields::name(pod));
            context.normal(flavour.source, set, "SuccessfulDelete", &message);
        }
    }
    None
}

fn make(
    context: &mut Context<'_>,
    flavour: &Flavour,
    set: &Object,
    number: usize,
) -> Option<(&'static str, String)> {
    for _ in 0..number {
        let pod = template::pod_of(set, fields::at(set, "spec.template"));
        match context.create("pods", pod) {
            Ok(pod) => {
                let message = format!("Created pod: {}", fields::name(&pod));
                context.normal(flavour.source, set, "SuccessfulCreate", &message);
            }
            Err(status) => {
                let message = format!("Error creating: {status}");
                context.warning(flavour.source, set, "FailedCreate", &message);
                // The real one tries again with growing pauses.
                let key = Key::of(&flavour.resource.into(), set);
                context.later(flavour.controller, &key, fields::later(context.now, 10));
                return Some(("FailedCreate", status.to_string()));
            }
        }
    }
    None
}

/// Source: `pkg/controller/replicaset/replica_set_utils.go`, `calculateStatus`.
fn status(
    context: &Context<'_>,
    set: &Value,
    active: &[Object],
    leaving: usize,
    failure: Option<(&str, String)>,
) -> Value {
    let min_ready = fields::count(set, "spec.minReadySeconds");
    let labels = &set["spec"]["template"]["metadata"]["labels"];
    let template = Selector::of_map(labels);
    let count = |test: &dyn Fn(&Object) -> bool| active.iter().filter(|pod| test(pod)).count();
    let available =
        |pod: &Object| pods::available_at(pod, min_ready).is_some_and(|at| at <= context.now);
    let mut status = Map::new();
    status.insert("replicas".to_owned(), json!(active.len()));
    let counts = [
        (
            "fullyLabeledReplicas",
            count(&|pod| template.as_ref().is_none_or(|template| template.fits(pod))),
        ),
        ("readyReplicas", count(&|pod| pods::is_ready(pod))),
        ("availableReplicas", count(&available)),
    ];
    for (name, number) in counts.into_iter().filter(|(_, number)| *number > 0) {
        status.insert(name.to_owned(), json!(number));
    }
    status.insert("terminatingReplicas".to_owned(), json!(leaving));
    let generation = fields::number(set, "metadata.generation").unwrap_or(1);
    status.insert("observedGeneration".to_owned(), json!(generation));
    let mut list = fields::items(set, "status.conditions").to_vec();
    match failure {
        Some((reason, message)) => {
            let condition =
                Condition { kind: "ReplicaFailure", status: "True", reason, message: &message };
            conditions::set(&mut list, condition, context.now);
        }
        None => conditions::remove(&mut list, "ReplicaFailure"),
    }
    if !list.is_empty() {
        status.insert("conditions".to_owned(), Value::Array(list));
    }
    Value::Object(status)
}

/// A pod becomes available by nothing but time.
fn wake_when_available(
    context: &mut Context<'_>,
    flavour: &Flavour,
    key: &Key,
    (set, active): (&Value, &[Object]),
) {
    let min_ready = fields::count(set, "spec.minReadySeconds");
    let next = active.iter().filter_map(|pod| pods::available_at(pod, min_ready));
    if let Some(at) = next.filter(|at| *at > context.now).min() {
        context.later(flavour.controller, key, at);
    }
}
