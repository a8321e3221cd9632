//! `kubectl scale`.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::failure::{Failure, Outcome};
use super::found::{Change, Found, MERGE, found};
use super::object_watch::{Patience, Waited, Watched, until};
use super::written::{DryRun, Written};
use super::{Io, Session};
use crate::cluster::ApiRequest;
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/scale/scale.go`, `RunScale`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let Some(replicas) = flags.number("replicas") else {
        return Err(Failure::message("required flag(s) \"replicas\" not set"));
    };
    if replicas < 0 {
        return Err(Failure::message(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ));
    }
    if flags.switch("all") && flags.is_set("selector") {
        return Err(Failure::message("cannot set --all and --selector at the same time"));
    }
    let mut written = Written::asked(invocation)?;
    let (found, mut failures) = found(invocation, &invocation.args, session, io).await?;
    let wanted = Wanted {
        replicas,
        current: flags.number("current-replicas").filter(|current| *current >= 0),
        version: flags.text("resource-version").unwrap_or_default(),
    };
    if found.len() > 1 && !wanted.version.is_empty() {
        return Err(Failure::message("cannot use --resource-version with multiple resources"));
    }
    if found.is_empty() && failures.is_empty() {
        return Err(Failure::message("no objects passed to scale"));
    }
    let limit = flags.duration("timeout").and_then(|limit| Duration::try_from(limit).ok());
    for one in found {
        match wanted.of(&one, session, written.dry_run()).await {
            Ok(object) => {
                if let Some(limit) = limit.filter(|limit| !limit.is_zero())
                    && written.dry_run() == DryRun::No
                {
                    waited(&one, replicas, limit, session).await?;
                }
                written.object(io, &object, "scaled").await?;
            }
            Err(failure) => failures.push(failure),
        }
    }
    Failure::collect(failures)
}

/// What is asked for.
struct Wanted<'a> {
    replicas: i64,
    current: Option<i64>,
    version: &'a str,
}

impl Wanted<'_> {
    /// Source: `kubectl/pkg/scale/scale.go`, `ScaleSimple`.
    async fn of(&self, one: &Found, session: &Session, dry_run: DryRun) -> Result<Value, Failure> {
        let mut scaled = one.object.clone();
        scaled["spec"]["replicas"] = json!(self.replicas);
        if dry_run == DryRun::Client {
            one.allow("scale", session)?;
            return Ok(scaled);
        }
        if let Some(wanted) = self.current {
            let scale = format!("{}/scale", one.path());
            let scale = session.cluster.json(&ApiRequest::get(scale)).await.map_err(no_scale)?;
            let now = scale["spec"]["replicas"].as_i64().unwrap_or_default();
            if now != wanted {
                return Err(Failure::message(format!(
                    "Expected replicas to be {wanted}, was {now}"
                )));
            }
        }
        let mut patch = json!({"spec": {"replicas": self.replicas}});
        if !self.version.is_empty() {
            patch["metadata"] = json!({"resourceVersion": self.version});
        }
        let change = Change {
            action: "scale",
            media_type: MERGE,
            patch: &patch,
            manager: "kubectl-scale",
            part: "scale",
            dry_run,
        };
        one.change(&change, session).await?;
        Ok(scaled)
    }
}

fn no_scale(error: crate::cluster::RequestError) -> Failure {
    error.into()
}

/// Source: `kubectl/pkg/scale/scale.go`, `WaitForScaleHasDesiredReplicas`.
async fn waited(one: &Found, replicas: i64, limit: Duration, session: &Session) -> Outcome {
    let watched = Watched { kind: &one.kind, namespace: one.namespace(), name: one.name() };
    let there = |object: Option<&Value>| {
        object.is_none_or(|object| {
            let number = |part: &str, field: &str| object[part][field].as_i64().unwrap_or_default();
            number("status", "observedGeneration") >= number("metadata", "generation")
                && (number("status", "replicas") == replicas
                    || number("spec", "replicas") != replicas)
        })
    };
    let patience = Patience::until(Instant::now() + limit);
    match until(&session.cluster, &watched, patience, there).await? {
        Waited::Holds(_) => Ok(()),
        Waited::TimedOut => {
            Err(Failure::message(format!("timed out waiting for {:?} to be synced", one.name())))
        }
    }
}
