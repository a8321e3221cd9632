use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::super::record::{Event, Kind};
use super::super::super::{Object, fields};
use super::super::context::Context;
use super::super::controllers::Controller;
use super::super::key::Key;
use super::demand::Demand;
use super::filter::{Obstacle, rejection};
use super::ledger::{Ledger, ended};
use super::score::score;
use super::topology::View;
use super::words::{WhyNot, fit_error};

const SOURCE: &str = "default-scheduler";

/// A pod that fits nowhere is tried again after so long, whatever has changed.
///
/// Source: `pkg/scheduler/backend/queue/scheduling_queue.go`,
/// `DefaultPodMaxInUnschedulablePodsDuration`.
const TRY_AGAIN: i64 = 300;

/// Between two tries there are at least 1, 2, 4, then 8 seconds, 10 at most.
///
/// Source: `scheduling_queue.go`, `DefaultPodInitialBackoffDuration`.
const LONGEST_BACK_OFF: i64 = 10;

/// What the scheduler remembers: where pods are, and which fit nowhere.
#[derive(Debug, Default)]
pub(in super::super) struct Scheduler {
    /// Where pods are.
    pub(in super::super) ledger: Ledger,
    waiting: BTreeMap<Key, Waiting>,
}

/// A pod that fits nowhere.
#[derive(Debug)]
struct Waiting {
    obstacles: BTreeSet<Obstacle>,
    tries: u32,
    last: Timestamp,
}

/// Looks at a pod, or at something that pods may wait for: a node, a claim.
pub(in super::super) fn schedule(context: &mut Context<'_>, scheduler: &mut Scheduler, key: &Key) {
    match &*key.resource {
        "nodes" => {
            wake(context, scheduler, &[Obstacle::Node, Obstacle::Room, Obstacle::Neighbours])
        }
        "persistentvolumeclaims" => wake(context, scheduler, &[Obstacle::Claim]),
        _ => match context.at(key) {
            Some(pod) if waits(&pod) => place(context, scheduler, key, &pod),
            Some(pod) if ended(&pod) => freed(context, scheduler, key),
            Some(_) => {
                scheduler.waiting.remove(key);
                wake(context, scheduler, &[Obstacle::Neighbours]);
            }
            None => freed(context, scheduler, key),
        },
    }
}

/// Whether a pod is the scheduler's to place.
fn waits(pod: &Value) -> bool {
    let scheduler = fields::text(pod, "spec.schedulerName");
    fields::text(pod, "spec.nodeName").is_empty()
        && !ended(pod)
        && !fields::is_deleting(pod)
        && (scheduler.is_empty() || scheduler == SOURCE)
}

fn freed(context: &mut Context<'_>, scheduler: &mut Scheduler, key: &Key) {
    scheduler.waiting.remove(key);
    wake(context, scheduler, &[Obstacle::Room, Obstacle::Neighbours]);
}

/// Tries those again that waited for something that has changed.
fn wake(context: &mut Context<'_>, scheduler: &Scheduler, changed: &[Obstacle]) {
    for (key, waiting) in &scheduler.waiting {
        if changed.iter().any(|one| waiting.obstacles.contains(one)) {
            let wait = 1_i64.checked_shl(waiting.tries.saturating_sub(1)).unwrap_or(i64::MAX);
            let at = fields::later(waiting.last, wait.clamp(1, LONGEST_BACK_OFF));
            context.later(Controller::Scheduler, key, at);
        }
    }
}

fn place(context: &mut Context<'_>, scheduler: &mut Scheduler, key: &Key, pod: &Object) {
    if let Some(waiting) = scheduler.waiting.get(key)
        && waiting.last == context.now
    {
        // Its own condition was written; nothing else is new.
        context.later(Controller::Scheduler, key, fields::later(context.now, TRY_AGAIN));
        return;
    }
    if !fields::items(pod, "spec.schedulingGates").is_empty() {
        let message = "Scheduling is blocked due to non-empty scheduling gates";
        set_condition(context, pod, "SchedulingGated", message);
        return;
    }
    match choose(context, &scheduler.ledger, pod) {
        Ok(node) => {
            scheduler.waiting.remove(key);
            bind(context, pod, &node);
        }
        Err((why, nodes)) => fail(context, scheduler, (key, pod), (&why, nodes)),
    }
}

