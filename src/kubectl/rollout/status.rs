//! `kubectl rollout status`.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::revisions::revision_of;
use crate::invocation::Invocation;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::Found;
use crate::kubectl::object_watch::{Patience, Waited, Watched, until};
use crate::kubectl::{Io, Session};

/// Waiting for ever is a year.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// How far a rollout is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Progress {
    /// Not at its end; what is said.
    Going(String),
    /// At its end; what is said.
    Done(String),
    /// It will not come to its end.
    Failed(String),
}

/// Follows a rollout.
///
/// Source: `kubectl/pkg/cmd/rollout/rollout_status.go`, `Run`.
pub(super) async fn run(
    one: &Found,
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let flags = &invocation.flags;
    let revision = flags.number("revision").unwrap_or_default();
    let follow = flags.switch("watch");
    if !matches!(one.kind.kind.as_str(), "Deployment" | "DaemonSet" | "StatefulSet") {
        return Err(Failure::message(format!(
            "no status viewer has been implemented for {}",
            one.kind.kind
        )));
    }
    let limit = flags.duration("timeout").and_then(|limit| Duration::try_from(limit).ok());
    let limit = limit.filter(|limit| !limit.is_zero()).unwrap_or(FOR_EVER);
    let (say, mut said) = mpsc::unbounded_channel();
    let kind = one.kind.kind.clone();
    let name = one.name().to_owned();
    let watched = Watched { kind: &one.kind, namespace: one.namespace(), name: one.name() };
    let ends = |object: Option<&Value>| {
        let progress = match object {
            Some(object) => progress(&kind, &name, object, revision),
            None => Progress::Failed("object has been deleted".to_owned()),
        };
        let ends = !follow || !matches!(progress, Progress::Going(_));
        // The other end is in this function.
        let _ = say.send(progress);
        ends
    };
    let waiting = until(&session.cluster, &watched, Patience::until(Instant::now() + limit), ends);
    tokio::pin!(waiting);
    let waited = loop {
        tokio::select! {
            biased;
            Some(progress) = said.recv() => tell(progress, io).await?,
            waited = &mut waiting => break waited?,
            () = Io::until_cancelled(io.cancelled.clone()) => return Err(Failure::Interrupted),
        }
    };
    while let Ok(progress) = said.try_recv() {
        tell(progress, io).await?;
    }
    match waited {
        Waited::Holds(_) => Ok(()),
        Waited::TimedOut => Err(Failure::message("timed out waiting for the condition")),
    }
}

async fn tell(progress: Progress, io: &mut Io) -> Outcome {
    match progress {
        Progress::Going(text) | Progress::Done(text) => Ok(io.out(&(text + "\n")).await?),
        Progress::Failed(text) => Err(Failure::message(text)),
    }
}

/// Source: `kubectl/pkg/polymorphichelpers/rollout_status.go`.
fn progress(kind: &str, name: &str, object: &Value, revision: i64) -> Progress {
    match kind {
        "Deployment" => deployment(name, object, revision),
        "DaemonSet" => daemon_set(name, object),
        _ => stateful_set(object),
    }
}

fn number(object: &Value, part: &str, field: &str) -> i64 {
    object[part][field].as_i64().unwrap_or_default()
}

fn is_observed(object: &Value) -> bool {
    number(object, "metadata", "generation") <= number(object, "status", "observedGeneration")
}

fn deployment(name: &str, object: &Value, revision: i64) -> Progress {
    if revision > 0 {
        let running = revision_of(object);
        if running != revision {
            return Progress::Failed(format!(
                "desired revision ({revision}) is different from the running revision ({running})"
            ));
        }
    }
    if !is_observed(object) {
        return Progress::Going("Waiting for deployment spec update to be observed...".to_owned());
    }
    let conditions = object["status"]["conditions"].as_array();
    let late = conditions.into_iter().flatten().any(|condition| {
        condition["type"] == "Progressing" && condition["reason"] == "ProgressDeadlineExceeded"
    });
    if late {
        return Progress::Failed(format!("deployment {name:?} exceeded its progress deadline"));
    }
    let status = |field: &str| number(object, "status", field);
    let (updated, wanted) = (status("updatedReplicas"), number(object, "spec", "replicas"));
    let waiting = format!("Waiting for deployment {name:?} rollout to finish:");
    if updated < wanted {
        return Progress::Going(format!(
            "{waiting} {updated} out of {wanted} new replicas have been updated..."
        ));
    }
    let old = status("replicas") - updated;
    if old > 0 {
        return Progress::Going(format!("{waiting} {old} old replicas are pending termination..."));
    }
    let available = status("availableReplicas");
    if available < updated {
        return Progress::Going(format!(
            "{waiting} {available} of {updated} updated replicas are available..."
        ));
    }
    Progress::Done(format!("deployment {name:?} successfully rolled out"))
}

