//! `kubectl describe` of small cluster-wide settings, and of disruption budgets.

use k8s_openapi::api::core::v1::Event;
use serde_json::Value;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_pod::selector;
use super::describe_value::{
    date, go_list, items, joined_pairs, label_selector, metadata, number, text, text_or, texts,
};

/// The page of a disruption budget.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describePodDisruptionBudgetV1` (1.36).
pub fn describe_disruption_budget(budget: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let (spec, status) = (&budget["spec"], &budget["status"]);
    page.names(&metadata(budget));
    if !spec["minAvailable"].is_null() {
        page.field(0, "Min available", text(&spec["minAvailable"]));
    } else if !spec["maxUnavailable"].is_null() {
        page.field(0, "Max unavailable", text(&spec["maxUnavailable"]));
    }
    let chosen = match &spec["selector"] {
        Value::Null => "<unset>".to_owned(),
        of => selector(&label_selector(of)),
    };
    page.field(0, "Selector", chosen);
    page.line(0, "Status:");
    for (title, key) in [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ] {
        page.field(2, title, number(&status[key]));
    }
    events(&mut page, about, when);
    page.finish()
}

/// The page of a priority class.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describePriorityClass` (1.36).
pub fn describe_priority_class(class: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    page.field(0, "Name", text(&class["metadata"]["name"]));
    page.field(0, "Value", number(&class["value"]));
    page.field(0, "GlobalDefault", text_or(&class["globalDefault"], "false"));
    page.field(0, "PreemptionPolicy", text(&class["preemptionPolicy"]));
    page.field(0, "Description", text(&class["description"]));
    page.field(0, "Annotations", joined_pairs(&class["metadata"]["annotations"]));
    events(&mut page, about, when);
    page.finish()
}

/// The page of a volume attributes class.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeVolumeAttributesClass` (1.36).
pub fn describe_attributes_class(class: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    page.field(0, "Name", text(&class["metadata"]["name"]));
    page.field(0, "Annotations", joined_pairs(&class["metadata"]["annotations"]));
    page.field(0, "DriverName", text(&class["driverName"]));
    page.field(0, "Parameters", joined_pairs(&class["parameters"]));
    events(&mut page, about, when);
    page.finish()
}

/// The page of a node's storage drivers.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeCSINode` (1.36).
pub fn describe_csi_node(node: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = head(node);
    page.field(0, "CreationTimestamp", when.created(&metadata(node)));
    page.line(0, "Spec:");
    let drivers = &node["spec"]["drivers"];
    if drivers.is_array() {
        page.line(1, "Drivers:");
    }
    for driver in items(drivers) {
        page.line(2, format_args!("{}:", text(&driver["name"])));
        page.field(3, "Node ID", text(&driver["nodeID"]));
        if let Some(count) = driver["allocatable"]["count"].as_i64() {
            page.line(3, "Allocatables:");
            page.field(4, "Count", count);
        }
        if driver["topologyKeys"].is_array() {
            page.field(3, "Topology Keys", go_list(&driver["topologyKeys"]));
        }
    }
    events(&mut page, about, when);
    page.finish()
}

/// The page of a range of service addresses.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeServiceCIDRV1` (1.36).
pub fn describe_service_range(range: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = head(range);
    page.field(0, "CIDRs", texts(&range["spec"]["cidrs"]).join(", "));
    let conditions = items(&range["status"]["conditions"]);
    if !conditions.is_empty() {
        page.line(0, "Status:");
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
    events(&mut page, about, when);
    page.finish()
}

/// The page of an address that a service has.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeIPAddressV1` (1.36).
pub fn describe_ip_address(address: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = head(address);
    let parent = &address["spec"]["parentRef"];
    if parent.is_object() {
        page.line(0, "Parent Reference:");
        for (title, key) in [
            ("Group", "group"),
            ("Resource", "resource"),
            ("Namespace", "namespace"),
            ("Name", "name"),
        ] {
            page.field(1, title, text(&parent[key]));
        }
    }
    events(&mut page, about, when);
    page.finish()
}

fn head(object: &Value) -> Page {
    let mut page = Page::default();
    let metadata = metadata(object);
    page.field(0, "Name", metadata.name.as_deref().unwrap_or_default());
    page.labels_and_annotations(&metadata);
    page
}
