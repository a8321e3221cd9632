use serde::Deserialize;
use serde_json::{Value, json};

use super::cell::{NONE, Row, condition, duration, time};
use crate::kinds::pod_row;
use crate::sandbox::admit::edit::{at, is_blank, items, text};

const TEMPLATE: &[&str] = &["spec", "template"];

/// Source: `pkg/printers/internalversion/printers.go`, `printPod`.
pub(super) fn pod(row: Row<'_>) -> Vec<Value> {
    let pod = Deserialize::deserialize(row.object).unwrap_or_default();
    let cells = pod_row(&pod);
    let gates: Vec<&str> = items(row.object, &["spec", "readinessGates"])
        .map(|one| text(one, &["conditionType"]))
        .collect();
    let passed = gates.iter().filter(|gate| condition(row.object, gate)).count();
    let gates =
        if gates.is_empty() { NONE.to_owned() } else { format!("{passed}/{}", gates.len()) };
    let address = items(row.object, &["status", "podIPs"]).next().map(|one| text(one, &["ip"]));
    let address = address.unwrap_or_else(|| text(row.object, &["status", "podIP"]));
    vec![
        json!(cells.name),
        json!(cells.ready_cell()),
        json!(cells.status),
        json!(cells.restarts_cell(row.now)),
        json!(cells.age_cell(row.now)),
        json!(if address.is_empty() { NONE } else { address }),
        row.text_or(&["spec", "nodeName"], NONE),
        row.text_or(&["status", "nominatedNodeName"], NONE),
        json!(gates),
    ]
}

/// Source: `printers.go`, `podSuccessConditions`, `podFailedConditions`.
pub(super) fn pod_conditions(pod: &Value) -> Option<Value> {
    let phase = text(pod, &["status", "phase"]);
    let message = match phase {
        "Succeeded" => "The pod has completed successfully.",
        "Failed" => "The pod failed.",
        _ => return None,
    };
    Some(json!([{"type": "Completed", "status": "True", "reason": phase, "message": message}]))
}

pub(super) fn pod_template(row: Row<'_>) -> Vec<Value> {
    let [names, images] = row.containers(&["template"]);
    vec![row.name(), names, images, row.labels(&["template", "metadata", "labels"])]
}

/// Source: `printers.go`, `printReplicaSet`, `printReplicationController`.
pub(super) fn replica_set(row: Row<'_>, labels_alone: bool) -> Vec<Value> {
    let [names, images] = row.containers(TEMPLATE);
    let selector = if labels_alone {
        row.labels(&["spec", "selector"])
    } else {
        row.selector(&["spec", "selector"])
    };
    vec![
        row.name(),
        row.number(&["spec", "replicas"]),
        row.number(&["status", "replicas"]),
        row.number(&["status", "readyReplicas"]),
        row.age(),
        names,
        images,
        selector,
    ]
}

/// Source: `printers.go`, `printDaemonSet`.
pub(super) fn daemon_set(row: Row<'_>) -> Vec<Value> {
    let [names, images] = row.containers(TEMPLATE);
    vec![
        row.name(),
        row.number(&["status", "desiredNumberScheduled"]),
        row.number(&["status", "currentNumberScheduled"]),
        row.number(&["status", "numberReady"]),
        row.number(&["status", "updatedNumberScheduled"]),
        row.number(&["status", "numberAvailable"]),
        row.labels(&["spec", "template", "spec", "nodeSelector"]),
        row.age(),
        names,
        images,
        row.selector(&["spec", "selector"]),
    ]
}

/// Source: `printers.go`, `printDeployment`.
pub(super) fn deployment(row: Row<'_>) -> Vec<Value> {
    let [names, images] = row.containers(TEMPLATE);
    vec![
        row.name(),
        of_desired(row),
        row.number(&["status", "updatedReplicas"]),
        row.number(&["status", "availableReplicas"]),
        row.age(),
        names,
        images,
        row.selector(&["spec", "selector"]),
    ]
}

fn of_desired(row: Row<'_>) -> Value {
    let ready = row.number(&["status", "readyReplicas"]);
    json!(format!("{ready}/{}", row.number(&["spec", "replicas"])))
}

/// Source: `printers.go`, `printStatefulSet`.
pub(super) fn stateful_set(row: Row<'_>) -> Vec<Value> {
    let [names, images] = row.containers(TEMPLATE);
    vec![row.name(), of_desired(row), row.age(), names, images]
}

/// Source: `printers.go`, `printJob`.
pub(super) fn job(row: Row<'_>) -> Vec<Value> {
    let object = row.object;
    let succeeded = row.number(&["status", "succeeded"]);
    let parallelism = at(object, &["spec", "parallelism"]).and_then(Value::as_i64).unwrap_or(0);
    let completions = match at(object, &["spec", "completions"]).and_then(Value::as_i64) {
        Some(wanted) => format!("{succeeded}/{wanted}"),
        None if parallelism > 1 => format!("{succeeded}/1 of {parallelism}"),
        None => format!("{succeeded}/1"),
    };
    let started = time(object, &["status", "startTime"]);
    let until = time(object, &["status", "completionTime"]).unwrap_or(row.now);
    let lasted = started.map_or_else(String::new, |started| duration(started, until));
    let [names, images] = row.containers(TEMPLATE);
    vec![
        row.name(),
        json!(job_status(object)),
        json!(completions),
        json!(lasted),
        row.age(),
        names,
        images,
        row.selector(&["spec", "selector"]),
    ]
}

