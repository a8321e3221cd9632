use serde_json::{Value, json};

use super::super::edit::{at, is_blank, items, text};
use super::findings::Findings;
use super::metadata::check_labels;
use super::pod::check_pod_spec;
use crate::sandbox::selector::LabelSelector;

const TEMPLATE: &str = "spec.template";

/// Checks what workloads with a selector and a template have in common.
///
/// Source: `pkg/apis/apps/validation/validation.go`.
pub(super) fn check_workload(kind: &str, object: &Value, found: &mut Findings) {
    let spec = &object["spec"];
    found.not_negative("spec.replicas", &spec["replicas"]);
    found.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
    found.not_negative("spec.revisionHistoryLimit", &spec["revisionHistoryLimit"]);
    let selector = at(spec, &["selector"]);
    match selector {
        None => found.required("spec.selector", ""),
        Some(selector)
            if is_blank(selector, &["matchLabels"])
                && is_blank(selector, &["matchExpressions"]) =>
        {
            let words = format!("empty selector is invalid for {kind}");
            found.invalid("spec.selector", selector, &words);
        }
        Some(selector) => check_selector(selector, "spec.selector", found),
    }
    let labels = &spec["template"]["metadata"]["labels"];
    let matches =
        selector.and_then(LabelSelector::of_object).is_none_or(|one| one.selects_labels(labels));
    if !matches {
        let given = if labels.is_null() { json!({}) } else { labels.clone() };
        let words = "`selector` does not match template `labels`";
        found.invalid("spec.template.metadata.labels", &given, words);
    }
    if kind == "statefulset" {
        // Its pods get volumes that the template does not have, so that only they are checked.
        // Source: `ValidatePodTemplateSpecForStatefulSet`.
        let labels = at(spec, &["template", "metadata", "labels"]);
        check_labels(labels, &format!("{TEMPLATE}.labels"), found);
    } else {
        check_template(spec, TEMPLATE, found);
    }
    if text(spec, &["template", "spec", "restartPolicy"]) != "Always" {
        let given = text(spec, &["template", "spec", "restartPolicy"]);
        found.unsupported("spec.template.spec.restartPolicy", given, &["Always"]);
    }
}

/// Checks a label selector.
pub(super) fn check_selector(selector: &Value, field: &str, found: &mut Findings) {
    check_labels(at(selector, &["matchLabels"]), &format!("{field}.matchLabels"), found);
    for (index, one) in items(selector, &["matchExpressions"]).enumerate() {
        let field = format!("{field}.matchExpressions[{index}]");
        let operator = text(one, &["operator"]);
        let has_values = !is_blank(one, &["values"]);
        match operator {
            "In" | "NotIn" if !has_values => {
                let words = "must be specified when `operator` is 'In' or 'NotIn'";
                found.required(&format!("{field}.values"), words);
            }
            "Exists" | "DoesNotExist" if has_values => {
                let words = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                found.forbidden(&format!("{field}.values"), words);
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => {
                found.invalid(
                    &format!("{field}.operator"),
                    &json!(other),
                    "not a valid selector operator",
                );
            }
        }
    }
}

/// Checks a template of pods.
pub(super) fn check_template(spec: &Value, field: &str, found: &mut Findings) {
    let labels = at(spec, &["template", "metadata", "labels"]);
    check_labels(labels, &format!("{field}.labels"), found);
    check_pod_spec(&spec["template"]["spec"], &format!("{field}.spec"), found);
}

/// Source: `apps/validation/validation.go`, `ValidateDeploymentStrategy`.
pub(super) fn check_deployment_strategy(object: &Value, found: &mut Findings) {
    let strategy = &object["spec"]["strategy"];
    match text(strategy, &["type"]) {
        "Recreate" => {
            if at(strategy, &["rollingUpdate"]).is_some() {
                let words = "may not be specified when strategy `type` is 'Recreate'";
                found.forbidden("spec.strategy.rollingUpdate", words);
            }
        }
        "RollingUpdate" => {
            let zero = |key: &str| matches!(&strategy["rollingUpdate"][key], value if *value == 0 || *value == "0%");
            if zero("maxUnavailable") && zero("maxSurge") {
                let value = &strategy["rollingUpdate"]["maxUnavailable"];
                let words = "may not be 0 when `maxSurge` is 0";
                found.invalid("spec.strategy.rollingUpdate.maxUnavailable", value, words);
            }
        }
        other => found.unsupported("spec.strategy.type", other, &["Recreate", "RollingUpdate"]),
    }
}

/// A selector stays as it is.
pub(super) fn check_same_selector(object: &Value, old: &Value, found: &mut Findings) {
    let (new, before) = (&object["spec"]["selector"], &old["spec"]["selector"]);
    if new != before {
        found.invalid("spec.selector", new, "field is immutable");
    }
}

/// Source: `apps/validation/validation.go`, `ValidateStatefulSetUpdate`.
pub(super) fn check_changed_stateful_set(object: &Value, old: &Value, found: &mut Findings) {
    let fixed = |object: &Value| {
        let mut spec = object["spec"].clone();
        if let Some(map) = spec.as_object_mut() {
            for key in [
                "replicas",
                "ordinals",
                "template",
                "updateStrategy",
                "revisionHistoryLimit",
                "persistentVolumeClaimRetentionPolicy",
                "minReadySeconds",
            ] {
                map.remove(key);
            }
        }
        spec
    };
    if fixed(object) != fixed(old) {
        let words = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        found.forbidden("spec", words);
    }
}

/// Source: `pkg/apis/core/validation/validation.go`, `ValidateReplicationController`.
pub(super) fn check_replication_controller(object: &Value, found: &mut Findings) {
    let spec = &object["spec"];
    found.not_negative("spec.replicas", &spec["replicas"]);
    let selector = at(spec, &["selector"]).and_then(Value::as_object);
    let Some(selector) = selector.filter(|map| !map.is_empty()) else {
        found.required("spec.selector", "");
        return;
    };
    let labels = &spec["template"]["metadata"]["labels"];
    if selector.iter().any(|(key, value)| &labels[key.as_str()] != value) {
        let words = "`selector` does not match template `labels`";
        found.invalid("spec.template.metadata.labels", labels, words);
    }
    check_template(spec, TEMPLATE, found);
}

/// Source: `pkg/apis/batch/validation/validation.go`, `validateJobSpec`.
pub(super) fn check_job_spec(spec: &Value, field: &str, found: &mut Findings) {
    for key in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
    ] {
        found.not_negative(&format!("{field}.{key}"), &spec[key]);
    }
    check_template(spec, &format!("{field}.template"), found);
    let policy = text(spec, &["template", "spec", "restartPolicy"]);
    let policy_field = format!("{field}.template.spec.restartPolicy");
    if policy == "Always" {
        // What a template says nothing of is `Always` by then.
        found.unsupported(&policy_field, policy, &["OnFailure", "Never"]);
    }
}

