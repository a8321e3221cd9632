//! `kubectl describe` of what keeps pods running.

use k8s_openapi::api::apps::v1::{
    DaemonSet, Deployment, ReplicaSet, StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy,
};
use k8s_openapi::api::core::v1::{Event, PersistentVolumeClaim, Pod, ReplicationController};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_pod::selector;
use super::describe_template::pod_template;

/// How many of a workload's pods are in which phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PodCounts([usize; 4]);

impl PodCounts {
    /// Of the pods that the workload with this uid controls.
    ///
    /// Source: `kubectl/pkg/describe/describe.go`, `getPodStatusForController`.
    pub fn of(pods: &[Pod], uid: &str) -> Self {
        let mut counts = [0; 4];
        for pod in pods {
            let owners = pod.metadata.owner_references.iter().flatten();
            let mut controllers = owners.filter(|owner| owner.controller == Some(true));
            if controllers.next().is_none_or(|owner| owner.uid != uid) {
                continue;
            }
            let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
            let phases = ["Running", "Pending", "Succeeded", "Failed"];
            if let Some(at) = phases.iter().position(|one| Some(*one) == phase) {
                counts[at] += 1;
            }
        }
        Self(counts)
    }
}

impl std::fmt::Display for PodCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [running, waiting, succeeded, failed] = self.0;
        write!(f, "{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed")
    }
}

/// The page of a deployment, with all replica sets that it owns.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeDeployment` (1.36).
pub fn describe_deployment(
    deployment: &Deployment,
    sets: &[ReplicaSet],
    about: Option<&[Event]>,
    when: &When,
) -> String {
    let mut page = Page::default();
    let spec = deployment.spec.clone().unwrap_or_default();
    let status = deployment.status.clone().unwrap_or_default();
    page.names(&deployment.metadata);
    page.field(0, "CreationTimestamp", when.created(&deployment.metadata));
    page.labels_and_annotations(&deployment.metadata);
    page.field(0, "Selector", selected(&spec.selector));
    page.field(
        0,
        "Replicas",
        format_args!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            spec.replicas.unwrap_or(1),
            status.updated_replicas.unwrap_or(0),
            status.replicas.unwrap_or(0),
            status.available_replicas.unwrap_or(0),
            status.unavailable_replicas.unwrap_or(0)
        ),
    );
    let strategy = spec.strategy.clone().unwrap_or_default();
    page.field(0, "StrategyType", strategy.type_.unwrap_or_default());
    page.field(0, "MinReadySeconds", spec.min_ready_seconds.unwrap_or(0));
    if let Some(rolling) = strategy.rolling_update {
        let text = |amount: Option<IntOrString>| amount.as_ref().map_or("0".to_owned(), int_text);
        let (unavailable, surge) = (text(rolling.max_unavailable), text(rolling.max_surge));
        let text = format!("{unavailable} max unavailable, {surge} max surge");
        page.field(0, "RollingUpdateStrategy", text);
    }
    pod_template(&mut page, &spec.template, when);
    let conditions = status.conditions.iter().flatten();
    let conditions = conditions.map(|one| (&one.type_, &one.status, one.reason.as_ref()));
    conditions_of(&mut page, &conditions.collect::<Vec<_>>());
    replica_sets(&mut page, deployment, sets);
    events(&mut page, about, when);
    page.finish()
}

/// The sets of older templates, then that of the present one.
///
/// Source: `kubectl/pkg/util/deployment/deployment.go`, `findNewReplicaSet`.
fn replica_sets(page: &mut Page, deployment: &Deployment, sets: &[ReplicaSet]) {
    let Some(uid) = deployment.metadata.uid.as_deref() else { return };
    let is_owned = |set: &&ReplicaSet| {
        let mut owners = set.metadata.owner_references.iter().flatten();
        owners.any(|owner| owner.controller == Some(true) && owner.uid == uid)
    };
    let mut owned: Vec<&ReplicaSet> = sets.iter().filter(is_owned).collect();
    owned.sort_by_key(|set| {
        let made = set.metadata.creation_timestamp.as_ref().map(|time| time.0);
        (made, set.metadata.name.clone())
    });
    if owned.is_empty() {
        return;
    }
    let new = owned.iter().position(|set| is_of_template(deployment, set));
    let text = |set: &ReplicaSet| {
        let name = set.metadata.name.as_deref().unwrap_or_default();
        let made = set.status.as_ref().map_or(0, |status| status.replicas);
        let wanted = set.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
        format!("{name} ({made}/{wanted} replicas created)")
    };
    let olds = owned.iter().enumerate().filter(|(at, _)| Some(*at) != new);
    let olds: Vec<String> = olds.map(|(_, set)| text(set)).collect();
    let old = if olds.is_empty() { "<none>".to_owned() } else { olds.join(", ") };
    page.field(0, "OldReplicaSets", old);
    page.field(0, "NewReplicaSet", new.map_or_else(|| "<none>".to_owned(), |at| text(owned[at])));
}

