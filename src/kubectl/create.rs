//! `kubectl create -f`.

use serde_json::Value;

use super::apply::with_last_applied;
use super::failure::{Failure, Outcome};
use super::manifest::{Manifest, manifests};
use super::written::{DryRun, Written};
use super::{Io, Session, generate};
use crate::cluster::{ApiRequest, ObjectRef, Write};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/create/create.go`, `RunCreate`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    if let Some(sub_verb) = &invocation.sub_verb {
        return generate::run(invocation, sub_verb, session, io).await;
    }
    if !invocation.args.is_empty() {
        return Err(Failure::message(format!(
            "Unexpected args: [{}]\nSee 'kubectl create -h' for help and examples",
            invocation.args.join(" ")
        )));
    }
    if !invocation.flags.is_set("filename") && !invocation.flags.is_set("kustomize") {
        return Err(Failure::message("must specify one of -f and -k"));
    }
    let mut written = Written::asked(invocation)?;
    let manifests = manifests(invocation, session, io).await?;
    if manifests.is_empty() {
        return Err(Failure::message("no objects passed to create"));
    }
    let mut failures = Vec::new();
    for mut manifest in manifests {
        if invocation.flags.switch("save-config") {
            manifest.object = with_last_applied(&manifest.object);
        }
        let manager = invocation.flags.text("field-manager").unwrap_or("kubectl-create");
        let sending =
            Sending { manager, validate: validation(invocation)?, dry_run: written.dry_run() };
        match send(&mut manifest, session, io, &sending).await {
            Ok(made) => written.object(io, &made, "created").await?,
            Err(failure) if failure.is_away() => return Err(failure),
            Err(failure) => {
                failures.push(failure.at(format!("error when creating {:?}", manifest.source)));
            }
        }
    }
    Failure::collect(failures)
}

/// How objects are sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending<'a> {
    /// Who owns the fields.
    pub(super) manager: &'a str,
    /// What the server does with fields that it does not know; empty is its default.
    pub(super) validate: &'a str,
    /// Whether something is done at all.
    pub(super) dry_run: DryRun,
}

/// What `--validate` asks of the server.
///
/// Source: `kubectl/pkg/cmd/util/helpers.go`, `GetValidationDirective`.
pub(super) fn validation(invocation: &Invocation) -> Result<&'static str, Failure> {
    match invocation.flags.text_or_default("validate") {
        "strict" | "true" | "" => Ok("Strict"),
        "warn" => Ok("Warn"),
        "ignore" | "false" => Ok("Ignore"),
        other => Err(Failure::message(format!(
            "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
        ))),
    }
}

/// Makes the object of a manifest, if it may be made here.
pub(super) async fn send(
    manifest: &mut Manifest,
    session: &Session,
    io: &mut Io,
    sending: &Sending<'_>,
) -> Result<Value, Failure> {
    session.policy.allow(&Write {
        action: "create",
        object: manifest.title(),
        namespace: manifest.namespace(),
        uid: None,
    })?;
    session.policy.prepare(&mut manifest.object);
    if sending.dry_run == DryRun::Client {
        return Ok(manifest.object.clone());
    }
    let request = ApiRequest::post(manifest.kind.path(manifest.namespace()), &manifest.object)
        .with("dryRun", sending.dry_run.parameter())
        .with("fieldManager", sending.manager)
        .with("fieldValidation", sending.validate);
    let reply = session.cluster.send(&request).await?;
    warn(io, &reply.warnings).await?;
    let made: Value = serde_json::from_slice(&reply.body)
        .map_err(|error| Failure::message(format!("read the new object: {error}")))?;
    if sending.dry_run == DryRun::No {
        session.policy.made(object_ref(manifest, &made));
    }
    Ok(made)
}

/// Tells what the server warns of.
///
/// Source: `client-go/rest/warnings.go`, `warningWriter`.
pub(super) async fn warn(io: &mut Io, warnings: &[String]) -> Outcome {
    for warning in warnings {
        io.err(&format!("Warning: {}\n", crate::base::safe_line(warning))).await?;
    }
    Ok(())
}

pub(super) fn object_ref(manifest: &Manifest, made: &Value) -> ObjectRef {
    ObjectRef {
        api_version: manifest.kind.api_version(),
        kind: manifest.kind.kind.clone(),
        plural: manifest.kind.plural.clone(),
        namespace: manifest.namespace().map(str::to_owned),
        name: made["metadata"]["name"].as_str().unwrap_or_default().to_owned(),
        uid: made["metadata"]["uid"].as_str().unwrap_or_default().to_owned(),
    }
}
