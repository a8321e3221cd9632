use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::super::{Object, fields};
use super::super::context::{Context, controller_uid};
use super::super::controllers::Controller;
use super::super::key::Key;
use super::super::pods;
use super::finish::{self, End};
use super::run;
use super::tally::{Ended, Tallies, Tally};

pub(super) const RESOURCE: &str = "jobs.batch";
pub(super) const SOURCE: &str = "job-controller";
pub(super) const INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// A job at one look.
pub(super) struct Look<'a> {
    pub(super) job: Object,
    pub(super) key: &'a Key,
    pub(super) active: Vec<Object>,
    pub(super) leaving: Vec<Object>,
    pub(super) succeeded: i64,
    pub(super) failed: i64,
    /// Of an indexed job: the indexes that have succeeded.
    pub(super) done: BTreeSet<i64>,
}

/// Moves a job one step on.
///
/// Source: `pkg/controller/job/job_controller.go`, `syncJob`.
pub(in super::super) fn sync(context: &mut Context<'_>, tallies: &mut Tallies, key: &Key) {
    let Some(job) = context.at(key) else { return };
    if is_finished(&job) {
        finish::expire(context, &job, key);
        return;
    }
    if fields::is_deleting(&job) {
        return;
    }
    let tally = tallies.of(&job);
    let all: Vec<Object> = context
        .dependents("pods", fields::uid(&job))
        .into_iter()
        .filter(|pod| controller_uid(pod) == Some(fields::uid(&job)))
        .collect();
    let ended = tally.count(&job, &all, context.now);
    start(context, &job);
    let Some(job) = context.at(key) else { return };
    let mut look = look(job, key, all, &ended);
    let end = finish::end_of(context, &look, ended.fatal);
    step(context, tally, &mut look, end.as_ref());
    write_status(context, &look, end.as_ref());
}

/// Whether a job has ended, well or not.
pub(in super::super) fn is_finished(job: &Value) -> bool {
    ["Complete", "Failed"]
        .iter()
        .any(|kind| pods::condition(job, kind).is_some_and(|one| one["status"] == "True"))
}

fn look<'a>(job: Object, key: &'a Key, all: Vec<Object>, ended: &Ended) -> Look<'a> {
    let mut done = run::parse_indexes(fields::text(&job, "status.completedIndexes"));
    let indexed = run::is_indexed(&job);
    if indexed {
        let well = all.iter().filter(|pod| fields::text(pod, "status.phase") == "Succeeded");
        done.extend(well.filter_map(|pod| run::index_of(pod)));
    }
    let succeeded = fields::count(&job, "status.succeeded") + ended.succeeded;
    let succeeded = if indexed { i64::try_from(done.len()).unwrap_or(i64::MAX) } else { succeeded };
    let failed = fields::count(&job, "status.failed") + ended.failed;
    let running = all.into_iter().filter(|pod| !pods::has_ended(pod));
    let (leaving, active) = running.partition(|pod| fields::is_deleting(pod));
    Look { job, key, active, leaving, succeeded, failed, done }
}

/// Notes when a job began, and whether it is suspended.
fn start(context: &mut Context<'_>, job: &Object) {
    let suspended = fields::flag(job, "spec.suspend");
    let was = pods::condition(job, "Suspended").is_some_and(|one| one["status"] == "True");
    let at = fields::seconds(context.now);
    if suspended && !was {
        context.change(RESOURCE, job, |job| {
            fields::unset(job, "status.startTime");
            finish::set(job, ("Suspended", "True"), ("JobSuspended", "Job suspended"), &at);
        });
        context.normal(SOURCE, job, "Suspended", "Job suspended");
    } else if !suspended && was {
        context.change(RESOURCE, job, |job| {
            fields::set(job, "status.startTime", at.as_str());
            finish::set(job, ("Suspended", "False"), ("JobResumed", "Job resumed"), &at);
        });
        context.normal(SOURCE, job, "Resumed", "Job resumed");
    } else if !suspended && fields::text(job, "status.startTime").is_empty() {
        context.change(RESOURCE, job, |job| fields::set(job, "status.startTime", at));
    }
}

fn step(context: &mut Context<'_>, tally: &mut Tally, look: &mut Look<'_>, end: Option<&End>) {
    let wanted = if end.is_some() || fields::flag(&look.job, "spec.suspend") {
        0
    } else {
        run::wanted_active(look)
    };
    let has = look.active.len();
    if has > wanted {
        run::end_surplus(context, tally, look, has - wanted);
    } else if has < wanted {
        match tally.pause_ends().filter(|at| *at > context.now) {
            Some(at) => context.later(Controller::Job, look.key, at),
            None => run::make(context, look, wanted - has),
        }
    }
    if let Some(at) = finish::deadline(&look.job) {
        context.later(Controller::Job, look.key, at);
    }
}

fn write_status(context: &mut Context<'_>, look: &Look<'_>, end: Option<&End>) {
    let Some(job) = context.at(look.key) else { return };
    let mut status: Map<String, Value> = Map::new();
    for kept in ["startTime", "conditions", "completionTime"] {
        let value = &job["status"][kept];
        if !value.is_null() {
            status.insert(kept.to_owned(), value.clone());
        }
    }
    let ready = look.active.iter().filter(|pod| pods::is_ready(pod)).count();
    status.insert("ready".to_owned(), json!(ready));
    status.insert("terminating".to_owned(), json!(look.leaving.len()));
    status.insert("uncountedTerminatedPods".to_owned(), json!({}));
    let active = i64::try_from(look.active.len()).unwrap_or(i64::MAX);
    let some = [("active", active), ("succeeded", look.succeeded), ("failed", look.failed)];
    for (name, number) in some.into_iter().filter(|(_, number)| *number > 0) {
        status.insert(name.to_owned(), json!(number));
    }
    if run::is_indexed(&job) && !look.done.is_empty() {
        status.insert("completedIndexes".to_owned(), json!(run::format_indexes(&look.done)));
    }
    let status = Value::Object(status);
    if status != job["status"] {
        context.change(RESOURCE, &job, |job| fields::set(job, "status", status));
    }
    if let Some(end) = end {
        finish::write(context, look, end);
    }
}
