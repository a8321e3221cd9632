//! The objects that a verb is about, as the server has them: by name, by selector, by file.

use serde_json::Value;

use super::failure::Failure;
use super::get_request::items_of;
use super::manifest;
use super::resources::{Wanted, nothing_named, wanted};
use super::written::DryRun;
use super::{Io, Session};
use crate::cluster::{ApiRequest, ResourceKind, Write};
use crate::invocation::Invocation;

/// An object, as the server has it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its kind.
    pub(super) kind: ResourceKind,
    /// The object.
    pub(super) object: Value,
}

/// A change of an object, and how it is sent.
pub(super) struct Change<'a> {
    /// What is done, for the policy: `patch`, `scale`.
    pub(super) action: &'a str,
    /// The media type of the patch.
    pub(super) media_type: &'static str,
    /// The patch.
    pub(super) patch: &'a Value,
    /// Who owns the fields.
    pub(super) manager: &'a str,
    /// The part of the object that is changed; empty for the whole.
    pub(super) part: &'a str,
    /// Whether something is done at all.
    pub(super) dry_run: DryRun,
}

impl<'a> Change<'a> {
    /// A merge patch of the whole object.
    pub(super) fn merge(
        action: &'a str,
        patch: &'a Value,
        manager: &'a str,
        dry_run: DryRun,
    ) -> Self {
        Self { action, media_type: MERGE, patch, manager, part: "", dry_run }
    }
}

/// The media type of a JSON merge patch.
pub(super) const MERGE: &str = "application/merge-patch+json";

/// The objects that operands, selectors or files name; what is missing is a failure
/// beside those that are there.
pub(super) async fn found(
    invocation: &Invocation,
    operands: &[String],
    session: &Session,
    io: &mut Io,
) -> Result<(Vec<Found>, Vec<Failure>), Failure> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for (request, kind) in requests(invocation, operands, session, io).await? {
        match session.cluster.json(&request).await {
            Ok(answer) => found.extend(
                items_of(answer).into_iter().map(|object| Found { kind: kind.clone(), object }),
            ),
            Err(error) => failures.push(Failure::from(error)),
        }
        if failures.last().is_some_and(Failure::is_away) {
            break;
        }
    }
    Ok((found, failures))
}

async fn requests(
    invocation: &Invocation,
    operands: &[String],
    session: &Session,
    io: &mut Io,
) -> Result<Vec<(ApiRequest, ResourceKind)>, Failure> {
    let flags = &invocation.flags;
    let by_file = flags.is_set("filename") || flags.is_set("kustomize");
    let mut requests = Vec::new();
    if by_file {
        for manifest in manifest::manifests(invocation, session, io).await? {
            requests.push((ApiRequest::get(manifest.path()), manifest.kind));
        }
        return Ok(requests);
    }
    if operands.is_empty() {
        return Err(nothing_named());
    }
    let namespace = session.policy.namespace(flags.text("namespace"));
    let text = |flag: &str| flags.text(flag).unwrap_or_default();
    let selective = flags.is_set("selector") || flags.is_set("field-selector");
    for Wanted { kind, name } in wanted(operands, session).await? {
        let request = match name {
            Some(_) if selective => {
                return Err(Failure::message(
                    "name cannot be provided when a selector is specified",
                ));
            }
            Some(name) => ApiRequest::get(kind.object_path(Some(&namespace), &name)),
            None if selective || flags.switch("all") => {
                ApiRequest::get(kind.path(Some(&namespace)))
                    .with("labelSelector", text("selector"))
                    .with("fieldSelector", text("field-selector"))
            }
            None => {
                return Err(Failure::message(
                    "resource(s) were provided, but no name was specified",
                ));
            }
        };
        requests.push((request, kind));
    }
    Ok(requests)
}

impl Found {
    /// A text of its metadata; empty where there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.object["metadata"][key].as_str().unwrap_or_default()
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.text("name")
    }

    /// Its namespace; none for cluster-scoped kinds.
    pub(super) fn namespace(&self) -> Option<&str> {
        Some(self.text("namespace")).filter(|namespace| !namespace.is_empty())
    }

    /// `deployment.apps/web`.
    pub(super) fn title(&self) -> String {
        format!("{}/{}", self.kind.group_kind(), self.name())
    }

    /// Where it is served.
    pub(super) fn path(&self) -> String {
        self.kind.object_path(self.namespace(), self.name())
    }

    /// Asks whether it may be changed here.
    pub(super) fn allow(&self, action: &str, session: &Session) -> Result<(), Failure> {
        Ok(session.policy.allow(&Write {
            action,
            object: self.title(),
            namespace: self.namespace(),
            uid: Some(self.text("uid")),
        })?)
    }

    /// Has the server change it: as it is then. A dry run by the client changes nothing.
    pub(super) async fn change(
        &self,
        change: &Change<'_>,
        session: &Session,
    ) -> Result<Value, Failure> {
        self.allow(change.action, session)?;
        if change.dry_run == DryRun::Client {
            return Ok(self.object.clone());
        }
        let mut path = self.path();
        if !change.part.is_empty() {
            path = format!("{path}/{}", change.part);
        }
        let request = ApiRequest::patch(path, change.media_type, change.patch)
            .with("dryRun", change.dry_run.parameter())
            .with("fieldManager", change.manager);
        Ok(session.cluster.json(&request).await?)
    }
}
