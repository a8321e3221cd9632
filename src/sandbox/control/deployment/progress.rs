use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::super::{Object, fields};
use super::super::context::Context;
use super::super::key::Key;
use super::super::pods::condition;
use super::super::replica_set::wanted;
use super::replica_sets::Family;
use super::rollout::max_unavailable;
use super::sync::RESOURCE;

/// Whether the deployment's rollout has a time limit; a deployment of the API always has.
pub(super) fn has_deadline(deployment: &Value) -> bool {
    deadline_seconds(deployment).is_some()
}

fn deadline_seconds(deployment: &Value) -> Option<i64> {
    fields::number(deployment, "spec.progressDeadlineSeconds").filter(|s| *s < i64::from(i32::MAX))
}

/// Sets the condition of progress.
pub(super) fn set(object: &mut Value, status: &str, words: (&str, &str), now: Timestamp) {
    let mut list = fields::items(object, "status.conditions").to_vec();
    put(&mut list, "Progressing", status, words, now);
    fields::set(object, "status.conditions", list);
}

/// Sets a condition of a deployment, which has two times: of its last change and of its
/// last confirmation. The same status for the same reason is left as it is.
///
/// Source: `deployment_util.go`, `SetDeploymentCondition`.
fn put(
    list: &mut Vec<Value>,
    kind: &str,
    status: &str,
    (reason, message): (&str, &str),
    now: Timestamp,
) {
    let old = list.iter().find(|one| one["type"] == kind);
    if old.is_some_and(|old| old["status"] == status && old["reason"] == reason) {
        return;
    }
    let since = old.filter(|old| old["status"] == status).map(|o| o["lastTransitionTime"].clone());
    let new = json!({
        "type": kind,
        "status": status,
        "lastUpdateTime": fields::seconds(now),
        "lastTransitionTime": since.unwrap_or_else(|| json!(fields::seconds(now))),
        "reason": reason,
        "message": message,
    });
    list.retain(|one| one["type"] != kind);
    list.push(new);
}

/// The new replica set could not be made.
pub(super) fn fail(context: &mut Context<'_>, deployment: &Object, message: &str) {
    let now = context.now;
    if has_deadline(deployment) {
        context.change(RESOURCE, deployment, |deployment| {
            set(deployment, "False", ("ReplicaSetCreateError", message), now);
        });
    }
}

/// Source: `pkg/controller/deployment/sync.go`, `checkPausedConditions`.
pub(super) fn check_paused(context: &mut Context<'_>, deployment: &Object) {
    let reason = condition(deployment, "Progressing").map(|one| fields::text(one, "reason"));
    if !has_deadline(deployment) || reason == Some("ProgressDeadlineExceeded") {
        return;
    }
    let words = match (fields::flag(deployment, "spec.paused"), reason == Some("DeploymentPaused"))
    {
        (true, false) => ("DeploymentPaused", "Deployment is paused"),
        (false, true) => ("DeploymentResumed", "Deployment is resumed"),
        _ => return,
    };
    let now = context.now;
    context.change(RESOURCE, deployment, |deployment| set(deployment, "Unknown", words, now));
}

/// Whether all replicas are new and available and no old ones are left.
///
/// Source: `deployment_util.go`, `DeploymentComplete`.
pub(super) fn is_complete(deployment: &Value, family: &Family) -> bool {
    let counts = Counts::of(family);
    complete(deployment, &counts)
}

fn complete(deployment: &Value, counts: &Counts) -> bool {
    let replicas = wanted(deployment);
    counts.updated == replicas && counts.replicas == replicas && counts.available == replicas
}

/// The numbers of a status.
struct Counts {
    wanted: i64,
    replicas: i64,
    updated: i64,
    ready: i64,
    available: i64,
    leaving: i64,
}

impl Counts {
    fn of(family: &Family) -> Self {
        let sum = |path: &str| family.all().map(|set| fields::count(set, path)).sum();
        Self {
            wanted: family.replicas(),
            replicas: sum("status.replicas"),
            updated: family.new.as_ref().map_or(0, |new| fields::count(new, "status.replicas")),
            ready: sum("status.readyReplicas"),
            available: sum("status.availableReplicas"),
            leaving: sum("status.terminatingReplicas"),
        }
    }
}

/// Writes what there is; with an eye on the progress during a rollout.
///
/// Source: `pkg/controller/deployment/progress.go`, `syncRolloutStatus`;
/// `sync.go`, `calculateStatus`.
pub(super) fn write_status(
    context: &mut Context<'_>,
    deployment: &Object,
    family: &Family,
    in_rollout: bool,
) {
    let name = fields::name(deployment);
    let Some(deployment) = context.get(RESOURCE, fields::namespace(deployment), name) else {
        return;
    };
    let counts = Counts::of(family);
    let mut list = fields::items(&deployment, "status.conditions").to_vec();
    availability(&deployment, &counts, &mut list, context.now);
    if !has_deadline(&deployment) {
        list.retain(|one| one["type"] != "Progressing");
    } else if in_rollout {
        estimate(&deployment, family, &mut list, (&counts, context.now));
    }
    if in_rollout {
        carry_failure(family, &mut list, context.now);
    }
    let status = status(&deployment, &counts, list);
    if status != deployment["status"] {
        context
            .change(RESOURCE, &deployment, |deployment| fields::set(deployment, "status", status));
    }
}

