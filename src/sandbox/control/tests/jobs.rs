use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, template};

const JOBS: &str = "jobs.batch";

fn job(spec: &Value) -> Value {
    let mut job = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": { "name": "work" },
        "spec": { "template": template("work", "busybox"), "backoffLimit": 6 },
    });
    fields::set(&mut job, "spec.template.spec.restartPolicy", "Never");
    for (key, value) in spec.as_object().into_iter().flatten() {
        fields::set(&mut job, &format!("spec.{key}"), value.clone());
    }
    job
}

fn running(bench: &Bench) -> Vec<String> {
    let running = |pod: &&super::super::super::Object| {
        fields::text(pod, "status.phase") == "Running" && !fields::is_deleting(pod)
    };
    bench.pods().iter().filter(running).map(|pod| fields::name(pod).to_owned()).collect()
}

fn end_all(bench: &mut Bench, phase: &str) {
    for name in running(bench) {
        bench.end(&name, phase);
    }
    bench.settle();
}

#[test]
fn a_job_is_complete_when_its_pod_has_succeeded() {
    let mut bench = Bench::new();
    bench.create(JOBS, job(&json!({})));
    bench.settle();
    assert_eq!(
        bench.get(JOBS, "work")["status"],
        json!({
            "active": 1, "ready": 1, "startTime": "2026-11-22T20:46:11Z", "terminating": 0,
            "uncountedTerminatedPods": {},
        })
    );
    let pod = &bench.pods()[0];
    assert_eq!(fields::label(pod, "batch.kubernetes.io/job-name"), Some("work"));
    bench.pass(5);
    end_all(&mut bench, "Succeeded");
    let mut status = bench.get(JOBS, "work")["status"].clone();
    status.as_object_mut().unwrap().remove("conditions");
    assert_eq!(
        status,
        json!({
            "completionTime": "2026-11-22T20:46:16Z", "ready": 0,
            "startTime": "2026-11-22T20:46:11Z", "succeeded": 1, "terminating": 0,
            "uncountedTerminatedPods": {},
        })
    );
    let words = "CompletionsReached: Reached expected number of succeeded pods";
    assert_eq!(
        bench.conditions(JOBS, "work"),
        [format!("SuccessCriteriaMet=True {words}"), format!("Complete=True {words}")]
    );
    let events = bench.events_of("work");
    assert!(events[0].starts_with("Normal SuccessfulCreate: Created pod: work-"), "{events:?}");
    assert_eq!(events[1], "Normal Completed: Job completed");
    assert_eq!(bench.pods().len(), 1, "its pod stays");
}

#[test]
fn failures_are_tried_again_with_growing_pauses_up_to_the_limit() {
    let mut bench = Bench::new();
    bench.create(JOBS, job(&json!({ "backoffLimit": 2 })));
    bench.settle();
    let start = bench.now;
    let mut starts = Vec::new();
    for _ in 0..3 {
        while running(&bench).is_empty() {
            bench.pass(1);
        }
        starts.push(bench.now.duration_since(start).as_secs());
        end_all(&mut bench, "Failed");
    }
    assert_eq!(starts, [0, 10, 30]);
    bench.pass(600);
    assert_eq!(bench.pods().len(), 3);
    let words = "BackoffLimitExceeded: Job has reached the specified backoff limit";
    assert_eq!(
        bench.conditions(JOBS, "work"),
        [format!("FailureTarget=True {words}"), format!("Failed=True {words}")]
    );
    assert_eq!(bench.events_of("work").last().unwrap(), &format!("Warning {words}"));
    assert_eq!(bench.get(JOBS, "work")["status"]["failed"], 3);
}

#[test]
fn several_run_at_once_until_enough_have_succeeded() {
    let mut bench = Bench::new();
    bench.create(JOBS, job(&json!({ "completions": 5, "parallelism": 2 })));
    bench.settle();
    let mut at_once = Vec::new();
    while !running(&bench).is_empty() {
        at_once.push(running(&bench).len());
        end_all(&mut bench, "Succeeded");
    }
    assert_eq!(at_once, [2, 2, 1]);
    assert_eq!(bench.get(JOBS, "work")["status"]["succeeded"], 5);
}

