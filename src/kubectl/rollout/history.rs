//! `kubectl rollout history`.

use jiff::tz::TimeZone;
use k8s_openapi::api::core::v1::PodTemplateSpec;

use super::revisions::{CHANGE_CAUSE, Revision, revisions};
use crate::base::safe_line;
use crate::invocation::Invocation;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::Found;
use crate::kubectl::print::{TabWriter, When, describe_template};
use crate::kubectl::{Io, Session};

/// Lists the revisions of a workload.
///
/// Source: `kubectl/pkg/cmd/rollout/rollout_history.go`, `Run`.
pub(super) async fn run(
    one: &Found,
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    can_be_viewed(one)?;
    if invocation.flags.number("revision").is_some_and(|revision| revision < 0) {
        return Err(Failure::message(format!(
            "revision must be a positive integer: {}",
            invocation.flags.number("revision").unwrap_or_default()
        )));
    }
    let revisions = revisions(one, session).await?;
    let title = safe_line(&one.title());
    let wanted = invocation.flags.number("revision").unwrap_or_default();
    if wanted == 0 {
        return Ok(io.out(&format!("{title} \n{}\n", listed(&revisions))).await?);
    }
    let revision = revisions.iter().find(|revision| revision.number == wanted);
    let revision =
        revision.ok_or_else(|| Failure::message("unable to find the specified revision"))?;
    let text = template(revision, session)?;
    Ok(io.out(&format!("{title} with revision #{wanted}\n{text}\n")).await?)
}

/// A revision's template in words, with why it was made.
pub(super) fn template(revision: &Revision, session: &Session) -> Result<String, Failure> {
    let mut template = revision.template().clone();
    if let Some(cause) = revision.cause.as_deref().filter(|cause| !cause.is_empty()) {
        template["metadata"]["annotations"][CHANGE_CAUSE] = cause.into();
    }
    let template: PodTemplateSpec = serde_json::from_value(template).map_err(|error| {
        Failure::message(format!("the template of revision {}: {error}", revision.number))
    })?;
    let when = When { now: session.cluster.now(), zone: TimeZone::system() };
    Ok(describe_template(&template, &when))
}

/// Whether the kind has revisions.
pub(super) fn can_be_viewed(one: &Found) -> Outcome {
    match one.kind.kind.as_str() {
        "Deployment" | "DaemonSet" | "StatefulSet" => Ok(()),
        kind => Err(Failure::message(format!(
            "error retrieving history for {kind:?}, no visitor method exists for {{{} {kind}}}",
            one.kind.group
        ))),
    }
}

/// Source: `kubectl/pkg/polymorphichelpers/history.go`, `ViewHistory`.
fn listed(revisions: &[Revision]) -> String {
    if revisions.is_empty() {
        return "No rollout history found.".to_owned();
    }
    let mut text = "REVISION\tCHANGE-CAUSE\n".to_owned();
    for revision in revisions {
        let cause = revision.cause.as_deref().filter(|cause| !cause.is_empty());
        text += &format!("{}\t{}\n", revision.number, safe_line(cause.unwrap_or("<none>")));
    }
    TabWriter::DESCRIBE.layout(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn revisions_are_listed_with_their_causes() {
        let of = |number, cause: Option<&str>| Revision {
            number,
            cause: cause.map(str::to_owned),
            object: Value::Null,
        };
        assert_eq!(
            listed(&[of(1, Some("first")), of(12, None)]),
            "REVISION  CHANGE-CAUSE\n1         first\n12        <none>\n"
        );
        assert_eq!(listed(&[]), "No rollout history found.");
    }
}
