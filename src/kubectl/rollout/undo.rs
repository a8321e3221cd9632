//! `kubectl rollout undo`.

use serde_json::{Map, Value, json};

use super::history::{can_be_viewed, template};
use super::revisions::{Revision, revisions};
use crate::base::safe_line;
use crate::invocation::Invocation;
use crate::kubectl::apply::LAST_APPLIED;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::{Change, Found};
use crate::kubectl::written::{DryRun, Written};
use crate::kubectl::{Io, Session};

/// Annotations that belong to the deployment and not to a revision.
///
/// Source: `kubectl/pkg/polymorphichelpers/rollback.go`, `annotationsToSkip`.
const OWN_ANNOTATIONS: &[&str] = &[
    LAST_APPLIED,
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];
const HASH: &str = "pod-template-hash";

/// Goes back to an earlier revision.
///
/// Source: `kubectl/pkg/cmd/rollout/rollout_undo.go`, `RunUndo`;
/// `kubectl/pkg/polymorphichelpers/rollback.go`, `Rollback`.
pub(super) async fn run(
    one: &Found,
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let kind = &one.kind.kind;
    if can_be_viewed(one).is_err() {
        return Err(Failure::message(format!(
            "error retrieving rollbacker for {kind:?}, no visitor method exists for {{{} {kind}}}",
            one.kind.group
        )));
    }
    let mut written = Written::asked(invocation)?;
    let dry_run = written.dry_run();
    if one.object["metadata"]["annotations"][LAST_APPLIED].is_string() {
        io.err(&format!(
            "Warning: resource {}/{} was previously managed with 'kubectl apply'. Rolling back will not update the {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n",
            one.kind.plural,
            safe_line(one.name())
        ))
        .await?;
    }
    let to = invocation.flags.number("to-revision").unwrap_or_default();
    let revisions = revisions(one, session).await?;
    let wanted = wanted(one, &revisions, to)?;
    if dry_run == DryRun::Client {
        let text = template(wanted, session)?;
        let text = format!("{} {text} (dry run)\n", safe_line(&one.title()));
        return Ok(io.out(&text).await?);
    }
    if one.object["spec"]["paused"] == true {
        return Err(Failure::message(
            "cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
        ));
    }
    if same(wanted.template(), &one.object["spec"]["template"]) {
        let said = format!("skipped rollback (current template already matches revision {to})");
        return written.object(io, &one.object, &said).await;
    }
    let (media_type, patch) = match kind.as_str() {
        "Deployment" => ("application/json-patch+json", back(one, wanted)),
        _ => ("application/strategic-merge-patch+json", wanted.object["data"].clone()),
    };
    let change = Change {
        action: "rollback",
        media_type,
        patch: &patch,
        manager: "kubectl-rollout",
        part: "",
        dry_run,
    };
    let object = one.change(&change, session).await?;
    written.object(io, &object, "rolled back").await
}

fn wanted<'a>(one: &Found, revisions: &'a [Revision], to: i64) -> Result<&'a Revision, Failure> {
    if to == 0 {
        let before = revisions.len().checked_sub(2).and_then(|at| revisions.get(at));
        return before.ok_or_else(|| {
            Failure::message(match one.kind.kind.as_str() {
                "Deployment" => {
                    format!("no rollout history found for deployment {:?}", one.name())
                }
                _ => "no last revision to roll back to".to_owned(),
            })
        });
    }
    revisions.iter().find(|revision| revision.number == to).ok_or_else(|| {
        Failure::message(format!("unable to find specified revision {to} in history"))
    })
}

/// Whether two templates say the same but for what marks a replica set.
fn same(one: &Value, other: &Value) -> bool {
    let bare = |template: &Value| {
        let mut template = without_hash(template);
        if let Some(fields) = template.as_object_mut() {
            fields.remove("$patch");
        }
        template
    };
    bare(one) == bare(other)
}

fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(labels) = template["metadata"]["labels"].as_object_mut() {
        labels.remove(HASH);
    }
    template
}

/// Source: `rollback.go`, `getDeploymentPatch`.
fn back(one: &Found, revision: &Revision) -> Value {
    let of = |object: &Value| object["metadata"]["annotations"].as_object().cloned();
    let is_own = |key: &str| OWN_ANNOTATIONS.contains(&key);
    let kept = of(&one.object).unwrap_or_default().into_iter().filter(|(key, _)| is_own(key));
    let back = of(&revision.object).unwrap_or_default().into_iter();
    let annotations: Map<String, Value> =
        kept.chain(back.filter(|(key, _)| !is_own(key))).collect();
    json!([
        {"op": "replace", "path": "/spec/template", "value": without_hash(revision.template())},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_compared_without_the_hash() {
        let template = json!({"metadata": {"labels": {"a": "1", "pod-template-hash": "x"}}});
        assert!(same(&template, &json!({"metadata": {"labels": {"a": "1"}}})));
        assert!(!same(&template, &json!({"metadata": {"labels": {"a": "2"}}})));
    }
}
