//! `kubectl describe node`.

use k8s_openapi::api::core::v1::{Event, Pod};
use serde_json::Value;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_value::{date, items, metadata, text, text_or, texts};
use crate::kinds::{Amounts, Quantity, pod_limits, pod_requests};

/// A node with what belongs to it.
#[derive(Debug, Clone)]
pub struct NodeParts {
    /// The node.
    pub node: Value,
    /// The pods on it that have not ended; none where one may not see them.
    pub pods: Option<Vec<Pod>>,
    /// Its lease, or why there is none.
    pub lease: Result<Value, String>,
}

/// The page of a node.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeNode` (1.36).
pub fn describe_node(parts: &NodeParts, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let (node, metadata) = (&parts.node, metadata(&parts.node));
    let (spec, status) = (&node["spec"], &node["status"]);
    page.field(0, "Name", metadata.name.as_deref().unwrap_or_default());
    page.field(0, "Roles", roles(node));
    page.labels_and_annotations(&metadata);
    page.field(0, "CreationTimestamp", when.created(&metadata));
    page.list(0, "Taints", taints(&spec["taints"]));
    page.field(0, "Unschedulable", text_or(&spec["unschedulable"], "false"));
    lease(&mut page, &parts.lease, when);
    conditions(&mut page, &status["conditions"], when);
    page.line(0, "Addresses:");
    for address in items(&status["addresses"]) {
        page.field(1, &text(&address["type"]), text(&address["address"]));
    }
    for (title, key) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let of = status[key].as_object().filter(|of| !of.is_empty());
        if of.is_some() {
            page.line(0, format_args!("{title}:"));
        }
        for (name, amount) in of.into_iter().flatten() {
            page.field(1, name, text(amount));
        }
    }
    system(&mut page, &status["nodeInfo"]);
    page.field_if(0, "PodCIDR", spec["podCIDR"].as_str());
    let ranges = texts(&spec["podCIDRs"]);
    page.field_if(0, "PodCIDRs", (!ranges.is_empty()).then(|| ranges.join(",")));
    page.field_if(0, "ProviderID", spec["providerID"].as_str());
    match &parts.pods {
        Some(pods) => usage(&mut page, node, pods, when),
        None => page.field(0, "Pods", "not authorized"),
    }
    events(&mut page, about, when);
    page.finish()
}

/// Source: `describe.go`, `findNodeRoles`.
fn roles(node: &Value) -> String {
    let labels = node["metadata"]["labels"].as_object();
    let role = |(key, value): (&String, &Value)| match key.strip_prefix("node-role.kubernetes.io/")
    {
        Some(role) => Some(role.to_owned()),
        None => (key == "kubernetes.io/role").then(|| text(value)),
    };
    let mut roles: Vec<String> = labels.into_iter().flatten().filter_map(role).collect();
    roles.retain(|role| !role.is_empty());
    roles.sort();
    roles.dedup();
    if roles.is_empty() { "<none>".to_owned() } else { roles.join(",") }
}

fn taints(taints: &Value) -> Vec<String> {
    let mut taints: Vec<(String, String)> = items(taints)
        .iter()
        .map(|taint| {
            let [key, value, effect] = ["key", "value", "effect"].map(|one| text(&taint[one]));
            let value = if value.is_empty() { value } else { format!("={value}") };
            let shown = match effect.as_str() {
                "" => format!("{key}{value}"),
                effect => format!("{key}{value}:{effect}"),
            };
            (format!("{effect},{key}"), shown)
        })
        .collect();
    taints.sort();
    taints.into_iter().map(|(_, shown)| shown).collect()
}

fn lease(page: &mut Page, lease: &Result<Value, String>, when: &When) {
    let lease = match lease {
        Ok(lease) => &lease["spec"],
        Err(reason) => {
            page.field(0, "Lease", format_args!("Failed to get lease: {reason}"));
            return;
        }
    };
    page.line(0, "Lease:");
    page.field(1, "HolderIdentity", text_or(&lease["holderIdentity"], "<unset>"));
    for (title, key) in [("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")] {
        let time = &lease[key];
        let shown = if time.is_null() { "<unset>".to_owned() } else { date(time, when) };
        page.field(1, title, shown);
    }
}