fn status(deployment: &Value, counts: &Counts, conditions: Vec<Value>) -> Value {
    let mut status = Map::new();
    let generation = fields::number(deployment, "metadata.generation").unwrap_or(1);
    status.insert("observedGeneration".to_owned(), json!(generation));
    let missing = counts.wanted - counts.available;
    let numbers = [
        ("replicas", counts.replicas),
        ("updatedReplicas", counts.updated),
        ("readyReplicas", counts.ready),
        ("availableReplicas", counts.available),
        ("unavailableReplicas", missing),
        ("collisionCount", fields::count(deployment, "status.collisionCount")),
    ];
    for (name, number) in numbers.into_iter().filter(|(_, number)| *number > 0) {
        status.insert(name.to_owned(), json!(number));
    }
    status.insert("terminatingReplicas".to_owned(), json!(counts.leaving));
    if !conditions.is_empty() {
        status.insert("conditions".to_owned(), Value::Array(conditions));
    }
    Value::Object(status)
}

fn availability(deployment: &Value, counts: &Counts, list: &mut Vec<Value>, now: Timestamp) {
    if counts.available >= wanted(deployment) - max_unavailable(deployment) {
        let words = ("MinimumReplicasAvailable", "Deployment has minimum availability.");
        put(list, "Available", "True", words, now);
    } else {
        let words =
            ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        put(list, "Available", "False", words, now);
    }
}

fn estimate(
    deployment: &Value,
    family: &Family,
    list: &mut Vec<Value>,
    (counts, now): (&Counts, Timestamp),
) {
    let current = condition(deployment, "Progressing");
    let reason = current.map(|one| fields::text(one, "reason"));
    if counts.replicas == counts.updated && reason == Some("NewReplicaSetAvailable") {
        return;
    }
    let who = match &family.new {
        Some(new) => format!("ReplicaSet {:?}", fields::name(new)),
        None => format!("Deployment {:?}", fields::name(deployment)),
    };
    if complete(deployment, counts) {
        let message = format!("{who} has successfully progressed.");
        put(list, "Progressing", "True", ("NewReplicaSetAvailable", &message), now);
    } else if has_progressed(deployment, counts) {
        let message = format!("{who} is progressing.");
        let since = current
            .filter(|one| one["status"] == "True")
            .map(|one| one["lastTransitionTime"].clone());
        list.retain(|one| one["type"] != "Progressing");
        put(list, "Progressing", "True", ("ReplicaSetUpdated", &message), now);
        if let (Some(since), Some(last)) = (since, list.last_mut()) {
            fields::set(last, "lastTransitionTime", since);
        }
    } else if has_timed_out(deployment, now) {
        let message = format!("{who} has timed out progressing.");
        put(list, "Progressing", "False", ("ProgressDeadlineExceeded", &message), now);
    }
}

/// Source: `deployment_util.go`, `DeploymentProgressing`.
fn has_progressed(deployment: &Value, counts: &Counts) -> bool {
    let old = |name: &str| fields::count(deployment, &format!("status.{name}"));
    let old_pods = old("replicas") - old("updatedReplicas");
    counts.updated > old("updatedReplicas")
        || counts.replicas - counts.updated < old_pods
        || counts.ready > old("readyReplicas")
        || counts.available > old("availableReplicas")
}

/// Source: `deployment_util.go`, `DeploymentTimedOut`.
fn has_timed_out(deployment: &Value, now: Timestamp) -> bool {
    let Some(current) = condition(deployment, "Progressing") else { return false };
    match fields::text(current, "reason") {
        "NewReplicaSetAvailable" => false,
        "ProgressDeadlineExceeded" => true,
        _ => times_out_at(deployment, current).is_some_and(|at| at <= now),
    }
}

fn times_out_at(deployment: &Value, progressing: &Value) -> Option<Timestamp> {
    let since = fields::time(progressing, "lastUpdateTime")?;
    Some(fields::later(since, deadline_seconds(deployment)?))
}

/// When a rollout that is under way has to be looked at though nothing happened.
///
/// Source: `progress.go`, `requeueStuckDeployment`.
pub(super) fn deadline(context: &Context<'_>, key: &Key) -> Option<Timestamp> {
    let deployment = context.at(key)?;
    let progressing = condition(&deployment, "Progressing")?;
    let over = ["NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused"];
    if over.contains(&fields::text(progressing, "reason")) {
        return None;
    }
    Some(fields::later(times_out_at(&deployment, progressing)?, 1))
}

/// What keeps a replica set from making pods is the deployment's trouble too.
///
/// Source: `progress.go`, `getReplicaFailures`.
fn carry_failure(family: &Family, list: &mut Vec<Value>, now: Timestamp) {
    let failing = family.new.iter().chain(&family.old);
    match failing.into_iter().find_map(|set| condition(set, "ReplicaFailure")) {
        Some(failure) => {
            let words = (fields::text(failure, "reason"), fields::text(failure, "message"));
            put(list, "ReplicaFailure", fields::text(failure, "status"), words, now);
        }
        None => list.retain(|one| one["type"] != "ReplicaFailure"),
    }
}
