//! `kubectl rollout pause`, `resume` and `restart`.

use serde_json::{Value, json};

use crate::invocation::Invocation;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::{Change, Found};
use crate::kubectl::written::{DryRun, Written};
use crate::kubectl::{Io, Session};

/// Pauses, resumes or restarts a workload.
///
/// Source: `kubectl/pkg/polymorphichelpers/object{paus,resum,restart}er.go`.
pub(super) async fn run(
    one: &Found,
    sub_verb: &str,
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let mut written = Written::asked(invocation)?;
    let now = session.cluster.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let kind = one.kind.kind.as_str();
    let paused = one.object["spec"]["paused"] == true;
    let (patch, verb) = match (sub_verb, kind) {
        ("pause", "Deployment") if paused => return Err(about(one, "is already paused")),
        ("pause", "Deployment") => (json!({"spec": {"paused": true}}), "paused"),
        ("pause", _) => return Err(about(one, "pausing is not supported")),
        ("resume", "Deployment") if !paused => return Err(about(one, "is not paused")),
        ("resume", "Deployment") => (json!({"spec": {"paused": null}}), "resumed"),
        ("resume", _) => return Err(about(one, "resuming is not supported")),
        (_, "Deployment") if paused => {
            return Err(about(one, "can't restart paused deployment (run rollout resume first)"));
        }
        (_, "Deployment" | "DaemonSet" | "StatefulSet") => (restarted_at(one, &now)?, "restarted"),
        _ => return Err(about(one, "restarting is not supported")),
    };
    let manager = invocation.flags.text("field-manager").unwrap_or("kubectl-rollout");
    let change = Change::merge(sub_verb, &patch, manager, DryRun::No);
    let object = one.change(&change, session).await?;
    written.object(io, &object, verb).await
}

fn restarted_at(one: &Found, now: &str) -> Result<Value, Failure> {
    const KEY: &str = "kubectl.kubernetes.io/restartedAt";
    if one.object["spec"]["template"]["metadata"]["annotations"][KEY] == now {
        return Err(Failure::message(format!(
            "error: failed to create patch for {}: if restart has already been triggered within the past second, please wait before attempting to trigger another",
            one.name()
        )));
    }
    Ok(json!({"spec": {"template": {"metadata": {"annotations": {KEY: now}}}}}))
}

/// Source: `rollout_pause.go`, `RunPause`, and its siblings.
fn about(one: &Found, what: &str) -> Failure {
    Failure::message(format!("error: {} {:?} {what}", one.kind.group_resource(), one.name()))
}
