use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::super::{Object, fields};
use super::super::context::Context;
use super::super::controllers::Controller;
use super::super::key::Key;
use super::super::pods;
use super::run::completions;
use super::sync::{Look, RESOURCE, SOURCE};

/// Why a job is over.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    well: bool,
    reason: String,
    message: String,
}

impl End {
    fn new(well: bool, reason: &str, message: &str) -> Self {
        Self { well, reason: reason.to_owned(), message: message.to_owned() }
    }
}

/// Why a job is over, where it is: it has failed too often or for too long, or enough
/// pods have succeeded. What was decided before stands.
pub(super) fn end_of(context: &Context<'_>, look: &Look<'_>, fatal: Option<String>) -> Option<End> {
    for (kind, well) in [("FailureTarget", false), ("SuccessCriteriaMet", true)] {
        if let Some(decided) =
            pods::condition(&look.job, kind).filter(|one| one["status"] == "True")
        {
            let [reason, message] = ["reason", "message"].map(|part| fields::text(decided, part));
            return Some(End::new(well, reason, message));
        }
    }
    if let Some(message) = fatal {
        return Some(End::new(false, "PodFailurePolicy", &message));
    }
    let limit = fields::number(&look.job, "spec.backoffLimit").unwrap_or(6);
    if look.failed > limit || restarts_exceed(look, limit) {
        let message = "Job has reached the specified backoff limit";
        return Some(End::new(false, "BackoffLimitExceeded", message));
    }
    if deadline(&look.job).is_some_and(|at| at <= context.now) {
        let message = "Job was active longer than specified deadline";
        return Some(End::new(false, "DeadlineExceeded", message));
    }
    let enough = match completions(&look.job) {
        Some(completions) => look.succeeded >= completions,
        None => look.succeeded > 0 && look.active.is_empty(),
    };
    let suspended = fields::flag(&look.job, "spec.suspend");
    let message = "Reached expected number of succeeded pods";
    (enough && !suspended).then(|| End::new(true, "CompletionsReached", message))
}

/// Whether containers that are started again within their pods failed too often.
///
/// Source: `job_controller.go`, `pastBackoffLimitOnFailure`.
fn restarts_exceed(look: &Look<'_>, limit: i64) -> bool {
    if fields::text(&look.job, "spec.template.spec.restartPolicy") != "OnFailure" {
        return false;
    }
    let lists = ["status.initContainerStatuses", "status.containerStatuses"];
    let statuses = look.active.iter().flat_map(|pod| lists.map(|list| fields::items(pod, list)));
    let restarts: i64 = statuses.flatten().map(|one| fields::count(one, "restartCount")).sum();
    if limit == 0 { restarts > 0 } else { restarts >= limit }
}

/// When a job's time is over.
pub(super) fn deadline(job: &Value) -> Option<Timestamp> {
    let start = fields::time(job, "status.startTime")?;
    Some(fields::later(start, fields::number(job, "spec.activeDeadlineSeconds")?))
}

/// Says that a job is over; the last word is said when none of its pods is left.
///
/// Source: `job_controller.go`, `enactJobFinished`, `recordJobFinished`.
pub(super) fn write(context: &mut Context<'_>, look: &Look<'_>, end: &End) {
    let (first, last) =
        if end.well { ("SuccessCriteriaMet", "Complete") } else { ("FailureTarget", "Failed") };
    let at = fields::seconds(context.now);
    let words = (end.reason.as_str(), end.message.as_str());
    let over = look.active.is_empty() && look.leaving.is_empty();
    context.change(RESOURCE, &look.job, |job| {
        set(job, (first, "True"), words, &at);
        if over {
            set(job, (last, "True"), words, &at);
            if end.well {
                fields::set(job, "status.completionTime", at.as_str());
            }
        }
    });
    if over && end.well {
        context.normal(SOURCE, &look.job, "Completed", "Job completed");
    } else if over {
        context.warning(SOURCE, &look.job, &end.reason, &end.message);
    }
}

/// Sets a condition of a job, unless it has that status already.
pub(super) fn set(
    job: &mut Value,
    (kind, status): (&str, &str),
    (reason, message): (&str, &str),
    at: &str,
) {
    let mut list = fields::items(job, "status.conditions").to_vec();
    if list.iter().any(|one| one["type"] == kind && one["status"] == status) {
        return;
    }
    list.retain(|one| one["type"] != kind);
    list.push(json!({
        "type": kind, "status": status, "lastProbeTime": at, "lastTransitionTime": at,
        "reason": reason, "message": message,
    }));
    fields::set(job, "status.conditions", list);
}

/// Deletes a finished job when its time is over.
///
/// Source: `pkg/controller/ttlafterfinished/ttlafterfinished_controller.go`, `processJob`.
pub(super) fn expire(context: &mut Context<'_>, job: &Object, key: &Key) {
    let Some(kept) = fields::number(job, "spec.ttlSecondsAfterFinished") else { return };
    let ends = ["Complete", "Failed"].iter().filter_map(|kind| pods::condition(job, kind));
    let Some(ended) = ends.filter_map(|end| fields::time(end, "lastTransitionTime")).max() else {
        return;
    };
    let at = fields::later(ended, kept);
    if at <= context.now {
        context.delete(RESOURCE, &key.namespace, &key.name);
    } else {
        context.later(Controller::Job, key, at);
    }
}
