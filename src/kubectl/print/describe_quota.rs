//! `kubectl describe` of namespaces and of what limits them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::describe_page::{Page, When};
use super::describe_value::{date, items, metadata, text, texts};
use crate::kinds::Quantity;

/// The page of a namespace; quotas and limits are those in it, none where the server
/// does not know the kind.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeNamespace` (1.36).
pub fn describe_namespace(
    namespace: &Value,
    quotas: Option<&[Value]>,
    limits: Option<&[Value]>,
    when: &When,
) -> String {
    let mut page = Page::default();
    let metadata = metadata(namespace);
    page.field(0, "Name", metadata.name.as_deref().unwrap_or_default());
    page.labels_and_annotations(&metadata);
    page.field(0, "Status", text(&namespace["status"]["phase"]));
    let conditions = items(&namespace["status"]["conditions"]);
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t------------------\t------\t-------");
    }
    for one in conditions {
        let [type_, status, reason, message] =
            ["type", "status", "reason", "message"].map(|key| text(&one[key]));
        let since = date(&one["lastTransitionTime"], when);
        page.line(1, format_args!("{type_}\t{status}\t{since}\t{reason}\t{message}"));
    }
    if let Some(quotas) = quotas {
        page.line(0, "");
        all_quotas(&mut page, quotas);
    }
    if let Some(limits) = limits {
        page.line(0, "");
        all_limits(&mut page, limits);
    }
    page.finish()
}

fn all_quotas(page: &mut Page, quotas: &[Value]) {
    if quotas.is_empty() {
        page.line(0, "No resource quota.");
        return;
    }
    let mut quotas: Vec<&Value> = quotas.iter().collect();
    quotas.sort_by_key(|quota| text(&quota["metadata"]["name"]));
    page.line(0, "Resource Quotas");
    for quota in quotas {
        page.field(1, "Name", text(&quota["metadata"]["name"]));
        scopes(page, 1, quota);
        page.line(1, "Resource\tUsed\tHard");
        page.line(1, "--------\t---\t---");
        amounts(page, 1, quota);
    }
}

/// Source: `describe.go`, `helpTextForResourceQuotaScope`.
fn scopes(page: &mut Page, level: usize, quota: &Value) {
    let mut scopes = texts(&quota["spec"]["scopes"]);
    if scopes.is_empty() {
        return;
    }
    scopes.sort();
    page.field(level, "Scopes", scopes.join(", "));
    let mark = if level == 0 { " *" } else { "*" };
    for scope in scopes {
        let about = match scope.as_str() {
            "Terminating" => {
                "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system."
            }
            "NotTerminating" => {
                "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate."
            }
            "BestEffort" => {
                "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
            }
            "NotBestEffort" => {
                "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service."
            }
            _ => continue,
        };
        page.line(level, format_args!("{mark} {about}"));
    }
}

fn amounts(page: &mut Page, level: usize, quota: &Value) {
    let hard = quota["status"]["hard"].as_object();
    for (name, hard) in hard.into_iter().flatten() {
        let used = &quota["status"]["used"][name];
        page.line(level, format_args!("{name}\t{}\t{}", amount_or_zero(used), text(hard)));
    }
}

fn amount_or_zero(value: &Value) -> String {
    if value.is_null() { "0".to_owned() } else { text(value) }
}

/// The page of a quota.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeQuota` (1.36).
pub fn describe_quota(quota: &Value) -> String {
    let mut page = Page::default();
    page.names(&metadata(quota));
    scopes(&mut page, 0, quota);
    page.line(0, "Resource\tUsed\tHard");
    page.line(0, "--------\t----\t----");
    let hard = quota["status"]["hard"].as_object();
    for (name, hard) in hard.into_iter().flatten() {
        let used = amount_or_zero(&quota["status"]["used"][name]);
        let hard = text(hard);
        page.line(0, format_args!("{name}\t{}\t{hard}", like(&used, &hard)));
    }
    page.finish()
}

/// An amount, written in the units of another one.
fn like(used: &str, hard: &str) -> String {
    let parsed = (Quantity::parse(used), Quantity::parse(hard));
    let (Ok(used_amount), Ok(hard_amount)) = parsed else { return used.to_owned() };
    used_amount.in_units_of(hard_amount).to_string()
}

/// The page of a limit range.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeLimitRange` (1.36).
pub fn describe_limit_range(range: &Value) -> String {
    let mut page = Page::default();
    page.names(&metadata(range));
    page.line(
        0,
        "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    );
    page.line(
        0,
        "----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    );
    limits(&mut page, range, "");
    page.finish()
}

fn all_limits(page: &mut Page, ranges: &[Value]) {
    if ranges.is_empty() {
        page.line(0, "No LimitRange resource.");
        return;
    }
    page.line(
        0,
        "Resource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    );
    page.line(
        0,
        " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    );
    for range in ranges {
        limits(page, range, " ");
    }
}

/// kubectl itself writes the resources of one limit in no particular order.
fn limits(page: &mut Page, range: &Value, indent: &str) {
    const COLUMNS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
    for limit in items(&range["spec"]["limits"]) {
        let maps = COLUMNS.iter().filter_map(|column| limit[*column].as_object());
        let names: BTreeSet<&String> = maps.flat_map(|map| map.keys()).collect();
        for name in names {
            let cells = COLUMNS.map(|column| match &limit[column][name.as_str()] {
                Value::Null => "-".to_owned(),
                amount => text(amount),
            });
            let type_ = text(&limit["type"]);
            page.line(0, format_args!("{indent}{type_}\t{name}\t{}", cells.join("\t")));
        }
    }
}