#[test]
fn an_indexed_job_has_a_pod_for_each_index() {
    let mut bench = Bench::new();
    bench.create(
        JOBS,
        job(&json!({ "completions": 3, "parallelism": 3, "completionMode": "Indexed" })),
    );
    bench.settle();
    let pods = bench.pods();
    assert!(
        pods.iter()
            .enumerate()
            .all(|(at, pod)| fields::name(pod).starts_with(&format!("work-{at}-")))
    );
    assert_eq!(pods[2]["spec"]["hostname"], "work-2");
    assert_eq!(pods[2]["spec"]["containers"][0]["env"][0]["name"], "JOB_COMPLETION_INDEX");
    bench.end(fields::name(&pods[1]), "Failed");
    bench.end(fields::name(&pods[0]), "Succeeded");
    bench.settle();
    assert_eq!(bench.get(JOBS, "work")["status"]["completedIndexes"], "0");
    bench.pass(10);
    assert_eq!(running(&bench).len(), 2);
    end_all(&mut bench, "Succeeded");
    assert_eq!(bench.get(JOBS, "work")["status"]["completedIndexes"], "0-2");
    assert!(bench.conditions(JOBS, "work")[1].starts_with("Complete=True"));
}

#[test]
fn a_job_has_its_deadline_and_goes_when_its_time_is_over() {
    let mut bench = Bench::new();
    bench.create(JOBS, job(&json!({ "activeDeadlineSeconds": 30, "ttlSecondsAfterFinished": 60 })));
    bench.slow_to_end = true;
    bench.pass(31);
    assert_eq!(
        bench.conditions(JOBS, "work"),
        ["FailureTarget=True DeadlineExceeded: Job was active longer than specified deadline"]
    );
    bench.pass(30);
    assert!(bench.conditions(JOBS, "work")[1].starts_with("Failed=True DeadlineExceeded"));
    bench.pass(61);
    assert!(!bench.has(JOBS, "work"));
}

#[test]
fn a_suspended_job_has_no_pods() {
    let mut bench = Bench::new();
    bench.create(JOBS, job(&json!({ "suspend": true })));
    bench.settle();
    assert_eq!(bench.pods().len(), 0);
    assert_eq!(bench.conditions(JOBS, "work"), ["Suspended=True JobSuspended: Job suspended"]);
    bench.edit(JOBS, "work", "spec.suspend", false);
    bench.settle();
    assert_eq!(bench.pods().len(), 1);
    assert_eq!(bench.conditions(JOBS, "work"), ["Suspended=False JobResumed: Job resumed"]);
    let events = bench.events_of("work");
    assert_eq!(events[..2], ["Normal Suspended: Job suspended", "Normal Resumed: Job resumed"]);
    bench.edit(JOBS, "work", "spec.suspend", true);
    bench.settle();
    assert_eq!(bench.pods().len(), 0);
    assert_eq!(fields::count(&bench.get(JOBS, "work"), "status.failed"), 0, "that was no failure");
}

#[test]
fn a_pod_that_somebody_deletes_counts_as_failed_and_is_made_again() {
    let mut bench = Bench::new();
    bench.create(JOBS, job(&json!({})));
    bench.settle();
    let name = running(&bench).remove(0);
    bench.delete("pods", &name, None);
    bench.settle();
    assert_eq!(fields::count(&bench.get(JOBS, "work"), "status.failed"), 1);
    bench.pass(20);
    assert_eq!(running(&bench).len(), 1);
}

#[test]
fn a_policy_can_end_a_job_at_the_first_failure() {
    let mut bench = Bench::new();
    let rules =
        json!([{ "action": "FailJob", "onExitCodes": { "operator": "In", "values": [1] } }]);
    bench.create(JOBS, job(&json!({ "podFailurePolicy": { "rules": rules } })));
    bench.settle();
    let name = running(&bench).remove(0);
    end_all(&mut bench, "Failed");
    assert_eq!(
        bench.conditions(JOBS, "work")[1],
        format!(
            "Failed=True PodFailurePolicy: Container main for pod lab/{name} failed with exit code 1 matching FailJob rule at index 0"
        )
    );
}