/// Whether the set is made from the deployment's present template.
fn is_of_template(deployment: &Deployment, set: &ReplicaSet) -> bool {
    let template = set.spec.as_ref().and_then(|spec| spec.template.clone());
    let Some(mut template) = template else { return false };
    let labels = template.metadata.as_mut().and_then(|metadata| metadata.labels.as_mut());
    if let Some(labels) = labels {
        labels.remove("pod-template-hash");
    }
    deployment.spec.as_ref().is_some_and(|spec| spec.template == template)
}

type ConditionRow<'a> = (&'a String, &'a String, Option<&'a String>);

fn conditions_of(page: &mut Page, conditions: &[ConditionRow<'_>]) {
    if conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:\n  Type\tStatus\tReason");
    page.line(1, "----\t------\t------");
    for (type_, status, reason) in conditions {
        let reason = reason.map(String::as_str).unwrap_or_default();
        page.line(1, format_args!("{type_} \t{status}\t{reason}"));
    }
}

/// The page of a replica set.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeReplicaSet` (1.36).
pub fn describe_replica_set(
    set: &ReplicaSet,
    pods: PodCounts,
    about: Option<&[Event]>,
    when: &When,
) -> String {
    let mut page = Page::default();
    let spec = set.spec.clone().unwrap_or_default();
    let status = set.status.clone().unwrap_or_default();
    page.names(&set.metadata);
    page.field(0, "Selector", selector(&spec.selector));
    page.labels_and_annotations(&set.metadata);
    page.controller(&set.metadata);
    replicas(&mut page, status.replicas, spec.replicas);
    page.field(0, "Pods Status", pods);
    pod_template(&mut page, &spec.template.unwrap_or_default(), when);
    let conditions = status.conditions.iter().flatten();
    let conditions = conditions.map(|one| (&one.type_, &one.status, one.reason.as_ref()));
    conditions_of(&mut page, &conditions.collect::<Vec<_>>());
    events(&mut page, about, when);
    page.finish()
}

/// The page of a replication controller.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeReplicationController` (1.36).
pub fn describe_replication_controller(
    controller: &ReplicationController,
    pods: PodCounts,
    about: Option<&[Event]>,
    when: &When,
) -> String {
    let mut page = Page::default();
    let spec = controller.spec.clone().unwrap_or_default();
    let status = controller.status.clone().unwrap_or_default();
    page.names(&controller.metadata);
    let labels = LabelSelector { match_labels: spec.selector.clone(), ..LabelSelector::default() };
    page.field(0, "Selector", selector(&labels));
    page.labels_and_annotations(&controller.metadata);
    replicas(&mut page, status.replicas, spec.replicas);
    page.field(0, "Pods Status", pods);
    pod_template(&mut page, &spec.template.unwrap_or_default(), when);
    let conditions = status.conditions.iter().flatten();
    let conditions = conditions.map(|one| (&one.type_, &one.status, one.reason.as_ref()));
    conditions_of(&mut page, &conditions.collect::<Vec<_>>());
    events(&mut page, about, when);
    page.finish()
}

fn replicas(page: &mut Page, current: i32, desired: Option<i32>) {
    let desired = desired.unwrap_or(1);
    page.field(0, "Replicas", format_args!("{current} current / {desired} desired"));
}

/// The page of a daemon set.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeDaemonSet` (1.36).
pub fn describe_daemon_set(
    daemon: &DaemonSet,
    pods: PodCounts,
    about: Option<&[Event]>,
    when: &When,
) -> String {
    let mut page = Page::default();
    let spec = daemon.spec.clone().unwrap_or_default();
    let status = daemon.status.clone().unwrap_or_default();
    page.names(&daemon.metadata);
    page.field(0, "Selector", selected(&spec.selector));
    let nodes = spec.template.spec.as_ref().and_then(|spec| spec.node_selector.clone());
    let nodes = LabelSelector { match_labels: nodes, ..LabelSelector::default() };
    page.field(0, "Node-Selector", selector(&nodes));
    page.labels_and_annotations(&daemon.metadata);
    for (title, number) in [
        ("Desired Number of Nodes Scheduled", status.desired_number_scheduled),
        ("Current Number of Nodes Scheduled", status.current_number_scheduled),
        (
            "Number of Nodes Scheduled with Up-to-date Pods",
            status.updated_number_scheduled.unwrap_or(0),
        ),
        ("Number of Nodes Scheduled with Available Pods", status.number_available.unwrap_or(0)),
        ("Number of Nodes Misscheduled", status.number_misscheduled),
    ] {
        page.line(0, format_args!("{title}: {number}"));
    }
    page.field(0, "Pods Status", pods);
    pod_template(&mut page, &spec.template, when);
    events(&mut page, about, when);
    page.finish()
}

/// The page of a stateful set.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeStatefulSet` (1.36).
pub fn describe_stateful_set(
    set: &StatefulSet,
    pods: PodCounts,
    about: Option<&[Event]>,
    when: &When,
) -> String {
    let mut page = Page::default();
    let spec = set.spec.clone().unwrap_or_default();
    let total = set.status.as_ref().map_or(0, |status| status.replicas);
    page.names(&set.metadata);
    page.field(0, "CreationTimestamp", when.created(&set.metadata));
    page.field(0, "Selector", selected(&spec.selector));
    page.labels_and_annotations(&set.metadata);
    let desired = spec.replicas.unwrap_or(1);
    page.field(0, "Replicas", format_args!("{desired} desired | {total} total"));
    update_strategy(&mut page, spec.update_strategy.clone().unwrap_or_default());
    page.field(0, "Pods Status", pods);
    pod_template(&mut page, &spec.template, when);
    claim_templates(&mut page, &spec);
    events(&mut page, about, when);
    page.finish()
}

fn update_strategy(page: &mut Page, strategy: StatefulSetUpdateStrategy) {
    page.field(0, "Update Strategy", strategy.type_.unwrap_or_default());
    let Some(rolling) = strategy.rolling_update else { return };
    let Some(partition) = rolling.partition else { return };
    page.field(1, "Partition", partition);
    page.field_if(1, "MaxUnavailable", rolling.max_unavailable.as_ref().map(int_text));
}

fn claim_templates(page: &mut Page, spec: &StatefulSetSpec) {
    let templates = spec.volume_claim_templates.as_deref().unwrap_or_default();
    if templates.is_empty() {
        page.field(0, "Volume Claims", "<none>");
        return;
    }
    page.line(0, "Volume Claims:");
    for claim in templates {
        claim_template(page, claim);
    }
}

fn claim_template(page: &mut Page, claim: &PersistentVolumeClaim) {
    let spec = claim.spec.clone().unwrap_or_default();
    page.field(1, "Name", claim.metadata.name.as_deref().unwrap_or_default());
    page.field(1, "StorageClass", spec.storage_class_name.unwrap_or_default());
    for (title, of) in
        [("Labels", &claim.metadata.labels), ("Annotations", &claim.metadata.annotations)]
    {
        let pairs = of.iter().flatten().map(|(key, value)| format!("{key}={value}"));
        page.list(1, title, pairs);
    }
    let requests = spec.resources.and_then(|resources| resources.requests);
    let storage = requests.and_then(|requests| requests.get("storage").cloned());
    let capacity = storage.map_or_else(|| "<default>".to_owned(), |storage| storage.0);
    page.field(1, "Capacity", capacity);
    let modes = spec.access_modes.unwrap_or_default();
    page.field(1, "Access Modes", format_args!("[{}]", modes.join(" ")));
}

/// A selector as a query writes it, which is how Go prints one.
///
/// Source: `apimachinery/pkg/labels/selector.go`, `Requirement.String`.
pub fn selected(selector: &LabelSelector) -> String {
    let labels = selector.match_labels.iter().flatten();
    let mut parts: Vec<(String, String)> =
        labels.map(|(key, value)| (key.clone(), format!("{key}={value}"))).collect();
    for one in selector.match_expressions.iter().flatten() {
        let mut values = one.values.clone().unwrap_or_default();
        values.sort();
        let values = values.join(",");
        let text = match one.operator.as_str() {
            "Exists" => one.key.clone(),
            "DoesNotExist" => format!("!{}", one.key),
            "NotIn" => format!("{} notin ({values})", one.key),
            _ => format!("{} in ({values})", one.key),
        };
        parts.push((one.key.clone(), text));
    }
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    parts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(",")
}

/// A number or a percentage.
pub(super) fn int_text(value: &IntOrString) -> String {
    match value {
        IntOrString::Int(number) => number.to_string(),
        IntOrString::String(text) => text.clone(),
    }
}
