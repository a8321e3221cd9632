use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::{Object, fields};
use super::adoption;
use super::context::Context;
use super::controllers::Controller;
use super::deployment::{Rounding, part_of};
use super::key::Key;
use super::scheduler::{node_fits, tolerates};
use super::selector::Selector;
use super::{pods, revision, template};

const RESOURCE: &str = "daemonsets.apps";
const SOURCE: &str = "daemonset-controller";
const HASH: &str = "controller-revision-hash";

/// The pods of a daemon set, by node.
type ByNode = BTreeMap<String, Vec<Object>>;

/// Keeps one pod on every node that fits.
///
/// Source: `pkg/controller/daemon/daemon_controller.go`, `syncDaemonSet`.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(set) = context.at(key) else { return };
    let Some(selector) = Selector::of_labels(fields::at(&set, "spec.selector")) else { return };
    if selector.is_empty() {
        let message = "This daemon set is selecting all pods. A non-empty selector is required.";
        context.warning(SOURCE, &set, "SelectingAll", message);
        return;
    }
    if fields::is_deleting(&set) || !selector.fits(&set["spec"]["template"]) {
        return;
    }
    let revisions = revision::of(context, &set, HASH);
    let Some(current) = revisions.last() else { return };
    let hash = revision::hash_of(current, HASH).to_owned();
    let nodes: Vec<Object> = context.store.list("nodes", None).cloned().collect();
    let all = adoption::claim(context, "pods", &set, &selector);
    place(context, &set, (&nodes, &hash), &by_node(&all));
    let all = adoption::claim(context, "pods", &set, &selector);
    update(context, &set, (&nodes, &hash), &by_node(&all));
    let is_used = |revision: &Object| {
        let hash = revision::hash_of(revision, HASH);
        all.iter().any(|pod| fields::label(pod, HASH) == Some(hash))
    };
    revision::clean_up(context, &set, &revisions, is_used);
    let all = adoption::claim(context, "pods", &set, &selector);
    write_status(context, key, (&nodes, &hash), &by_node(&all));
}

fn by_node(all: &[Object]) -> ByNode {
    let mut by_node = ByNode::new();
    for pod in all {
        by_node.entry(node_of(pod).to_owned()).or_default().push(pod.clone());
    }
    by_node
}

/// The node that a daemon's pod is on, or is meant for.
///
/// Source: `pkg/controller/daemon/util/daemonset_util.go`, `GetTargetNodeName`.
fn node_of(pod: &Value) -> &str {
    let node = fields::text(pod, "spec.nodeName");
    if !node.is_empty() {
        return node;
    }
    let terms = fields::items(
        pod,
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
    );
    let mut names = terms.iter().flat_map(|term| fields::items(term, "matchFields"));
    names.find_map(|field| field["values"][0].as_str()).unwrap_or_default()
}

/// Whether a node is to have a pod, and whether one that is there may stay.
///
/// Source: `daemon_controller.go`, `NodeShouldRunDaemonPod`.
fn fits(set: &Value, node: &Value) -> (bool, bool) {
    let template = &set["spec"]["template"];
    let name = fields::text(template, "spec.nodeName");
    if !(name.is_empty() || name == fields::name(node)) || !node_fits(template, node) {
        return (false, false);
    }
    let tolerations = tolerations(template);
    let taints = fields::items(node, "spec.taints");
    let bears = |effects: &[&str]| {
        let relevant =
            taints.iter().filter(|taint| effects.contains(&fields::text(taint, "effect")));
        relevant.into_iter().all(|taint| tolerates(&tolerations, taint))
    };
    (bears(&["NoSchedule", "NoExecute"]), bears(&["NoExecute"]))
}

/// What the template bears, and what every daemon does.
///
/// Source: `daemonset_util.go`, `AddOrUpdateDaemonPodTolerations`.
fn tolerations(template: &Value) -> Vec<Value> {
    let mut all = fields::items(template, "spec.tolerations").to_vec();
    let mut every = vec![
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    ];
    if fields::flag(template, "spec.hostNetwork") {
        every.push(("network-unavailable", "NoSchedule"));
    }
    all.extend(every.into_iter().map(|(key, effect)| {
        json!({ "key": format!("node.kubernetes.io/{key}"), "operator": "Exists", "effect": effect })
    }));
    all
}

fn place(
    context: &mut Context<'_>,
    set: &Object,
    (nodes, hash): (&[Object], &str),
    by_node: &ByNode,
) {
    for (node, pods) in by_node {
        if !nodes.iter().any(|one| fields::name(one) == node) {
            pods.iter().for_each(|pod| delete(context, set, pod));
        }
    }
    for node in nodes {
        let none = Vec::new();
        let pods = by_node.get(fields::name(node)).unwrap_or(&none);
        let (wanted, may_stay) = fits(set, node);
        let active: Vec<&Object> = pods.iter().filter(|pod| !fields::is_deleting(pod)).collect();
        if !may_stay {
            active.iter().for_each(|pod| delete(context, set, pod));
            continue;
        }
        if wanted && pods.is_empty() {
            create(context, set, fields::name(node), hash);
        }
        keep_one(context, set, fields::name(node), &active);
    }
}

/// Ends failed pods, and all but the oldest.
fn keep_one(context: &mut Context<'_>, set: &Object, node: &str, active: &[&Object]) {
    let (ended, mut running): (Vec<&Object>, Vec<&Object>) =
        active.iter().partition(|pod| pods::has_ended(pod));
    for pod in ended {
        let (namespace, name) = (fields::namespace(pod), fields::name(pod));
        let message = format!(
            "Found failed daemon pod {namespace}/{name} on node {node}, will try to kill it"
        );
        context.warning(SOURCE, set, "FailedDaemonPod", &message);
        delete(context, set, pod);
    }
    running.sort_by_key(|pod| {
        let created = fields::text(pod, "metadata.creationTimestamp");
        (fields::text(pod, "spec.nodeName").is_empty(), created.to_owned())
    });
    running.iter().skip(1).for_each(|pod| delete(context, set, pod));
}

