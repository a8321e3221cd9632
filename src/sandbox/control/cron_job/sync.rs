use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::super::{Object, fields};
use super::super::context::{Context, controller_reference, controller_uid};
use super::super::controllers::Controller;
use super::super::key::Key;
use super::super::{job, pods};
use super::schedule::Schedule;

const RESOURCE: &str = "cronjobs.batch";
const JOBS: &str = "jobs.batch";
const SOURCE: &str = "cronjob-controller";

/// Makes a job when its time has come, and clears away old ones.
///
/// Source: `pkg/controller/cronjob/cronjob_controllerv2.go`, `syncCronJob`.
pub(in super::super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(cron) = context.at(key) else { return };
    if fields::is_deleting(&cron) {
        return;
    }
    let jobs: Vec<Object> = context
        .dependents(JOBS, fields::uid(&cron))
        .into_iter()
        .filter(|job| controller_uid(job) == Some(fields::uid(&cron)))
        .collect();
    note_ended(context, &cron, &jobs);
    clear_history(context, &cron, &jobs);
    let Some(cron) = context.at(key) else { return };
    if fields::flag(&cron, "spec.suspend") {
        return;
    }
    let text = fields::text(&cron, "spec.schedule");
    match Schedule::parse(text, fields::text(&cron, "spec.timeZone")) {
        Ok(schedule) => run_if_due(context, &cron, key, &schedule),
        Err(why) => {
            let message = format!("unparseable schedule: {text:?} : {why}");
            context.warning(SOURCE, &cron, "UnparseableSchedule", &message);
        }
    }
}

fn run_if_due(context: &mut Context<'_>, cron: &Object, key: &Key, schedule: &Schedule) {
    let now = context.now;
    if let Some(due) = last_missed(cron, schedule, now) {
        if !is_too_late(context, cron, due) {
            run(context, cron, due);
        }
    }
    if let Some(next) = schedule.next(now) {
        context.later(Controller::CronJob, key, next);
    }
}

/// The last time at which a job should have been made and was not.
///
/// Source: `pkg/controller/cronjob/utils.go`, `mostRecentScheduleTime`.
fn last_missed(cron: &Value, schedule: &Schedule, now: Timestamp) -> Option<Timestamp> {
    let created = fields::time(cron, "metadata.creationTimestamp")?;
    let last = fields::time(cron, "status.lastScheduleTime").unwrap_or(created);
    let mut due = schedule.next(last.max(created)).filter(|at| *at <= now)?;
    // After a long pause only the last counts; a step of 100 keeps that short.
    for _ in 0..100_000 {
        match schedule.next(due) {
            Some(next) if next <= now => due = next,
            _ => break,
        }
    }
    Some(due)
}

fn is_too_late(context: &mut Context<'_>, cron: &Object, due: Timestamp) -> bool {
    let deadline = fields::number(cron, "spec.startingDeadlineSeconds");
    let late = deadline.is_some_and(|seconds| fields::later(due, seconds) < context.now);
    if late {
        let at = due.strftime("%a, %d %b %Y %H:%M:%S +0000");
        let message = format!("Missed scheduled time to start a job: {at}");
        context.warning(SOURCE, cron, "MissSchedule", &message);
    }
    late
}

fn run(context: &mut Context<'_>, cron: &Object, due: Timestamp) {
    let active: Vec<Value> = fields::items(cron, "status.active").to_vec();
    let policy = fields::text(cron, "spec.concurrencyPolicy");
    if policy == "Forbid" && !active.is_empty() {
        let message =
            "Not starting job because prior execution is running and concurrency policy is Forbid";
        context.normal(SOURCE, cron, "JobAlreadyActive", message);
        return;
    }
    if policy == "Replace" {
        for job in &active {
            let name = fields::text(job, "name");
            context.delete(JOBS, fields::namespace(cron), name);
            context.normal(SOURCE, cron, "SuccessfulDelete", &format!("Deleted job {name}"));
        }
    }
    let created = context.create(JOBS, new_job(cron, due));
    let Ok(job) = created else {
        if let Err(status) = created
            && status.reason != "AlreadyExists"
        {
            context.warning(SOURCE, cron, "FailedCreate", &format!("Error creating job: {status}"));
        }
        return;
    };
    let name = fields::name(&job).to_owned();
    context.normal(SOURCE, cron, "SuccessfulCreate", &format!("Created job {name}"));
    context.change(RESOURCE, cron, |cron| {
        let mut list = if policy == "Replace" { Vec::new() } else { active };
        list.push(json!({
            "apiVersion": "batch/v1", "kind": "Job", "name": name,
            "namespace": fields::namespace(&job), "uid": fields::uid(&job),
            "resourceVersion": job["metadata"]["resourceVersion"],
        }));
        fields::set(cron, "status.active", list);
        fields::set(cron, "status.lastScheduleTime", fields::seconds(due));
    });
}

