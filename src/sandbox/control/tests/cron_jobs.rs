use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, template};

const CRON_JOBS: &str = "cronjobs.batch";
const JOBS: &str = "jobs.batch";

fn cron(spec: &Value) -> Value {
    let mut cron = json!({
        "apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": { "name": "tick" },
        "spec": {
            "schedule": "*/1 * * * *",
            "jobTemplate": { "spec": { "template": template("tick", "busybox") } },
        },
    });
    let policy = "spec.jobTemplate.spec.template.spec.restartPolicy";
    fields::set(&mut cron, policy, "OnFailure");
    for (key, value) in spec.as_object().into_iter().flatten() {
        fields::set(&mut cron, &format!("spec.{key}"), value.clone());
    }
    cron
}

fn end_pods(bench: &mut Bench, phase: &str) {
    for pod in bench.pods() {
        if fields::text(&pod, "status.phase") == "Running" {
            bench.end(fields::name(&pod), phase);
        }
    }
    bench.settle();
}

#[test]
fn each_minute_has_its_job_and_the_last_three_are_kept() {
    let mut bench = Bench::new();
    bench.create(CRON_JOBS, cron(&json!({})));
    bench.pass(48);
    assert_eq!(bench.names(JOBS), Vec::<String>::new());
    bench.pass(1);
    // 2026-11-22T20:47:00Z in minutes.
    assert_eq!(bench.names(JOBS), ["tick-29923007"]);
    let made = bench.get(CRON_JOBS, "tick");
    assert_eq!(made["status"]["active"][0]["name"], "tick-29923007");
    assert_eq!(made["status"]["lastScheduleTime"], "2026-11-22T20:47:00Z");
    end_pods(&mut bench, "Succeeded");
    assert_eq!(
        bench.events_of("tick"),
        [
            "Normal SuccessfulCreate: Created job tick-29923007",
            "Normal SawCompletedJob: Saw completed job: tick-29923007, condition: Complete",
        ]
    );
    let done = bench.get(CRON_JOBS, "tick");
    assert_eq!(done["status"]["active"], Value::Null);
    assert_eq!(done["status"]["lastSuccessfulTime"], "2026-11-22T20:47:00Z");
    for _ in 0..5 {
        bench.pass(60);
        end_pods(&mut bench, "Succeeded");
    }
    assert_eq!(bench.names(JOBS), ["tick-29923010", "tick-29923011", "tick-29923012"]);
}

#[test]
fn a_job_that_still_runs_matters_as_the_policy_says() {
    let cases = [
        (json!({ "concurrencyPolicy": "Allow" }), vec!["tick-29923007", "tick-29923008"]),
        (json!({ "concurrencyPolicy": "Forbid" }), vec!["tick-29923007"]),
        (json!({ "concurrencyPolicy": "Replace" }), vec!["tick-29923008"]),
    ];
    for (spec, wanted) in cases {
        let mut bench = Bench::new();
        bench.create(CRON_JOBS, cron(&spec));
        bench.pass(110);
        assert_eq!(bench.names(JOBS), wanted, "{spec}");
    }
}

#[test]
fn a_suspended_or_wrong_schedule_makes_none() {
    let mut bench = Bench::new();
    bench.create(CRON_JOBS, cron(&json!({ "suspend": true })));
    bench.pass(120);
    assert_eq!(bench.names(JOBS), Vec::<String>::new());
    bench.edit(CRON_JOBS, "tick", "spec.suspend", false);
    bench.edit(CRON_JOBS, "tick", "spec.schedule", "often");
    bench.settle();
    assert_eq!(
        bench.events_of("tick"),
        [
            "Warning UnparseableSchedule: unparseable schedule: \"often\" : expected exactly 5 fields, found 1: [often]"
        ]
    );
}
