//! Whether what a step waits for has been seen, and what is seen instead.

use crate::base::safe_line;
use crate::engine::Awaited;
use crate::lab::{Condition, PodState as Wanted};
use crate::watch::{Followed, Health, Model, PodState};

/// Whether the condition holds in what the watcher knows.
///
/// A pod that is being deleted is not waited for any more, though Kubernetes may still call
/// it Ready; a pod's events and probe failures are those of the pod that is there now.
pub fn holds(condition: &Condition, model: &Model) -> Awaited {
    let (holds, seen) = match condition {
        Condition::Pod { name, state } => pod(model, name, *state),
        Condition::DeploymentAvailable { name } => deployment(model, name),
        Condition::ServiceExternalIp { name } => external_ip(model, name),
        Condition::ServiceEndpoints { name } => endpoints(model, name, |ready| ready > 0),
        Condition::ServiceNoEndpoints { name } => endpoints(model, name, |ready| ready == 0),
        Condition::Restarts { pod, at_least } => {
            counted(model, pod, *at_least, ("restarts", model.restarts(pod)))
        }
        Condition::Event { pod, reason, contains } => {
            event(model, pod, reason.as_deref(), contains.as_deref())
        }
        Condition::ProbeFailed { pod, probe, at_least } => {
            counted(model, pod, *at_least, ("failures", model.probe_failures(pod, *probe)))
        }
    };
    let heard = heard(model, condition);
    let seen = if holds { seen } else { seen + &heard };
    Awaited { condition: condition.to_string(), holds, seen }
}

fn pod(model: &Model, name: &str, wanted: Wanted) -> (bool, String) {
    let Some(pod) = model.pod(name) else {
        let gone = wanted == Wanted::Deleted && model.listed(Followed::Pods);
        let seen = if gone { "gone".to_owned() } else { missing(model, Followed::Pods) };
        return (gone, seen);
    };
    let stays = !pod.deleting;
    let holds = match wanted {
        Wanted::Ready => pod.ready && stays,
        Wanted::NotReady => pod.phase == "Running" && !pod.ready && stays,
        Wanted::Running => pod.phase == "Running" && stays,
        Wanted::Succeeded => pod.phase == "Succeeded",
        Wanted::Failed => pod.has_failed(),
        Wanted::Deleted => false,
    };
    let still = if wanted == Wanted::Deleted { "still there: " } else { "" };
    (holds, format!("{still}{}", status(pod)))
}

/// The pod's status, made safe: its words may come from a container.
fn status(pod: &PodState) -> String {
    let summary = safe_line(&pod.row.summary());
    if summary.is_empty() { "no status yet".to_owned() } else { summary }
}

fn deployment(model: &Model, name: &str) -> (bool, String) {
    let Some(row) = model.deployment(name) else {
        return (false, missing(model, Followed::Deployments));
    };
    (row.is_available, format!("{} of {} pods available", row.available, row.desired))
}

fn external_ip(model: &Model, name: &str) -> (bool, String) {
    let Some(row) = model.service(name) else {
        return (false, missing(model, Followed::Services));
    };
    match row.external_address() {
        Some(address) => (true, safe_line(address)),
        None if row.type_ == "LoadBalancer" => (false, "no address yet (<pending>)".to_owned()),
        None => (false, format!("no address: its type is {}", safe_line(&row.type_))),
    }
}

fn endpoints(model: &Model, name: &str, wanted: fn(usize) -> bool) -> (bool, String) {
    if model.service(name).is_none() {
        return (false, missing(model, Followed::Services));
    }
    let Some(row) = model.endpoints(name) else {
        return (false, "no endpoints object yet".to_owned());
    };
    let seen = match row.ready + row.not_ready {
        0 => "no pod stands behind it".to_owned(),
        all => format!("{} of {all} pods behind it ready", row.ready),
    };
    (wanted(row.ready), seen)
}

fn counted(model: &Model, pod: &str, at_least: u32, seen: (&str, u32)) -> (bool, String) {
    let (what, count) = seen;
    if model.pod(pod).is_none() {
        return (false, missing(model, Followed::Pods));
    }
    (count >= at_least, format!("{count} of {at_least} {what}"))
}

fn event(model: &Model, pod: &str, reason: Option<&str>, contains: Option<&str>) -> (bool, String) {
    if model.pod(pod).is_none() {
        return (false, missing(model, Followed::Pods));
    }
    if model.has_event(pod, reason, contains) {
        return (true, "seen".to_owned());
    }
    let last = model.events_of(pod).last().map(|row| safe_line(&row.reason));
    (false, last.map_or_else(|| "no event yet".to_owned(), |last| format!("last event: {last}")))
}

fn missing(model: &Model, kind: Followed) -> String {
    let words = if model.listed(kind) { "not there yet" } else { "nothing heard yet" };
    words.to_owned()
}