fn job_status(job: &Value) -> &'static str {
    let deleting = !is_blank(job, &["metadata", "deletionTimestamp"]);
    match () {
        () if condition(job, "Complete") => "Complete",
        () if condition(job, "Failed") => "Failed",
        () if deleting => "Terminating",
        () if condition(job, "Suspended") => "Suspended",
        () if condition(job, "FailureTarget") => "FailureTarget",
        () if condition(job, "SuccessCriteriaMet") => "SuccessCriteriaMet",
        () => "Running",
    }
}

/// Source: `printers.go`, `printCronJob`.
pub(super) fn cron_job(row: Row<'_>) -> Vec<Value> {
    let [names, images] = row.containers(&["spec", "jobTemplate", "spec", "template"]);
    vec![
        row.name(),
        row.text(&["spec", "schedule"]),
        row.text_or(&["spec", "timeZone"], NONE),
        row.flag(&["spec", "suspend"]),
        row.count(&["status", "active"]),
        row.since(&["status", "lastScheduleTime"], NONE),
        row.age(),
        names,
        images,
        row.selector(&["spec", "jobTemplate", "spec", "selector"]),
    ]
}

/// Source: `printers.go`, `printControllerRevision`.
pub(super) fn controller_revision(row: Row<'_>) -> Vec<Value> {
    let owner = items(row.object, &["metadata", "ownerReferences"])
        .find(|one| one["controller"] == true)
        .map_or_else(
            || NONE.to_owned(),
            |owner| {
                let group =
                    text(owner, &["apiVersion"]).split_once('/').map_or("", |(group, _)| group);
                let kind = text(owner, &["kind"]).to_lowercase();
                let kind = if group.is_empty() { kind } else { format!("{kind}.{group}") };
                format!("{kind}/{}", text(owner, &["name"]))
            },
        );
    vec![row.name(), json!(owner), row.number(&["revision"]), row.age()]
}

/// Source: `printers.go`, `printHorizontalPodAutoscaler`.
pub(super) fn autoscaler(row: Row<'_>) -> Vec<Value> {
    let target = ["spec", "scaleTargetRef"];
    let of = |key: &str| text(row.object, &[target[0], target[1], key]).to_owned();
    let minimum = at(row.object, &["spec", "minReplicas"])
        .map_or_else(|| json!("<unset>"), |n| json!(n.to_string()));
    vec![
        row.name(),
        json!(format!("{}/{}", of("kind"), of("name"))),
        json!(autoscaler_targets(row.object)),
        minimum,
        row.number(&["spec", "maxReplicas"]),
        row.number(&["status", "currentReplicas"]),
        row.age(),
    ]
}

fn autoscaler_targets(object: &Value) -> String {
    const SHOWN: usize = 2;
    let metrics: Vec<String> =
        items(object, &["spec", "metrics"]).map(|one| metric(object, one)).collect();
    if metrics.is_empty() { NONE.to_owned() } else { super::cell::some_of(&metrics, SHOWN, ", ") }
}

fn metric(object: &Value, metric: &Value) -> String {
    let source = match text(metric, &["type"]) {
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        "Pods" => "pods",
        "Object" => "object",
        _ => "external",
    };
    let metric_source = &metric[source];
    let name = text(metric_source, &["name"]);
    let current = items(object, &["status", "currentMetrics"])
        .find(|one| one["type"] == metric["type"] && text(one, &[source, "name"]) == name)
        .map(|one| &one[source]["current"]);
    let key = ["averageUtilization", "averageValue", "value"]
        .into_iter()
        .find(|key| !is_blank(metric_source, &["target", key]))
        .unwrap_or("averageValue");
    let percent = if key == "averageUtilization" { "%" } else { "" };
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => format!("{other}{percent}"),
    };
    let now = current.and_then(|one| at(one, &[key])).map_or_else(|| "<unknown>".to_owned(), shown);
    let wanted = shown(&metric_source["target"][key]);
    let named = if name.is_empty() { String::new() } else { format!("{name}: ") };
    let of_others = matches!(source, "object" | "external");
    let average = if key == "averageValue" && of_others { " (avg)" } else { "" };
    format!("{named}{now}/{wanted}{average}")
}

/// Source: `printers.go`, `printPodDisruptionBudget`.
pub(super) fn disruption_budget(row: Row<'_>) -> Vec<Value> {
    let bound = |key: &str| match at(row.object, &["spec", key]) {
        Some(Value::String(text)) => json!(text),
        Some(number) => json!(number.to_string()),
        None => json!("N/A"),
    };
    vec![
        row.name(),
        bound("minAvailable"),
        bound("maxUnavailable"),
        row.number(&["status", "disruptionsAllowed"]),
        row.age(),
    ]
}
