//! `kubectl apply view-last-applied` and `set-last-applied`.

use serde_json::{Value, json};

use super::apply::{LAST_APPLIED, with_last_applied};
use super::failure::{Failure, Outcome};
use super::found::{Change, Found, found};
use super::manifest::manifests;
use super::print::yaml;
use super::written::Written;
use super::{Io, Session};
use crate::base::safe_text;
use crate::cluster::ApiRequest;
use crate::invocation::Invocation;

/// Shows what was applied last.
///
/// Source: `kubectl/pkg/cmd/apply/apply_view_last_applied.go`, `RunApplyViewLastApplied`.
pub(super) async fn view(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let (found, failures) = found(invocation, &invocation.args, session, io).await?;
    Failure::collect(failures)?;
    for one in found {
        let Some(text) = one.object["metadata"]["annotations"][LAST_APPLIED].as_str() else {
            // Without the annotation kubectl prints nothing at all.
            continue;
        };
        let object: Value = serde_json::from_str(text).map_err(|error| {
            Failure::message(format!("{}: its last-applied annotation: {error}", one.title()))
        })?;
        let text = match invocation.flags.text_or_default("output") {
            "json" => {
                let text = serde_json::to_string_pretty(&object);
                text.map_err(|error| Failure::message(error.to_string()))? + "\n"
            }
            _ => yaml(&object),
        };
        io.out(&safe_text(&text)).await?;
    }
    Ok(())
}

/// Notes files as what was applied last.
///
/// Source: `kubectl/pkg/cmd/apply/apply_set_last_applied.go`, `RunSetLastApplied`.
pub(super) async fn set(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let mut written = Written::asked(invocation)?;
    for manifest in manifests(invocation, session, io).await? {
        let current = session.cluster.json(&ApiRequest::get(manifest.path())).await?;
        let current = Found { kind: manifest.kind.clone(), object: current };
        let has = current.object["metadata"]["annotations"][LAST_APPLIED].is_string();
        if !has && !invocation.flags.switch("create-annotation") {
            return Err(Failure::message(format!(
                "no last-applied-configuration annotation found on resource: {}, to create the annotation, run the command with --create-annotation",
                manifest.name()
            )));
        }
        let wanted = with_last_applied(&manifest.object);
        let annotation = &wanted["metadata"]["annotations"][LAST_APPLIED];
        if current.object["metadata"]["annotations"][LAST_APPLIED] == *annotation {
            written.object(io, &current.object, "configured").await?;
            continue;
        }
        let patch = json!({"metadata": {"annotations": {LAST_APPLIED: annotation}}});
        let change = Change::merge("patch", &patch, "kubectl-last-applied", written.dry_run());
        let object = current.change(&change, session).await?;
        written.object(io, &object, "configured").await?;
    }
    Ok(())
}
