//! `kubectl describe pod`.

use k8s_openapi::api::core::v1::{
    Container, Event, Pod, PodSpec, PodStatus, SeccompProfile, Toleration, TopologySpreadConstraint,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::describe_container::{Owner, containers};
use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_volumes::volumes;

/// The page of a pod; events are left out where none are given.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describePod` (1.36).
pub fn describe_pod(pod: &Pod, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let spec = pod.spec.clone().unwrap_or_default();
    let status = pod.status.clone().unwrap_or_default();
    head(&mut page, pod, &spec, &status, when);
    addresses(&mut page, pod, &spec, &status);
    all_containers(&mut page, pod, when);
    conditions(&mut page, &spec, &status);
    volumes(&mut page, 0, spec.volumes.as_deref().unwrap_or_default());
    page.field(0, "QoS Class", status.qos_class.as_deref().unwrap_or("BestEffort"));
    page.pairs("Node-Selectors", spec.node_selector.as_ref());
    tolerations(&mut page, "Tolerations", spec.tolerations.unwrap_or_default());
    spread(&mut page, 0, spec.topology_spread_constraints.unwrap_or_default());
    events(&mut page, about, when);
    page.finish()
}

fn head(page: &mut Page, pod: &Pod, spec: &PodSpec, status: &PodStatus, when: &When) {
    page.names(&pod.metadata);
    page.field_if(0, "Priority", spec.priority);
    page.field_if(0, "Priority Class Name", given(spec.priority_class_name.as_ref()));
    page.field_if(0, "Runtime Class Name", given(spec.runtime_class_name.as_ref()));
    page.field_if(0, "Service Account", given(spec.service_account_name.as_ref()));
    match given(spec.node_name.as_ref()) {
        None => page.field(0, "Node", "<none>"),
        Some(node) => {
            let host = status.host_ip.as_deref().unwrap_or_default();
            page.field(0, "Node", format_args!("{node}/{host}"));
        }
    }
    page.field_if(0, "Start Time", status.start_time.as_ref().map(|time| when.date(time.0)));
    page.labels_and_annotations(&pod.metadata);
    let phase = status.phase.as_deref().unwrap_or_default();
    match &pod.metadata.deletion_timestamp {
        Some(deleted) if !matches!(phase, "Failed" | "Succeeded") => {
            let since = when.since(Some(deleted.0));
            page.field(0, "Status", format_args!("Terminating (lasts {since})"));
            let grace = pod.metadata.deletion_grace_period_seconds.unwrap_or_default();
            page.field(0, "Termination Grace Period", format_args!("{grace}s"));
        }
        _ => page.field(0, "Status", phase),
    }
    page.field_if(0, "Reason", given(status.reason.as_ref()));
    page.field_if(0, "Message", given(status.message.as_ref()));
    let security = spec.security_context.as_ref();
    seccomp(page, (0, 0), security.and_then(|context| context.seccomp_profile.as_ref()));
}

fn addresses(page: &mut Page, pod: &Pod, spec: &PodSpec, status: &PodStatus) {
    page.field(0, "IP", status.pod_ip.as_deref().unwrap_or_default());
    match status.pod_ips.as_deref() {
        None | Some([]) => page.field(0, "IPs", "<none>"),
        Some(ips) => {
            page.line(0, "IPs:");
            for one in ips {
                page.field(1, "IP", &one.ip);
            }
        }
    }
    page.controller(&pod.metadata);
    page.field_if(0, "NominatedNodeName", given(status.nominated_node_name.as_ref()));
    if let Some(resources) = &spec.resources {
        page.line(0, "Resources:");
        super::describe_container::resources(page, 1, resources);
    }
}

fn all_containers(page: &mut Page, pod: &Pod, when: &When) {
    let spec = pod.spec.clone().unwrap_or_default();
    let status = pod.status.clone().unwrap_or_default();
    let mut section = |title: &str, of: &[Container], statuses: Option<Vec<_>>| {
        page.line(0, format_args!("{title}:{}", if of.is_empty() { " <none>" } else { "" }));
        containers(page, (of, &statuses.unwrap_or_default()), Owner::Pod(pod), when);
    };
    if let Some(init) = spec.init_containers.filter(|init| !init.is_empty()) {
        section("Init Containers", &init, status.init_container_statuses);
    }
    section("Containers", &spec.containers, status.container_statuses);
    // An ephemeral container is a container with one field more.
    let ephemeral = spec.ephemeral_containers.iter().flatten();
    let ephemeral = ephemeral.filter_map(|one| serde_json::to_value(one).ok());
    let ephemeral: Vec<Container> =
        ephemeral.filter_map(|one| serde_json::from_value(one).ok()).collect();
    if !ephemeral.is_empty() {
        section("Ephemeral Containers", &ephemeral, status.ephemeral_container_statuses);
    }
}

fn conditions(page: &mut Page, spec: &PodSpec, status: &PodStatus) {
    let conditions = status.conditions.as_deref().unwrap_or_default();
    let gates = spec.readiness_gates.as_deref().unwrap_or_default();
    if !gates.is_empty() {
        page.line(0, "Readiness Gates:\n  Type\tStatus");
        for gate in gates {
            let condition = conditions.iter().find(|one| one.type_ == gate.condition_type);
            let state = condition.map_or("<none>", |one| one.status.as_str());
            page.line(1, format_args!("{} \t{state} ", gate.condition_type));
        }
    }
    if !conditions.is_empty() {
        page.line(0, "Conditions:\n  Type\tStatus");
        for one in conditions {
            page.line(1, format_args!("{} \t{} ", one.type_, one.status));
        }
    }
}

/// The profile, and where it is a file, its path; the two titles have levels of their own.
pub(super) fn seccomp(
    page: &mut Page,
    (level, inner): (usize, usize),
    profile: Option<&SeccompProfile>,
) {
    let Some(profile) = profile else { return };
    page.field(level, "SeccompProfile", &profile.type_);
    if profile.type_ == "Localhost" {
        let file = profile.localhost_profile.as_deref().unwrap_or_default();
        page.field(inner, "LocalhostProfile", file);
    }
}

pub(super) fn tolerations(page: &mut Page, title: &str, mut all: Vec<Toleration>) {
    all.sort_by(|a, b| a.key.cmp(&b.key));
    page.list(0, title, all.iter().map(toleration));
}

/// Source: `describe.go`, `printTolerationsMultilineWithIndent`.
fn toleration(one: &Toleration) -> String {
    let mut text = one.key.clone().unwrap_or_default();
    let value = given(one.value.as_ref());
    if let Some(value) = value {
        text = format!("{text}={value}");
    }
    if let Some(effect) = given(one.effect.as_ref()) {
        text = format!("{text}:{effect}");
    }
    if one.operator.as_deref() == Some("Exists") && value.is_none() {
        let space = if text.is_empty() { "" } else { " " };
        text = format!("{text}{space}op=Exists");
    }
    if let Some(seconds) = one.toleration_seconds {
        text = format!("{text} for {seconds}s");
    }
    text
}

pub(super) fn spread(page: &mut Page, level: usize, mut all: Vec<TopologySpreadConstraint>) {
    if all.is_empty() {
        return;
    }
    all.sort_by(|a, b| a.topology_key.cmp(&b.topology_key));
    let line = |one: &TopologySpreadConstraint| {
        let (key, unsatisfiable, skew) = (&one.topology_key, &one.when_unsatisfiable, one.max_skew);
        let selector = one.label_selector.as_ref().map(selector);
        let selector = selector.map(|text| format!(" for selector {text}")).unwrap_or_default();
        format!("{key}:{unsatisfiable} when max skew {skew} is exceeded{selector}")
    };
    page.list(level, "Topology Spread Constraints", all.iter().map(line));
}

/// Source: `apimachinery/pkg/apis/meta/v1/helpers.go`, `FormatLabelSelector`.
pub(super) fn selector(selector: &LabelSelector) -> String {
    let labels = selector.match_labels.iter().flatten();
    let mut parts: Vec<String> = labels.map(|(key, value)| format!("{key}={value}")).collect();
    for one in selector.match_expressions.iter().flatten() {
        let values = one.values.as_deref().unwrap_or_default().join(",");
        parts.push(match one.operator.as_str() {
            "Exists" => one.key.clone(),
            "DoesNotExist" => format!("!{}", one.key),
            "NotIn" => format!("{} notin ({values})", one.key),
            _ => format!("{} in ({values})", one.key),
        });
    }
    parts.sort();
    if parts.is_empty() { "<none>".to_owned() } else { parts.join(",") }
}

/// The text, if there is one.
pub(super) fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}