/// Whether a strategy can be followed at all.
fn rolls(object: &Value) -> Result<(), Progress> {
    match object["spec"]["updateStrategy"]["type"].as_str() {
        Some("RollingUpdate") | None => Ok(()),
        Some(_) => Err(Progress::Failed(
            "rollout status is only available for RollingUpdate strategy type".to_owned(),
        )),
    }
}

fn daemon_set(name: &str, object: &Value) -> Progress {
    if let Err(failed) = rolls(object) {
        return failed;
    }
    if !is_observed(object) {
        return Progress::Going("Waiting for daemon set spec update to be observed...".to_owned());
    }
    let status = |field: &str| number(object, "status", field);
    let wanted = status("desiredNumberScheduled");
    let waiting = format!("Waiting for daemon set {name:?} rollout to finish:");
    let updated = status("updatedNumberScheduled");
    if updated < wanted {
        return Progress::Going(format!(
            "{waiting} {updated} out of {wanted} new pods have been updated..."
        ));
    }
    let available = status("numberAvailable");
    if available < wanted {
        return Progress::Going(format!(
            "{waiting} {available} of {wanted} updated pods are available..."
        ));
    }
    Progress::Done(format!("daemon set {name:?} successfully rolled out"))
}

fn stateful_set(object: &Value) -> Progress {
    if let Err(failed) = rolls(object) {
        return failed;
    }
    let status = |field: &str| number(object, "status", field);
    if status("observedGeneration") == 0 || !is_observed(object) {
        return Progress::Going("Waiting for statefulset spec update to be observed...".to_owned());
    }
    let wanted = number(object, "spec", "replicas");
    let missing = wanted - status("readyReplicas");
    if missing > 0 {
        return Progress::Going(format!("Waiting for {missing} pods to be ready..."));
    }
    let updated = status("updatedReplicas");
    let strategy = &object["spec"]["updateStrategy"];
    if strategy["type"] == "RollingUpdate" && strategy["rollingUpdate"].is_object() {
        if let Some(partition) = strategy["rollingUpdate"]["partition"].as_i64()
            && updated < wanted - partition
        {
            return Progress::Going(format!(
                "Waiting for partitioned roll out to finish: {updated} out of {} new pods have been updated...",
                wanted - partition
            ));
        }
        return Progress::Done(format!(
            "partitioned roll out complete: {updated} new pods have been updated..."
        ));
    }
    let text = |field: &str| object["status"][field].as_str().unwrap_or_default();
    if text("updateRevision") != text("currentRevision") {
        return Progress::Going(format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision {}...",
            text("updateRevision")
        ));
    }
    Progress::Done(format!(
        "statefulset rolling update complete {} pods at revision {}...",
        status("currentReplicas"),
        text("currentRevision")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_deployment_is_told_step_by_step() {
        let check = |status: Value, wanted: Progress| {
            let object =
                json!({"metadata": {"generation": 2}, "spec": {"replicas": 3}, "status": status});
            assert_eq!(deployment("web", &object, 0), wanted, "{object}");
        };
        let going = |text: &str| Progress::Going(text.to_owned());
        check(
            json!({"observedGeneration": 1}),
            going("Waiting for deployment spec update to be observed..."),
        );
        check(
            json!({"observedGeneration": 2, "updatedReplicas": 1}),
            going(
                "Waiting for deployment \"web\" rollout to finish: 1 out of 3 new replicas have been updated...",
            ),
        );
        check(
            json!({"observedGeneration": 2, "updatedReplicas": 3, "replicas": 4}),
            going(
                "Waiting for deployment \"web\" rollout to finish: 1 old replicas are pending termination...",
            ),
        );
        check(
            json!({"observedGeneration": 2, "updatedReplicas": 3, "replicas": 3, "availableReplicas": 2}),
            going(
                "Waiting for deployment \"web\" rollout to finish: 2 of 3 updated replicas are available...",
            ),
        );
        check(
            json!({"observedGeneration": 2, "updatedReplicas": 3, "replicas": 3, "availableReplicas": 3}),
            Progress::Done("deployment \"web\" successfully rolled out".to_owned()),
        );
        check(
            json!({"observedGeneration": 2, "conditions": [{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]}),
            Progress::Failed("deployment \"web\" exceeded its progress deadline".to_owned()),
        );
    }

    #[test]
    fn a_stateful_set_rolls_in_partitions() {
        let object = json!({
            "metadata": {"generation": 1},
            "spec": {"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}},
            "status": {"observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": 1},
        });
        assert_eq!(
            stateful_set(&object),
            Progress::Going("Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...".to_owned())
        );
    }
}
