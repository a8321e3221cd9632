use serde_json::Value;

use super::super::super::fields;

/// What a job's policy says about a failed pod.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The job is to fail, with these words.
    Fatal(String),
    /// The failure is not counted.
    Ignored,
    /// It is.
    Counts,
}

/// The first rule that fits decides.
///
/// Source: `pkg/controller/job/pod_failure_policy.go`, `matchPodFailurePolicy`.
pub(super) fn verdict(job: &Value, pod: &Value) -> Verdict {
    for (at, rule) in fields::items(job, "spec.podFailurePolicy.rules").iter().enumerate() {
        let Some(what) = by_exit_code(rule, pod).or_else(|| by_condition(rule, pod)) else {
            continue;
        };
        let action = fields::text(rule, "action");
        return match action {
            "FailJob" => Verdict::Fatal(format!("{what} matching {action} rule at index {at}")),
            "Ignore" => Verdict::Ignored,
            _ => Verdict::Counts,
        };
    }
    Verdict::Counts
}

fn by_exit_code(rule: &Value, pod: &Value) -> Option<String> {
    let wanted = rule["onExitCodes"].as_object()?;
    let values: Vec<i64> =
        wanted.get("values")?.as_array()?.iter().filter_map(Value::as_i64).collect();
    let name = wanted.get("containerName").and_then(Value::as_str);
    let is_in = wanted.get("operator").and_then(Value::as_str) != Some("NotIn");
    let lists = ["status.containerStatuses", "status.initContainerStatuses"];
    lists.iter().flat_map(|list| fields::items(pod, list)).find_map(|status| {
        let container = fields::text(status, "name");
        let code = fields::number(status, "state.terminated.exitCode").filter(|code| *code != 0)?;
        let fits = name.is_none_or(|name| name == container) && values.contains(&code) == is_in;
        let (namespace, pod) = (fields::namespace(pod), fields::name(pod));
        fits.then(|| {
            format!("Container {container} for pod {namespace}/{pod} failed with exit code {code}")
        })
    })
}

fn by_condition(rule: &Value, pod: &Value) -> Option<String> {
    let wanted = fields::items(rule, "onPodConditions");
    let conditions = fields::items(pod, "status.conditions");
    let fits = |one: &Value| {
        let status = match fields::text(one, "status") {
            "" => "True",
            status => status,
        };
        conditions.iter().any(|has| has["type"] == one["type"] && has["status"] == status)
    };
    let one = wanted.iter().find(|one| fits(one))?;
    let kind = fields::text(one, "type");
    let (namespace, pod) = (fields::namespace(pod), fields::name(pod));
    Some(format!("Pod {namespace}/{pod} has condition {kind}"))
}