/// Why nothing new may be seen, where the source does not hear.
fn heard(model: &Model, condition: &Condition) -> String {
    let kinds: &[Followed] = match condition {
        Condition::Pod { .. } | Condition::Restarts { .. } => &[Followed::Pods],
        Condition::DeploymentAvailable { .. } => &[Followed::Deployments],
        Condition::ServiceExternalIp { .. } => &[Followed::Services],
        Condition::ServiceEndpoints { .. } | Condition::ServiceNoEndpoints { .. } => {
            &[Followed::Services, Followed::Endpoints]
        }
        Condition::Event { .. } | Condition::ProbeFailed { .. } => {
            &[Followed::Pods, Followed::Events]
        }
    };
    let trouble = kinds.iter().find_map(|kind| match model.health(*kind) {
        Health::Stale { error, .. } => {
            Some(format!(" (the server is not heard: {})", safe_line(error)))
        }
        Health::Forbidden(message) => Some(format!(" (forbidden: {})", safe_line(message))),
        Health::Connecting | Health::Live => None,
    });
    trouble.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds::Probe;
    use crate::watch::{Change, Seen};

    fn model(objects: &[(&str, Value)]) -> Model {
        let mut model = Model::default();
        let kinds = [
            Followed::Pods,
            Followed::Events,
            Followed::Services,
            Followed::Endpoints,
            Followed::Deployments,
        ];
        let mut changes: Vec<Change> = kinds.map(Change::Relisting).to_vec();
        for (kind, object) in objects {
            let seen: Seen =
                serde_json::from_value(json!({"kind": kind, "object": object})).unwrap();
            changes.push(Change::Applied(Arc::new(seen)));
        }
        changes.extend(kinds.map(Change::Listed));
        for change in changes {
            model.apply(&change, Timestamp::UNIX_EPOCH);
        }
        model
    }

    fn pod(phase: &str, ready: &str, container: Value) -> (&'static str, Value) {
        let mut status = json!({"name": "c", "image": "", "imageID": "", "restartCount": 2, "ready": ready == "True"});
        status["state"] = container;
        (
            "Pod",
            json!({"metadata": {"name": "web", "uid": "u1"},
            "spec": {"restartPolicy": "Never", "containers": [{"name": "c"}]},
            "status": {"phase": phase, "conditions": [{"type": "Ready", "status": ready}],
                "containerStatuses": [status]}}),
        )
    }

    fn deleting(pod: (&'static str, Value)) -> (&'static str, Value) {
        let mut object = pod.1;
        object["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        ("Pod", object)
    }

    fn event(uid: &str, reason: &str, message: &str, count: i32) -> (&'static str, Value) {
        (
            "Event",
            json!({"metadata": {"name": format!("{uid}{reason}{count}")}, "reason": reason, "message": message,
            "count": count, "involvedObject": {"kind": "Pod", "name": "web", "uid": uid}}),
        )
    }

    fn check(objects: &[(&str, Value)], condition: &Condition, wanted: (bool, &str)) {
        let awaited = holds(condition, &model(objects));
        assert_eq!((awaited.holds, awaited.seen.as_str()), wanted, "{}", awaited.condition);
    }

    #[test]
    fn pods_are_waited_for_by_their_state() {
        let running = || pod("Running", "True", json!({"running": {}}));
        let starting =
            || pod("Pending", "False", json!({"waiting": {"reason": "ContainerCreating"}}));
        let unready = || pod("Running", "False", json!({"running": {}}));
        let failed =
            || pod("Running", "False", json!({"terminated": {"exitCode": 7, "reason": "Error"}}));
        let is = |state| Condition::Pod { name: "web".into(), state };
        check(&[running()], &is(Wanted::Ready), (true, "Running"));
        check(&[starting()], &is(Wanted::Ready), (false, "ContainerCreating"));
        check(&[unready()], &is(Wanted::Ready), (false, "Running, 0 of 1 ready"));
        check(&[unready()], &is(Wanted::NotReady), (true, "Running, 0 of 1 ready"));
        check(&[running()], &is(Wanted::NotReady), (false, "Running"));
        check(&[running()], &is(Wanted::Running), (true, "Running"));
        check(&[starting()], &is(Wanted::Running), (false, "ContainerCreating"));
        check(&[deleting(running())], &is(Wanted::Ready), (false, "Terminating"));
        check(&[deleting(running())], &is(Wanted::Running), (false, "Terminating"));
        check(&[deleting(running())], &is(Wanted::Deleted), (false, "still there: Terminating"));
        check(&[failed()], &is(Wanted::Failed), (true, "Error"));
        check(&[running()], &is(Wanted::Failed), (false, "Running"));
        let done = pod(
            "Succeeded",
            "False",
            json!({"terminated": {"exitCode": 0, "reason": "Completed"}}),
        );
        check(&[done], &is(Wanted::Succeeded), (true, "Completed"));
        check(&[], &is(Wanted::Ready), (false, "not there yet"));
        check(&[], &is(Wanted::Deleted), (true, "gone"));
    }

    #[test]
    fn nothing_holds_before_the_first_list() {
        let deleted = Condition::Pod { name: "web".into(), state: Wanted::Deleted };
        let awaited = holds(&deleted, &Model::default());
        assert_eq!((awaited.holds, awaited.seen.as_str()), (false, "nothing heard yet"));
    }

    #[test]
    fn services_are_waited_for_by_address_and_endpoints() {
        let service = |type_: &str, ip: Option<&str>| {
            let ingress: Vec<Value> = ip.map(|ip| json!({"ip": ip})).into_iter().collect();
            (
                "Service",
                json!({"metadata": {"name": "web"}, "spec": {"type": type_},
                "status": {"loadBalancer": {"ingress": ingress}}}),
            )
        };
        let endpoints = |key: &str| {
            (
                "Endpoints",
                json!({"metadata": {"name": "web"}, "subsets": [{key: [{"ip": "10.0.0.1"}]}]}),
            )
        };
        let name = || "web".to_owned();
        let address = Condition::ServiceExternalIp { name: name() };
        check(&[service("LoadBalancer", Some("10.9.0.1"))], &address, (true, "10.9.0.1"));
        check(&[service("LoadBalancer", None)], &address, (false, "no address yet (<pending>)"));
        check(
            &[service("ClusterIP", None)],
            &address,
            (false, "no address: its type is ClusterIP"),
        );
        check(&[], &address, (false, "not there yet"));
        let some = Condition::ServiceEndpoints { name: name() };
        let none = Condition::ServiceNoEndpoints { name: name() };
        let ready = [service("ClusterIP", None), endpoints("addresses")];
        let unready = [service("ClusterIP", None), endpoints("notReadyAddresses")];
        check(&ready, &some, (true, "1 of 1 pods behind it ready"));
        check(&ready, &none, (false, "1 of 1 pods behind it ready"));
        check(&unready, &some, (false, "0 of 1 pods behind it ready"));
        check(&unready, &none, (true, "0 of 1 pods behind it ready"));
        check(&[service("ClusterIP", None)], &none, (false, "no endpoints object yet"));
    }

    #[test]
    fn counts_and_events_are_those_of_the_pod_that_is_there() {
        let web = || pod("Running", "True", json!({"running": {}}));
        let failures = |at_least| Condition::ProbeFailed {
            pod: "web".into(),
            probe: Probe::Liveness,
            at_least,
        };
        let events = [
            web(),
            event("u1", "Unhealthy", "Liveness probe failed: x", 2),
            event("u1", "Unhealthy", "Liveness probe failed: y", 1),
            event("u1", "Unhealthy", "Readiness probe failed: y", 5),
            event("u0", "Unhealthy", "Liveness probe failed: x", 9),
        ];
        check(&events, &failures(3), (true, "3 of 3 failures"));
        check(&events, &failures(4), (false, "3 of 4 failures"));
        let restarts = |at_least| Condition::Restarts { pod: "web".into(), at_least };
        check(&[web()], &restarts(2), (true, "2 of 2 restarts"));
        check(&[web()], &restarts(3), (false, "2 of 3 restarts"));
        check(&[], &restarts(1), (false, "not there yet"));
        let told = |reason: Option<&str>, contains: Option<&str>| Condition::Event {
            pod: "web".into(),
            reason: reason.map(str::to_owned),
            contains: contains.map(str::to_owned),
        };
        check(&events, &told(Some("Unhealthy"), Some("failed: y")), (true, "seen"));
        check(&events, &told(Some("Killing"), None), (false, "last event: Unhealthy"));
        check(&events[4..], &told(Some("Unhealthy"), None), (false, "not there yet"));
        check(&[web(), events[4].clone()], &told(Some("Unhealthy"), None), (false, "no event yet"));
    }

    #[test]
    fn a_deployment_is_waited_for_and_a_silent_server_is_told() {
        let deployment = |status: &str| {
            (
                "Deployment",
                json!({"metadata": {"name": "web"},
            "spec": {"replicas": 2, "selector": {}, "template": {}},
            "status": {"availableReplicas": 1, "conditions": [{"type": "Available", "status": status}]}}),
            )
        };
        let available = Condition::DeploymentAvailable { name: "web".into() };
        check(&[deployment("True")], &available, (true, "1 of 2 pods available"));
        check(&[deployment("False")], &available, (false, "1 of 2 pods available"));
        let mut model = model(&[deployment("False")]);
        let health =
            Health::Stale { since: Timestamp::UNIX_EPOCH, error: "connection refused".into() };
        model.apply(&Change::Health(Followed::Deployments, health), Timestamp::UNIX_EPOCH);
        assert_eq!(
            holds(&available, &model).seen,
            "1 of 2 pods available (the server is not heard: connection refused)"
        );
    }
}
