//! `kubectl cordon` and `uncordon`.

use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::found::{Change, Found};
use super::get_request::items_of;
use super::written::DryRun;
use super::{Io, Session};
use crate::base::safe_line;
use crate::cluster::ApiRequest;
use crate::invocation::{Invocation, Verb};

/// Whether new pods may come to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schedule {
    /// They may not.
    Off,
    /// They may.
    On,
}

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/drain/drain.go`, `RunCordonOrUncordon`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let schedule = match invocation.verb {
        Verb::Uncordon => Schedule::On,
        _ => Schedule::Off,
    };
    let (nodes, mut failures) = nodes(invocation, session).await?;
    for node in nodes {
        if let Err(failure) = set(&node, schedule, invocation, session, io).await {
            failures.push(failure);
        }
    }
    Failure::collect(failures)
}

/// The nodes that are named or selected.
///
/// Source: `drain.go`, `Complete`.
pub(super) async fn nodes(
    invocation: &Invocation,
    session: &Session,
) -> Result<(Vec<Found>, Vec<Failure>), Failure> {
    let verb = invocation.verb.name();
    let selector = invocation.flags.text("selector").filter(|text| !text.is_empty());
    let names = invocation.args.as_slice();
    if names.is_empty() && selector.is_none() {
        return Err(Failure::message(format!(
            "USAGE: {verb} NODE [flags]\nSee 'kubectl {verb} -h' for help and examples"
        )));
    }
    if !names.is_empty() && selector.is_some() {
        return Err(Failure::message(
            "error: cannot specify both a node name and a --selector option",
        ));
    }
    let kind = session.cluster.kind_called("nodes").await?;
    let found = |object: Value| Found { kind: kind.clone(), object };
    if let Some(selector) = selector {
        let request = ApiRequest::get(kind.path(None)).with("labelSelector", selector);
        let nodes = items_of(session.cluster.json(&request).await?);
        return Ok((nodes.into_iter().map(found).collect(), Vec::new()));
    }
    let (mut nodes, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        let name = name.strip_prefix("node/").or_else(|| name.strip_prefix("nodes/"));
        let name = name.unwrap_or_else(|| names[nodes.len() + failures.len()].as_str());
        match session.cluster.json(&ApiRequest::get(kind.object_path(None, name))).await {
            Ok(object) => nodes.push(found(object)),
            Err(error) => failures.push(Failure::from(error)),
        }
    }
    // Nothing is begun where a node is missing.
    if !failures.is_empty() {
        nodes.clear();
    }
    Ok((nodes, failures))
}

/// Makes a node take new pods, or not, and says so.
pub(super) async fn set(
    node: &Found,
    schedule: Schedule,
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let dry_run = DryRun::asked(invocation)?;
    let done = if schedule == Schedule::Off { "cordoned" } else { "uncordoned" };
    let off = node.object["spec"]["unschedulable"] == true;
    let verb = if off == (schedule == Schedule::Off) {
        format!("already {done}")
    } else {
        let value = if schedule == Schedule::Off { json!(true) } else { Value::Null };
        let patch = json!({"spec": {"unschedulable": value}});
        let change = Change::merge("cordon", &patch, "kubectl-cordon", dry_run);
        node.change(&change, session).await?;
        done.to_owned()
    };
    Ok(io.out(&format!("node/{} {verb}{}\n", safe_line(node.name()), dry_run.note())).await?)
}