fn create(context: &mut Context<'_>, set: &Object, node: &str, hash: &str) {
    let mut pod = template::pod_of(set, &set["spec"]["template"]);
    fields::annotate(&mut pod, "labels", HASH, hash);
    let generation = fields::annotation(set, "deprecated.daemonset.template.generation");
    let generation = if generation.is_empty() { "1" } else { generation };
    fields::annotate(&mut pod, "labels", "pod-template-generation", generation);
    let tolerations = tolerations(&set["spec"]["template"]);
    fields::set(&mut pod, "spec.tolerations", tolerations);
    fields::set(
        &mut pod,
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
        json!({ "nodeSelectorTerms": [{ "matchFields": [
            { "key": "metadata.name", "operator": "In", "values": [node] },
        ] }] }),
    );
    match context.create("pods", pod) {
        Ok(pod) => {
            let message = format!("Created pod: {}", fields::name(&pod));
            context.normal(SOURCE, set, "SuccessfulCreate", &message);
        }
        Err(status) => {
            let message = format!("Error creating: {status}");
            context.warning(SOURCE, set, "FailedCreate", &message);
            let key = Key::of(&RESOURCE.into(), set);
            context.later(Controller::DaemonSet, &key, fields::later(context.now, 10));
        }
    }
}

fn delete(context: &mut Context<'_>, set: &Object, pod: &Object) {
    context.delete("pods", fields::namespace(pod), fields::name(pod));
    let message = format!("Deleted pod: {}", fields::name(pod));
    context.normal(SOURCE, set, "SuccessfulDelete", &message);
}

/// Deletes pods of old templates, as many as may be missing at once.
///
/// Source: `pkg/controller/daemon/update.go`, `rollingUpdate`.
fn update(
    context: &mut Context<'_>,
    set: &Object,
    (nodes, hash): (&[Object], &str),
    by_node: &ByNode,
) {
    if fields::text(set, "spec.updateStrategy.type") == "OnDelete" {
        return;
    }
    let wanted: Vec<&Object> = nodes.iter().filter(|node| fits(set, node).0).collect();
    let total = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    let allowed = match fields::at(set, "spec.updateStrategy.rollingUpdate.maxUnavailable") {
        Value::Null => 1,
        value => part_of(value, total, Rounding::Up).max(1),
    };
    let mut missing = 0;
    let (mut sick, mut well) = (Vec::new(), Vec::new());
    for node in wanted {
        let pods = by_node.get(fields::name(node)).map_or(&[][..], Vec::as_slice);
        match pods.iter().find(|pod| !fields::is_deleting(pod)) {
            None => missing += 1,
            Some(pod) => {
                let available = is_available(context, set, pod);
                missing += i64::from(!available);
                if fields::label(pod, HASH) != Some(hash) {
                    if available { well.push(pod.clone()) } else { sick.push(pod.clone()) }
                }
            }
        }
    }
    let room = usize::try_from(allowed - missing).unwrap_or(0);
    for pod in sick.iter().chain(well.iter().take(room)) {
        delete(context, set, pod);
    }
}

fn is_available(context: &mut Context<'_>, set: &Object, pod: &Object) -> bool {
    let at = pods::available_at(pod, fields::count(set, "spec.minReadySeconds"));
    if let Some(at) = at.filter(|at| *at > context.now) {
        context.later(Controller::DaemonSet, &Key::of(&RESOURCE.into(), set), at);
    }
    at.is_some_and(|at| at <= context.now)
}

/// Source: `daemon_controller.go`, `updateDaemonSetStatus`.
fn write_status(
    context: &mut Context<'_>,
    key: &Key,
    (nodes, hash): (&[Object], &str),
    by_node: &ByNode,
) {
    let Some(set) = context.at(key) else { return };
    let [mut wanted, mut scheduled, mut astray, mut ready, mut updated, mut available] = [0_i64; 6];
    for node in nodes {
        let pods = by_node.get(fields::name(node)).map_or(&[][..], Vec::as_slice);
        let oldest = pods.iter().min_by_key(|pod| fields::is_deleting(pod));
        if !fits(&set, node).0 {
            astray += i64::from(oldest.is_some());
            continue;
        }
        wanted += 1;
        let Some(pod) = oldest else { continue };
        scheduled += 1;
        ready += i64::from(pods::is_ready(pod));
        available += i64::from(is_available(context, &set, pod));
        updated += i64::from(fields::label(pod, HASH) == Some(hash));
    }
    let mut status: Map<String, Value> = Map::new();
    let always = [
        ("currentNumberScheduled", scheduled),
        ("desiredNumberScheduled", wanted),
        ("numberMisscheduled", astray),
        ("numberReady", ready),
        ("observedGeneration", fields::number(&set, "metadata.generation").unwrap_or(1)),
    ];
    let some = [
        ("numberAvailable", available),
        ("numberUnavailable", wanted - available),
        ("updatedNumberScheduled", updated),
    ];
    let some = some.into_iter().filter(|(_, number)| *number > 0);
    for (name, number) in always.into_iter().chain(some) {
        status.insert(name.to_owned(), json!(number));
    }
    let status = Value::Object(status);
    if status != set["status"] {
        context.change(RESOURCE, &set, |set| fields::set(set, "status", status));
    }
}