/// The best node; or why there is none, and how many there are.
fn choose(context: &Context<'_>, ledger: &Ledger, pod: &Value) -> Result<String, (WhyNot, usize)> {
    let nodes: Vec<Object> = context.store.list("nodes", None).cloned().collect();
    if nodes.is_empty() {
        return Err((WhyNot::NoNodes, 0));
    }
    if let Some(reason) = claims_hold_back(context, pod) {
        return Err((WhyNot::Pod(reason), nodes.len()));
    }
    let view = View { store: context.store, ledger, nodes: &nodes };
    let demand = Demand::of(pod);
    let mut rejections = Vec::new();
    let mut best: Option<(i64, &str)> = None;
    for node in &nodes {
        if let Some(rejection) = rejection(&view, pod, &demand, node) {
            rejections.push(rejection);
            continue;
        }
        let score = score(&view, pod, &demand, node);
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, fields::name(node)));
        }
    }
    best.map(|(_, name)| name.to_owned()).ok_or((WhyNot::Nodes(rejections), nodes.len()))
}

/// Source: `pkg/scheduler/framework/plugins/volumebinding/volume_binding.go`, `PreFilter`.
fn claims_hold_back(context: &Context<'_>, pod: &Value) -> Option<String> {
    for volume in fields::items(pod, "spec.volumes") {
        let mut name = fields::text(volume, "persistentVolumeClaim.claimName").to_owned();
        if volume["ephemeral"].is_object() {
            name = format!("{}-{}", fields::name(pod), fields::text(volume, "name"));
        }
        if name.is_empty() {
            continue;
        }
        let Some(claim) = context.get("persistentvolumeclaims", fields::namespace(pod), &name)
        else {
            return Some(format!("persistentvolumeclaim {name:?} not found"));
        };
        if fields::is_deleting(&claim) {
            return Some(format!("persistentvolumeclaim {name:?} is being deleted"));
        }
        if fields::text(&claim, "status.phase") != "Bound" {
            return Some("pod has unbound immediate PersistentVolumeClaims".to_owned());
        }
    }
    None
}

fn bind(context: &mut Context<'_>, pod: &Object, node: &str) {
    let at = fields::seconds(context.now);
    context.change("pods", pod, |pod| {
        fields::set(pod, "spec.nodeName", node);
        let bound = json!({
            "type": "PodScheduled", "status": "True", "lastProbeTime": null,
            "lastTransitionTime": at,
        });
        put_condition(pod, bound);
    });
    let (namespace, name) = (fields::namespace(pod), fields::name(pod));
    let message = format!("Successfully assigned {namespace}/{name} to {node}");
    tell(context, pod, ("Binding", "Scheduled", Kind::Normal), &message);
}

fn fail(
    context: &mut Context<'_>,
    scheduler: &mut Scheduler,
    (key, pod): (&Key, &Object),
    (why, nodes): (&WhyNot, usize),
) {
    let message = fit_error(pod, nodes, why);
    tell(context, pod, ("Scheduling", "FailedScheduling", Kind::Warning), &message);
    set_condition(context, pod, "Unschedulable", &message);
    let obstacles = match why {
        WhyNot::NoNodes => BTreeSet::from([Obstacle::Node]),
        WhyNot::Pod(_) => BTreeSet::from([Obstacle::Claim]),
        WhyNot::Nodes(rejections) => rejections.iter().map(|one| one.obstacle).collect(),
    };
    let tries = scheduler.waiting.get(key).map_or(0, |waiting| waiting.tries);
    let last = context.now;
    scheduler.waiting.insert(key.clone(), Waiting { obstacles, tries: tries + 1, last });
    context.later(Controller::Scheduler, key, fields::later(last, TRY_AGAIN));
}

fn set_condition(context: &mut Context<'_>, pod: &Object, reason: &str, message: &str) {
    let at = fields::seconds(context.now);
    context.change("pods", pod, |pod| {
        let old = fields::items(pod, "status.conditions")
            .iter()
            .find(|one| one["type"] == "PodScheduled");
        let since =
            old.filter(|old| old["status"] == "False").map(|old| old["lastTransitionTime"].clone());
        let condition = json!({
            "type": "PodScheduled",
            "observedGeneration": pod["metadata"]["generation"].as_i64().unwrap_or(1),
            "status": "False", "lastProbeTime": null,
            "lastTransitionTime": since.unwrap_or_else(|| json!(at)),
            "reason": reason, "message": message,
        });
        put_condition(pod, condition);
    });
}

fn put_condition(pod: &mut Value, condition: Value) {
    let mut conditions = fields::items(pod, "status.conditions").to_vec();
    conditions.retain(|one| one["type"] != condition["type"]);
    conditions.push(condition);
    fields::set(pod, "status.conditions", conditions);
}

fn tell(
    context: &mut Context<'_>,
    pod: &Value,
    (action, reason, kind): (&str, &str, Kind),
    message: &str,
) {
    let event = Event {
        source: SOURCE,
        host: None,
        regarding: pod,
        field_path: None,
        kind,
        reason,
        message,
    };
    context.recorder.series_event(context.store, event, action, context.now);
}
