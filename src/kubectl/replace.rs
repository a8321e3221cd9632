//! `kubectl replace`.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::apply::with_last_applied;
use super::create::{Sending, send, validation, warn};
use super::delete::FOR_EVER;
use super::failure::{Failure, Outcome};
use super::manifest::{Manifest, manifests};
use super::object_watch::{Patience, Waited, Watched, until};
use super::written::{DryRun, Written};
use super::{Io, Session};
use crate::base::safe_line;
use crate::cluster::{ApiRequest, RequestError, Write};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/replace/replace.go`, `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    if !flags.is_set("filename") && !flags.is_set("kustomize") {
        return Err(Failure::message("must specify one of -f and -k"));
    }
    let force = flags.switch("force");
    let mut written = Written::asked(invocation)?;
    let dry_run = written.dry_run();
    if flags.number("grace-period").is_some_and(|grace| grace >= 0) && !force {
        return Err(Failure::message("--grace-period must have --force specified"));
    }
    if flags.is_set("timeout") && !force {
        return Err(Failure::message("--timeout must have --force specified"));
    }
    if force && dry_run != DryRun::No {
        return Err(Failure::message("--dry-run can not be used when --force is set"));
    }
    let mut manifests = manifests(invocation, session, io).await?;
    if manifests.is_empty() {
        return Err(Failure::message("no objects passed to replace"));
    }
    if flags.switch("save-config") {
        for manifest in &mut manifests {
            manifest.object = with_last_applied(&manifest.object);
        }
    }
    let replacing = Replacing { invocation, session, dry_run };
    if force {
        for manifest in &manifests {
            replacing.delete(manifest, io).await?;
        }
    }
    let mut failures = Vec::new();
    for mut manifest in manifests {
        let outcome = if force {
            replacing.create(&mut manifest, io).await
        } else {
            replacing.one(&mut manifest, io).await
        };
        match outcome {
            Ok(object) => written.object(io, &object, "replaced").await?,
            Err(failure) if failure.is_away() => return Err(failure),
            Err(failure) => failures.push(failure),
        }
    }
    Failure::collect(failures)
}

struct Replacing<'a> {
    invocation: &'a Invocation,
    session: &'a Session,
    dry_run: DryRun,
}

impl Replacing<'_> {
    fn manager(&self) -> &str {
        self.invocation.flags.text("field-manager").unwrap_or("kubectl-replace")
    }

    /// Source: `replace.go`, `Run`; `cli-runtime/pkg/resource/helper.go`, `Replace`: an
    /// object without a version replaces whatever is there.
    async fn one(&self, manifest: &mut Manifest, io: &mut Io) -> Result<Value, Failure> {
        let source = manifest.source.clone();
        let said = |failure: Failure| failure.at(format!("error when replacing {source:?}"));
        let cluster = &self.session.cluster;
        let mut path = manifest.path();
        let part = self.invocation.flags.text("subresource").filter(|part| !part.is_empty());
        if let Some(part) = part {
            path = format!("{path}/{part}");
        }
        let current = cluster.json(&ApiRequest::get(path.clone())).await;
        let uid = match &current {
            Ok(current) => current["metadata"]["uid"].as_str().map(str::to_owned),
            Err(_) => None,
        };
        self.session.policy.allow(&Write {
            action: "replace",
            object: manifest.title(),
            namespace: manifest.namespace(),
            uid: uid.as_deref(),
        })?;
        self.session.policy.prepare(&mut manifest.object);
        if self.dry_run == DryRun::Client {
            return Ok(manifest.object.clone());
        }
        let current = current.map_err(|error| said(error.into()))?;
        if manifest.object["metadata"]["resourceVersion"].as_str().is_none_or(str::is_empty) {
            manifest.object["metadata"]["resourceVersion"] =
                current["metadata"]["resourceVersion"].clone();
        }
        let request = ApiRequest::put(path, &manifest.object)
            .with("dryRun", self.dry_run.parameter())
            .with("fieldManager", self.manager())
            .with("fieldValidation", validation(self.invocation)?);
        let reply = cluster.send(&request).await.map_err(|error| said(error.into()))?;
        warn(io, &reply.warnings).await?;
        Ok(serde_json::from_slice(&reply.body).map_err(RequestError::from)?)
    }

    /// Source: `replace.go`, `forceReplace`.
    async fn delete(&self, manifest: &Manifest, io: &mut Io) -> Outcome {
        let cluster = &self.session.cluster;
        let current = match cluster.json(&ApiRequest::get(manifest.path())).await {
            Ok(current) => current,
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let uid = current["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        self.session.policy.allow(&Write {
            action: "delete",
            object: manifest.title(),
            namespace: manifest.namespace(),
            uid: Some(&uid),
        })?;
        let flags = &self.invocation.flags;
        let cascade = flags.text_or_default("cascade");
        let propagation = match cascade {
            "orphan" | "false" => "Orphan",
            "foreground" => "Foreground",
            "background" | "true" | "" => "Background",
            other => {
                return Err(Failure::message(format!(
                    "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
                )));
            }
        };
        let mut options = json!({"propagationPolicy": propagation});
        let grace = flags.number("grace-period").filter(|grace| *grace >= 0);
        if let Some(grace) = grace {
            options["gracePeriodSeconds"] = json!(grace);
        }
        cluster.json(&ApiRequest::delete(manifest.path(), &options)).await?;
        let done = if grace == Some(0) { "force deleted" } else { "deleted" };
        let place = manifest.namespace().map(|name| format!(" from {name} namespace"));
        io.out(&format!(
            "{} \"{}\" {done}{}\n",
            manifest.kind.group_kind(),
            safe_line(manifest.name()),
            safe_line(&place.unwrap_or_default())
        ))
        .await?;
        self.gone(manifest, &uid, io).await
    }

    async fn gone(&self, manifest: &Manifest, uid: &str, io: &mut Io) -> Outcome {
        let limit = self.invocation.flags.duration("timeout");
        let limit = limit.and_then(|limit| Duration::try_from(limit).ok());
        let limit = limit.filter(|limit| !limit.is_zero()).unwrap_or(FOR_EVER);
        let watched = Watched {
            kind: &manifest.kind,
            namespace: manifest.namespace(),
            name: manifest.name(),
        };
        let gone = |object: Option<&Value>| {
            object.is_none_or(|object| object["metadata"]["uid"].as_str() != Some(uid))
        };
        let patience = Patience::until(Instant::now() + limit);
        let waited = tokio::select! {
            waited = until(&self.session.cluster, &watched, patience, gone) => waited?,
            () = Io::until_cancelled(io.cancelled.clone()) => return Err(Failure::Interrupted),
        };
        match waited {
            Waited::Holds(_) => Ok(()),
            Waited::TimedOut => Err(Failure::message("timed out waiting for the condition")),
        }
    }

    async fn create(&self, manifest: &mut Manifest, io: &mut Io) -> Result<Value, Failure> {
        if let Some(metadata) = manifest.object["metadata"].as_object_mut() {
            metadata.remove("resourceVersion");
        }
        let sending = Sending {
            manager: self.manager(),
            validate: validation(self.invocation)?,
            dry_run: self.dry_run,
        };
        send(manifest, self.session, io, &sending).await
    }
}
