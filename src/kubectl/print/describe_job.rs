//! `kubectl describe job` and `kubectl describe cronjob`.

use std::fmt::Display;

use k8s_openapi::api::batch::v1::{CronJob, Job, JobSpec, JobStatus, JobTemplateSpec};
use k8s_openapi::api::core::v1::Event;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_template::pod_template;
use super::describe_workload::selected;
use crate::base::human_duration;

/// How long a list of indexes may grow before it is cut at its next comma.
const LONGEST_INDEXES: usize = 50;

/// The page of a job.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeJob` (1.36).
pub fn describe_job(job: &Job, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let spec = job.spec.clone().unwrap_or_default();
    let status = job.status.clone().unwrap_or_default();
    page.names(&job.metadata);
    page.field(0, "Selector", spec.selector.as_ref().map(selected).unwrap_or_default());
    page.labels_and_annotations(&job.metadata);
    page.controller(&job.metadata);
    settings(&mut page, &spec);
    times(&mut page, &spec, &status, when);
    pods(&mut page, &spec, &status);
    pod_template(&mut page, &spec.template, when);
    events(&mut page, about, when);
    page.finish()
}

fn settings(page: &mut Page, spec: &JobSpec) {
    page.field_if(0, "Parallelism", spec.parallelism);
    page.field(0, "Completions", set(spec.completions));
    page.field_if(0, "Completion Mode", spec.completion_mode.as_ref());
    page.field_if(0, "Suspend", spec.suspend);
    page.field_if(0, "Backoff Limit", spec.backoff_limit);
    page.field_if(0, "TTL Seconds After Finished", spec.ttl_seconds_after_finished);
}

fn times(page: &mut Page, spec: &JobSpec, status: &JobStatus, when: &When) {
    let start = status.start_time.as_ref().map(|time| time.0);
    let end = status.completion_time.as_ref().map(|time| time.0);
    page.field_if(0, "Start Time", start.map(|at| when.date(at)));
    page.field_if(0, "Completed At", end.map(|at| when.date(at)));
    let lasted = start.zip(end).map(|(start, end)| human_duration(end.duration_since(start)));
    page.field_if(0, "Duration", lasted);
    let deadline = spec.active_deadline_seconds.map(|seconds| format!("{seconds}s"));
    page.field_if(0, "Active Deadline Seconds", deadline);
}

fn pods(page: &mut Page, spec: &JobSpec, status: &JobStatus) {
    let [active, succeeded, failed] =
        [status.active, status.succeeded, status.failed].map(|count| count.unwrap_or(0));
    let ready = status.ready.map(|ready| format!(" ({ready} Ready)")).unwrap_or_default();
    let text = format!("{active} Active{ready} / {succeeded} Succeeded / {failed} Failed");
    page.field(0, "Pods Statuses", text);
    if spec.completion_mode.as_deref() == Some("Indexed") {
        let indexes = status.completed_indexes.as_deref().unwrap_or_default();
        page.field(0, "Completed Indexes", indexes_text(indexes));
    }
}

/// Source: `describe.go`, `capIndexesListOrNone`.
fn indexes_text(indexes: &str) -> String {
    if indexes.is_empty() {
        return "<none>".to_owned();
    }
    let rest = indexes.get(LONGEST_INDEXES..).unwrap_or_default();
    match rest.find(',') {
        Some(at) => format!("{}...", &indexes[..=LONGEST_INDEXES + at]),
        None => indexes.to_owned(),
    }
}

fn set(value: Option<impl Display>) -> String {
    value.map_or_else(|| "<unset>".to_owned(), |value| value.to_string())
}

/// The page of a cron job.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeCronJob` (1.36).
pub fn describe_cron_job(cron_job: &CronJob, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let spec = cron_job.spec.clone().unwrap_or_default();
    let status = cron_job.status.clone().unwrap_or_default();
    page.names(&cron_job.metadata);
    page.labels_and_annotations(&cron_job.metadata);
    page.field(0, "Schedule", &spec.schedule);
    page.field(0, "Concurrency Policy", spec.concurrency_policy.as_deref().unwrap_or_default());
    let suspend = spec.suspend.map(|suspend| if suspend { "True" } else { "False" });
    page.field(0, "Suspend", set(suspend));
    page.field(0, "Time Zone", set(spec.time_zone.as_ref()));
    page.field(0, "Successful Job History Limit", set(spec.successful_jobs_history_limit));
    page.field(0, "Failed Job History Limit", set(spec.failed_jobs_history_limit));
    let deadline = spec.starting_deadline_seconds.map(|seconds| format!("{seconds}s"));
    page.field(0, "Starting Deadline Seconds", set(deadline));
    job_template(&mut page, &spec.job_template, when);
    let last = status.last_schedule_time.as_ref().map(|time| when.date(time.0));
    page.field(0, "Last Schedule Time", set(last));
    let active = status.active.iter().flatten();
    let active: Vec<&str> = active.map(|job| job.name.as_deref().unwrap_or_default()).collect();
    let active = if active.is_empty() { "<none>".to_owned() } else { active.join(", ") };
    page.field(0, "Active Jobs", active);
    events(&mut page, about, when);
    page.finish()
}

fn job_template(page: &mut Page, template: &JobTemplateSpec, when: &When) {
    let spec = template.spec.clone().unwrap_or_default();
    page.field(0, "Selector", set(spec.selector.as_ref().map(selected)));
    page.field(0, "Parallelism", set(spec.parallelism));
    page.field(0, "Completions", set(spec.completions));
    let deadline = spec.active_deadline_seconds.map(|seconds| format!("{seconds}s"));
    page.field_if(0, "Active Deadline Seconds", deadline);
    pod_template(page, &spec.template, when);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_of_indexes_end_at_a_comma() {
        assert_eq!(indexes_text(""), "<none>");
        assert_eq!(indexes_text("1,2"), "1,2");
        let many: Vec<String> = (10..60).map(|index| index.to_string()).collect();
        let text = indexes_text(&many.join(","));
        assert!(text.ends_with("26,..."), "{text}");
    }
}
