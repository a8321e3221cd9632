//! `kubectl delete`.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::delete_options::{Options, Output};
use super::failure::{Failure, Outcome};
use super::get_request::items_of;
use super::manifest;
use super::object_watch::{Patience, Waited, Watched, until};
use super::resources::{Wanted, nothing_named, wanted};
use super::written::DryRun;
use super::{Io, Session};
use crate::base::safe_line;
use crate::cluster::{ApiRequest, ObjectRef, RequestError, ResourceKind, Write};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/delete/delete.go`, `Complete`, `Validate`, `DeleteResult`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let cancelled = io.cancelled.clone();
    tokio::select! {
        outcome = delete(invocation, session, io) => outcome,
        () = Io::until_cancelled(cancelled) => Err(Failure::Interrupted),
    }
}

async fn delete(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let (options, warnings) = Options::asked(invocation)?;
    for warning in warnings {
        io.err(&format!("{warning}\n")).await?;
    }
    let targets = targets(invocation, session, io).await?;
    if targets.is_empty() {
        return Ok(io.out("No resources found\n").await?);
    }
    let namespace_said = invocation.flags.is_set("namespace");
    if namespace_said && targets.iter().any(|target| !target.kind.namespaced) {
        io.err(
            "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n",
        )
        .await?;
    }
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for target in &targets {
        match target.delete(session, &options).await {
            Ok(uid) => {
                io.out(&target.sentence(&options)).await?;
                deleted.push((target, uid));
            }
            Err(failure) if options.ignore_not_found && failure.is_not_found() => {}
            Err(failure) if failure.is_away() => return Err(failure),
            Err(failure) => failures.push(failure),
        }
    }
    Failure::collect(failures)?;
    if !options.wait || options.dry_run != DryRun::No {
        return Ok(());
    }
    for (target, uid) in deleted {
        target.wait(session, &uid, Instant::now() + options.timeout).await?;
    }
    Ok(())
}

/// One object that is to go.
struct Target {
    kind: ResourceKind,
    namespace: Option<String>,
    name: String,
    /// Where it is known already.
    uid: Option<String>,
    /// The file that names it.
    source: Option<String>,
}

/// What the operands, the selectors or the files name.
async fn targets(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Result<Vec<Target>, Failure> {
    let mut targets = Vec::new();
    if manifest::is_asked(invocation) {
        for manifest in manifest::manifests(invocation, session, io).await? {
            targets.push(Target {
                namespace: manifest.namespace().map(str::to_owned),
                name: manifest.name().to_owned(),
                source: Some(manifest.source),
                kind: manifest.kind,
                uid: None,
            });
        }
        return Ok(targets);
    }
    if invocation.args.is_empty() {
        return Err(nothing_named());
    }
    let namespace = session.policy.namespace(invocation.flags.text("namespace"));
    let flags = &invocation.flags;
    let selective = flags.is_set("selector") || flags.is_set("field-selector");
    for Wanted { kind, name } in wanted(&invocation.args, session).await? {
        let namespace = kind.namespaced.then(|| namespace.clone());
        match name {
            Some(_) if selective || flags.switch("all") => {
                let slash = invocation.args.iter().any(|arg| arg.contains('/'));
                return Err(Failure::message(if slash {
                    "selectors and the all flag cannot be used when passing resource/name arguments"
                } else {
                    "name cannot be provided when a selector is specified"
                }));
            }
            Some(name) => targets.push(Target { kind, namespace, name, uid: None, source: None }),
            None if selective || flags.switch("all") => {
                targets.extend(listed(invocation, session, &kind, namespace).await?);
            }
            None => {
                return Err(Failure::message(
                    "resource(s) were provided, but no name was specified",
                ));
            }
        }
    }
    Ok(targets)
}

/// All objects of a kind that the selectors leave, and that are ours to delete.
async fn listed(
    invocation: &Invocation,
    session: &Session,
    kind: &ResourceKind,
    namespace: Option<String>,
) -> Result<Vec<Target>, Failure> {
    let text = |name: &str| invocation.flags.text(name).unwrap_or_default();
    let request = ApiRequest::get(kind.path(namespace.as_deref()))
        .with("labelSelector", text("selector"))
        .with("fieldSelector", text("field-selector"))
        .with("limit", "500");
    let mut targets = Vec::new();
    let mut proceed = String::new();
    loop {
        let part = request.clone().with("continue", proceed.as_str());
        let list = session.cluster.json(&part).await?;
        proceed = list["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
        for item in items_of(list) {
            let text = |key: &str| item["metadata"][key].as_str().map(str::to_owned);
            let uid = text("uid").unwrap_or_default();
            if !session.policy.owns(&uid) {
                continue;
            }
            targets.push(Target {
                kind: kind.clone(),
                namespace: text("namespace"),
                name: text("name").unwrap_or_default(),
                uid: Some(uid),
                source: None,
            });
        }
        if proceed.is_empty() {
            return Ok(targets);
        }
    }
}

impl Target {
    fn path(&self) -> String {
        self.kind.object_path(self.namespace.as_deref(), &self.name)
    }

    /// Has the server delete the object; its uid.
    async fn delete(&self, session: &Session, options: &Options) -> Result<String, Failure> {
        let said = |error: RequestError| match &self.source {
            Some(source) => Failure::from(error).at(format!("error when deleting {source:?}")),
            None => error.into(),
        };
        let mut uid = self.uid.clone();
        if uid.is_none() && session.policy.asks_uid() {
            let object = session.cluster.json(&ApiRequest::get(self.path())).await.map_err(said)?;
            uid = object["metadata"]["uid"].as_str().map(str::to_owned);
        }
        session.policy.allow(&Write {
            action: "delete",
            object: format!("{}/{}", self.kind.group_kind(), self.name),
            namespace: self.namespace.as_deref(),
            uid: uid.as_deref(),
        })?;
        if options.dry_run == DryRun::Client {
            return Ok(String::new());
        }
        let mut body = json!({"propagationPolicy": options.propagation});
        if options.grace_period >= 0 {
            body["gracePeriodSeconds"] = json!(options.grace_period);
        }
        if options.dry_run == DryRun::Server {
            body["dryRun"] = json!(["All"]);
        }
        let answer = session.cluster.json(&ApiRequest::delete(self.path(), &body)).await;
        let uid = uid_of(&answer.map_err(said)?);
        if options.dry_run == DryRun::No {
            session.policy.removed(&self.object_ref(&uid));
        }
        Ok(uid)
    }

    fn object_ref(&self, uid: &str) -> ObjectRef {
        ObjectRef {
            api_version: self.kind.api_version(),
            kind: self.kind.kind.clone(),
            plural: self.kind.plural.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            uid: uid.to_owned(),
        }
    }

    /// Source: `delete.go`, `PrintObj`.
    fn sentence(&self, options: &Options) -> String {
        let kind = self.kind.group_kind();
        let name = safe_line(&self.name);
        if options.output == Output::Name {
            return format!("{kind}/{name}\n");
        }
        let done = if options.grace_period == 0 { "force deleted" } else { "deleted" };
        let place = match &self.namespace {
            Some(namespace) => format!(" from {namespace} namespace"),
            None => String::new(),
        };
        format!("{kind} \"{name}\" {done}{place}{}\n", options.dry_run.note())
    }

    /// Waits until the object is gone; another one of the same name counts as gone.
    ///
    /// Source: `kubectl/pkg/cmd/wait/delete.go`, `IsDeleted`; who may not look need not wait.
    async fn wait(&self, session: &Session, uid: &str, deadline: Instant) -> Outcome {
        let watched =
            Watched { kind: &self.kind, namespace: self.namespace.as_deref(), name: &self.name };
        let gone = |object: Option<&Value>| {
            object.is_none_or(|object| object["metadata"]["uid"].as_str() != Some(uid))
        };
        match until(&session.cluster, &watched, Patience::until(deadline), gone).await {
            Ok(Waited::Holds(_)) => Ok(()),
            Ok(Waited::TimedOut) => Err(Failure::message(format!(
                "timed out waiting for the condition on {}/{}",
                self.kind.plural, self.name
            ))),
            Err(RequestError::Status(status)) if matches!(status.code, 403 | 405) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The server answers with the object, or with a status that names it.
fn uid_of(answer: &Value) -> String {
    let uid = match answer["kind"].as_str() {
        Some("Status") => &answer["details"]["uid"],
        _ => &answer["metadata"]["uid"],
    };
    uid.as_str().unwrap_or_default().to_owned()
}

/// Waiting for ever is a week.
///
/// Source: `delete.go`, `DeleteResult`.
pub(super) const FOR_EVER: Duration = Duration::from_secs(168 * 3600);