fn conditions(page: &mut Page, conditions: &Value, when: &When) {
    let conditions = items(conditions);
    if conditions.is_empty() {
        return;
    }
    page.line(
        0,
        "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage",
    );
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for one in conditions {
        let [type_, status, reason, message] =
            ["type", "status", "reason", "message"].map(|key| text(&one[key]));
        let [beat, since] =
            ["lastHeartbeatTime", "lastTransitionTime"].map(|key| date(&one[key], when));
        page.line(1, format_args!("{type_} \t{status} \t{beat} \t{since} \t{reason} \t{message}"));
    }
}

fn system(page: &mut Page, info: &Value) {
    page.line(0, "System Info:");
    for (title, key) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ] {
        page.field(1, title, text(&info[key]));
    }
}

/// What pods use of the node, one by one and together.
///
/// Source: `describe.go`, `describeNodeResource`.
fn usage(page: &mut Page, node: &Value, pods: &[Pod], when: &When) {
    let allocatable = allocatable(node);
    let share = |amounts: &Amounts, name: &str| share(amounts, &allocatable, name);
    page.field(0, "Non-terminated Pods", format_args!("({} in total)", pods.len()));
    page.line(
        1,
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge",
    );
    page.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    let (mut requests, mut limits) = (Amounts::new(), Amounts::new());
    for pod in pods {
        let (request, limit) = (pod_requests(pod), pod_limits(pod));
        let [cpu, memory] = ["cpu", "memory"]
            .map(|name| format!("{}\t{}", share(&request, name), share(&limit, name)));
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let age = when.since(pod.metadata.creation_timestamp.as_ref().map(|time| time.0));
        page.line(1, format_args!("{namespace}\t{name}\t\t{cpu}\t{memory}\t{age}"));
        add(&mut requests, request);
        add(&mut limits, limit);
    }
    page.line(
        0,
        "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)",
    );
    page.line(1, "Resource\tRequests\tLimits");
    page.line(1, "--------\t--------\t------");
    let is_huge = |name: &&str| name.starts_with("hugepages-");
    let huge = allocatable.keys().map(String::as_str).filter(is_huge);
    for name in ["cpu", "memory", "ephemeral-storage"].into_iter().chain(huge) {
        let (request, limit) = (share(&requests, name), share(&limits, name));
        page.line(1, format_args!("{name}\t{request}\t{limit}"));
    }
    let usual = ["cpu", "memory", "ephemeral-storage", "pods"];
    let others = allocatable.keys().map(String::as_str);
    for name in others.filter(|name| !is_huge(name) && !usual.contains(name)) {
        let amount = |of: &Amounts| of.get(name).copied().unwrap_or(Quantity::ZERO);
        page.line(1, format_args!("{name}\t{}\t{}", amount(&requests), amount(&limits)));
    }
}

fn allocatable(node: &Value) -> Amounts {
    let of = |key: &str| node["status"][key].as_object().filter(|of| !of.is_empty());
    let of = of("allocatable").or_else(|| of("capacity"));
    let amounts = of.into_iter().flatten();
    amounts
        .filter_map(|(name, amount)| Some((name.clone(), Quantity::parse(&text(amount)).ok()?)))
        .collect()
}

/// `10m (0%)`: the amount, and its share of what the node has, without fractions.
fn share(amounts: &Amounts, allocatable: &Amounts, name: &str) -> String {
    let amount = |of: &Amounts| of.get(name).copied().unwrap_or(Quantity::ZERO);
    let (used, all) = (amount(amounts), amount(allocatable));
    let percent = (used.milli() * 100).checked_div(all.milli()).unwrap_or(0);
    format!("{used} ({percent}%)")
}

fn add(sum: &mut Amounts, amounts: Amounts) {
    for (name, amount) in amounts {
        let before = sum.get(&name).copied().unwrap_or(Quantity::ZERO);
        sum.insert(name, before.plus(amount));
    }
}
