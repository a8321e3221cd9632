//! `kubectl describe hpa`.

use k8s_openapi::api::core::v1::Event;
use serde_json::Value;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_value::{items, metadata, number, text, text_or};

/// The page of an autoscaler, as `autoscaling/v2` tells of it.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeHorizontalPodAutoscalerV2` (1.36).
pub fn describe_autoscaler(hpa: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let (metadata, spec, status) = (metadata(hpa), &hpa["spec"], &hpa["status"]);
    page.names(&metadata);
    page.labels_and_annotations(&metadata);
    page.field(0, "CreationTimestamp", when.created(&metadata));
    let target = &spec["scaleTargetRef"];
    let kind = text(&target["kind"]);
    page.field(0, "Reference", format_args!("{kind}/{}", text(&target["name"])));
    page.field(0, "Metrics", "( current / target )");
    for (index, metric) in items(&spec["metrics"]).iter().enumerate() {
        let current = items(&status["currentMetrics"]).get(index).unwrap_or(&Value::Null);
        page.line(1, metric_line(metric, current));
    }
    page.field(0, "Min replicas", text_or(&spec["minReplicas"], "<unset>"));
    page.field(0, "Max replicas", number(&spec["maxReplicas"]));
    let behavior = &spec["behavior"];
    if behavior.is_object() {
        page.line(0, "Behavior:");
        direction(&mut page, "Scale Up", &behavior["scaleUp"]);
        direction(&mut page, "Scale Down", &behavior["scaleDown"]);
    }
    let [current, desired] = ["currentReplicas", "desiredReplicas"].map(|key| number(&status[key]));
    page.line(0, format_args!("{kind} pods:\t{current} current / {desired} desired"));
    let conditions = items(&status["conditions"]);
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tReason\tMessage");
        page.line(1, "----\t------\t------\t-------");
    }
    for one in conditions {
        let cells = ["type", "status", "reason", "message"].map(|key| text(&one[key]));
        page.line(1, cells.join("\t"));
    }
    events(&mut page, about, when);
    page.finish()
}

/// The page of an autoscaler of a server that only knows `autoscaling/v1`.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeHorizontalPodAutoscalerV1` (1.36).
pub fn describe_autoscaler_v1(hpa: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let (metadata, spec, status) = (metadata(hpa), &hpa["spec"], &hpa["status"]);
    page.names(&metadata);
    page.labels_and_annotations(&metadata);
    page.field(0, "CreationTimestamp", when.created(&metadata));
    let kind = text(&spec["scaleTargetRef"]["kind"]);
    page.field(0, "Reference", format_args!("{kind}/{}", text(&spec["scaleTargetRef"]["name"])));
    if let Some(target) = spec["targetCPUUtilizationPercentage"].as_i64() {
        page.field(0, "Target CPU utilization", format_args!("{target}%"));
        let current = text_or(&status["currentCPUUtilizationPercentage"], "<unknown>");
        page.field(0, "Current CPU utilization", format_args!("{current}%"));
    }
    page.field(0, "Min replicas", text_or(&spec["minReplicas"], "<unset>"));
    page.field(0, "Max replicas", number(&spec["maxReplicas"]));
    let [current, desired] = ["currentReplicas", "desiredReplicas"].map(|key| number(&status[key]));
    page.line(0, format_args!("{kind} pods:\t{current} current / {desired} desired"));
    events(&mut page, about, when);
    page.finish()
}

fn metric_line(metric: &Value, current: &Value) -> String {
    let unknown = |value: &Value| text_or(value, "<unknown>");
    let both = |title: String, source: &str, field: &str| {
        let (now, target) = (&current[source]["current"], &metric[source]["target"]);
        format!("{title}\t{} / {}", unknown(&now[field]), text(&target[field]))
    };
    let name = |source: &str| text(&metric[source]["metric"]["name"]);
    match metric["type"].as_str().unwrap_or_default() {
        "External" if !metric["external"]["target"]["averageValue"].is_null() => both(
            format!("{:?} (target average value):", name("external")),
            "external",
            "averageValue",
        ),
        "External" => both(format!("{:?} (target value):", name("external")), "external", "value"),
        "Pods" => both(format!("{:?} on pods:", name("pods")), "pods", "averageValue"),
        "Object" => {
            let on = &metric["object"]["describedObject"];
            let on =
                format!("\"{}\" on {}/{}", name("object"), text(&on["kind"]), text(&on["name"]));
            if metric["object"]["target"]["type"] == "AverageValue" {
                both(format!("{on} (target average value):"), "object", "averageValue")
            } else {
                both(format!("{on} (target value):"), "object", "value")
            }
        }
        "Resource" => {
            let title = format!("resource {} on pods", text(&metric["resource"]["name"]));
            // kubectl writes this part with an indentation of its own.
            used(&title, "  ", &metric["resource"], &current["resource"])
        }
        "ContainerResource" => {
            let of = &metric["containerResource"];
            let (name, container) = (text(&of["name"]), text(&of["container"]));
            let title = format!("resource {name} of container \"{container}\" on pods");
            used(&title, "", of, &current["containerResource"])
        }
        other => format!("<unknown metric type {other:?}>"),
    }
}

fn used(title: &str, gap: &str, metric: &Value, current: &Value) -> String {
    let (target, now) = (&metric["target"], &current["current"]);
    if !target["averageValue"].is_null() {
        let now = text_or(&now["averageValue"], "<unknown>");
        return format!("{title}:\t{now} / {}", text(&target["averageValue"]));
    }
    let now = match now["averageUtilization"].as_i64() {
        Some(percent) => format!("{percent}% ({})", text_or(&now["averageValue"], "0")),
        None => "<unknown>".to_owned(),
    };
    let target = match target["averageUtilization"].as_i64() {
        Some(percent) => format!("{percent}%"),
        None => "<auto>".to_owned(),
    };
    format!("{title}{gap}(as a percentage of request):\t{now} / {target}")
}

fn direction(page: &mut Page, title: &str, rules: &Value) {
    if !rules.is_object() {
        return;
    }
    page.line(1, format_args!("{title}:"));
    if let Some(seconds) = rules["stabilizationWindowSeconds"].as_i64() {
        page.line(2, format_args!("Stabilization Window: {seconds} seconds"));
    }
    let policies = items(&rules["policies"]);
    if policies.is_empty() {
        return;
    }
    page.line(2, format_args!("Select Policy: {}", text_or(&rules["selectPolicy"], "Max")));
    page.line(2, "Policies:");
    for policy in policies {
        let (type_, value) = (text(&policy["type"]), number(&policy["value"]));
        let seconds = number(&policy["periodSeconds"]);
        page.line(3, format_args!("- Type: {type_}\tValue: {value}\tPeriod: {seconds} seconds"));
    }
}