/// Source: `batch/validation/validation.go`, `ValidateJobUpdate`.
pub(super) fn check_changed_job(object: &Value, old: &Value, found: &mut Findings) {
    let suspended = old["spec"]["suspend"] == true && is_blank(old, &["status", "startTime"]);
    for key in ["selector", "template", "completions", "completionMode", "podFailurePolicy"] {
        let (new, before) = (&object["spec"][key], &old["spec"][key]);
        let may_change = (key == "template" && suspended)
            || (key == "completions" && old["spec"]["completionMode"] == "Indexed");
        if new != before && !may_change {
            found.invalid(&format!("spec.{key}"), new, "field is immutable");
        }
    }
}

/// Source: `batch/validation/validation.go`, `validateCronJobSpec`.
pub(super) fn check_cron_job(object: &Value, found: &mut Findings) {
    let spec = &object["spec"];
    let schedule = text(spec, &["schedule"]);
    if schedule.is_empty() {
        found.required("spec.schedule", "");
    } else if let Some(wrong) = wrong_schedule(schedule) {
        found.invalid("spec.schedule", &json!(schedule), &wrong);
    }
    let all = ["Allow", "Forbid", "Replace"];
    found.word("spec.concurrencyPolicy", text(spec, &["concurrencyPolicy"]), &all);
    check_job_spec(&spec["jobTemplate"]["spec"], "spec.jobTemplate.spec", found);
    let name = text(object, &["metadata", "name"]);
    if name.len() > 52 {
        found.invalid("metadata.name", &json!(name), "must be no more than 52 characters");
    }
}

/// Source: `robfig/cron`, `ParseStandard`, as far as its words go.
fn wrong_schedule(schedule: &str) -> Option<String> {
    if schedule.starts_with('@') {
        let known =
            ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
        let fits = known.contains(&schedule) || schedule.starts_with("@every ");
        return (!fits).then(|| format!("unrecognized descriptor: {schedule}"));
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != 5 {
        return Some(format!(
            "expected exactly 5 fields, found {}: [{}]",
            fields.len(),
            fields.join(" ")
        ));
    }
    let bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    fields
        .iter()
        .zip(bounds)
        .find_map(|(field, bounds)| field.split(',').find_map(|part| wrong_part(part, bounds)))
}

fn wrong_part(part: &str, (least, most): (u32, u32)) -> Option<String> {
    let (range, step) =
        part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
    let unreadable = |text: &str| {
        format!("failed to parse int from {text}: strconv.Atoi: parsing {text:?}: invalid syntax")
    };
    if let Some(step) = step.filter(|step| step.parse::<u32>().is_err()) {
        return Some(unreadable(step));
    }
    if range == "*" || range == "?" {
        return None;
    }
    let names = "jan feb mar apr may jun jul aug sep oct nov dec sun mon tue wed thu fri sat";
    for end in range.split('-') {
        if names.split(' ').any(|name| end.eq_ignore_ascii_case(name)) {
            continue;
        }
        match end.parse::<u32>() {
            Err(_) => return Some(unreadable(end)),
            Ok(number) if number < least => {
                return Some(format!(
                    "beginning of range ({number}) below minimum ({least}): {part}"
                ));
            }
            Ok(number) if number > most => {
                return Some(format!("end of range ({number}) above maximum ({most}): {part}"));
            }
            Ok(_) => {}
        }
    }
    None
}