/// Source: `pkg/controller/cronjob/utils.go`, `getJobFromTemplate2`.
fn new_job(cron: &Value, due: Timestamp) -> Value {
    let template = &cron["spec"]["jobTemplate"];
    let minutes = due.as_second().div_euclid(60);
    let mut job = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": format!("{}-{minutes}", fields::name(cron)),
            "namespace": fields::namespace(cron),
            "generation": 1,
            "ownerReferences": [controller_reference(cron)],
        },
        "spec": template["spec"],
    });
    for part in ["labels", "annotations"] {
        let entries = fields::texts(template, &format!("metadata.{part}"));
        let entries: Vec<(String, String)> =
            entries.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        for (key, value) in entries {
            fields::annotate(&mut job, part, &key, &value);
        }
    }
    let key = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    fields::annotate(&mut job, "annotations", key, &fields::seconds(due));
    job
}

/// Takes jobs that have ended, or are gone, off the list of active ones.
fn note_ended(context: &mut Context<'_>, cron: &Object, jobs: &[Object]) {
    let mut still = Vec::new();
    let mut last_success = fields::time(cron, "status.lastSuccessfulTime");
    for reference in fields::items(cron, "status.active") {
        let uid = fields::text(reference, "uid");
        let name = fields::text(reference, "name");
        match jobs.iter().find(|job| fields::uid(job) == uid) {
            None => {
                let message = format!("Active job went missing: {name}");
                context.normal(SOURCE, cron, "MissingJob", &message);
            }
            Some(job) if job::is_finished(job) => {
                let well = pods::condition(job, "Complete").is_some();
                let how = if well { "Complete" } else { "Failed" };
                let message = format!("Saw completed job: {name}, condition: {how}");
                context.normal(SOURCE, cron, "SawCompletedJob", &message);
                last_success = last_success.max(fields::time(job, "status.completionTime"));
            }
            Some(_) => still.push(reference.clone()),
        }
    }
    if still.len() == fields::items(cron, "status.active").len() {
        return;
    }
    context.change(RESOURCE, cron, |cron| {
        if still.is_empty() {
            fields::unset(cron, "status.active");
        } else {
            fields::set(cron, "status.active", still);
        }
        if let Some(at) = last_success {
            fields::set(cron, "status.lastSuccessfulTime", fields::seconds(at));
        }
    });
}

/// Deletes the oldest finished jobs beyond what is to be kept.
fn clear_history(context: &mut Context<'_>, cron: &Object, jobs: &[Object]) {
    let limits =
        [("Complete", "successfulJobsHistoryLimit", 3), ("Failed", "failedJobsHistoryLimit", 1)];
    for (kind, limit, default) in limits {
        let limit = fields::number(cron, &format!("spec.{limit}")).unwrap_or(default);
        let ended =
            |job: &&Object| pods::condition(job, kind).is_some_and(|one| one["status"] == "True");
        let mut of_kind: Vec<&Object> = jobs.iter().filter(ended).collect();
        of_kind.sort_by_key(|job| fields::time(job, "status.startTime"));
        let surplus = of_kind.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
        for job in of_kind.into_iter().take(surplus) {
            context.delete(JOBS, fields::namespace(job), fields::name(job));
            let message = format!("Deleted job {}", fields::name(job));
            context.normal(SOURCE, cron, "SuccessfulDelete", &message);
        }
    }
}
