use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::super::super::{Change, ChangeKind, Object, fields};
use super::super::context::controller_uid;
use super::policy;

/// What is remembered of each job, by uid.
#[derive(Debug, Default)]
pub(in super::super) struct Tallies {
    jobs: BTreeMap<String, Tally>,
}

/// What is remembered of a job: pods come and go, but each counts once.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counted: BTreeSet<String>,
    given_up: BTreeSet<String>,
    vanished: i64,
    failures_in_a_row: u32,
    last_failure: Option<Timestamp>,
}

/// Pods that have ended since the last look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) succeeded: i64,
    pub(super) failed: i64,
    /// What a policy says about one of them: the job is to fail.
    pub(super) fatal: Option<String>,
}

/// The first pause, doubled with each failure, and the longest.
///
/// Source: `pkg/controller/job/job_controller.go`, `DefaultJobPodFailureBackOff`.
const FIRST_PAUSE: i64 = 10;
const LONGEST_PAUSE: i64 = 600;

impl Tallies {
    /// Takes notice of a pod that was taken away before it ended.
    pub(in super::super) fn observe(&mut self, change: &Change) {
        let gone = change.kind == ChangeKind::Deleted;
        match &*change.resource {
            "jobs.batch" if gone => {
                self.jobs.remove(fields::uid(&change.object));
            }
            "pods" if gone => {
                let Some(tally) = controller_uid(&change.object).and_then(|o| self.jobs.get_mut(o))
                else {
                    return;
                };
                let uid = fields::uid(&change.object);
                if !tally.given_up.remove(uid) && !tally.counted.remove(uid) {
                    tally.vanished += 1;
                }
            }
            _ => {}
        }
    }

    /// That of a job.
    pub(super) fn of(&mut self, job: &Value) -> &mut Tally {
        self.jobs.entry(fields::uid(job).to_owned()).or_default()
    }
}

impl Tally {
    /// Counts pods that have ended and were not counted yet.
    pub(super) fn count(&mut self, job: &Value, pods: &[Object], now: Timestamp) -> Ended {
        let mut ended = Ended { failed: std::mem::take(&mut self.vanished), ..Ended::default() };
        for pod in pods {
            let uid = fields::uid(pod);
            let phase = fields::text(pod, "status.phase");
            if !matches!(phase, "Succeeded" | "Failed") || self.given_up.contains(uid) {
                continue;
            }
            if !self.counted.insert(uid.to_owned()) {
                continue;
            }
            if phase == "Succeeded" {
                ended.succeeded += 1;
                continue;
            }
            match policy::verdict(job, pod) {
                policy::Verdict::Fatal(words) => {
                    ended.failed += 1;
                    ended.fatal.get_or_insert(words);
                }
                policy::Verdict::Ignored => {}
                policy::Verdict::Counts => ended.failed += 1,
            }
        }
        if ended.failed > 0 {
            let more = u32::try_from(ended.failed).unwrap_or(u32::MAX);
            self.failures_in_a_row = self.failures_in_a_row.saturating_add(more);
            self.last_failure = pods.iter().filter_map(|pod| finished_at(pod)).max().or(Some(now));
        } else if ended.succeeded > 0 {
            self.failures_in_a_row = 0;
        }
        ended
    }

    /// A pod that the job itself ends; it counts neither way.
    pub(super) fn give_up(&mut self, pod: &Value) {
        self.given_up.insert(fields::uid(pod).to_owned());
    }

    /// Before when no pod is made again after failures.
    pub(super) fn pause_ends(&self) -> Option<Timestamp> {
        let doublings = self.failures_in_a_row.checked_sub(1)?.min(10);
        let pause = FIRST_PAUSE << doublings;
        Some(fields::later(self.last_failure?, pause.min(LONGEST_PAUSE)))
    }
}

/// When the last container of a failed pod ended.
fn finished_at(pod: &Value) -> Option<Timestamp> {
    if fields::text(pod, "status.phase") != "Failed" {
        return None;
    }
    let statuses = fields::items(pod, "status.containerStatuses");
    statuses.iter().filter_map(|one| fields::time(one, "state.terminated.finishedAt")).max()
}
