//! What the model makes of changes that a recording does not have.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Change, MarkKind, Model, Seen};
use crate::kinds::Probe;

#[derive(Default)]
struct World {
    model: Model,
    version: u64,
}

impl World {
    /// Applies an object at a second of the day; what the watcher says of it.
    fn at(&mut self, second: i64, kind: &str, mut object: Value) -> Vec<String> {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        let seen: Seen = serde_json::from_value(json!({"kind": kind, "object": object})).unwrap();
        let now = Timestamp::from_second(second).unwrap();
        let seen = self.model.apply(&Change::Applied(Arc::new(seen)), now);
        seen.iter().map(|one| one.words()).collect()
    }

    fn runs(&self, probe: Probe) -> u32 {
        let lanes = self.model.lanes("web");
        lanes[0].probes.iter().find(|run| run.spec.probe == probe).unwrap().failures
    }
}

fn time(second: i64) -> Value {
    json!(Timestamp::from_second(second).unwrap().to_string())
}

fn pod(uid: &str, restarts: i32, ready: bool, since: i64) -> Value {
    let probe = json!({"periodSeconds": 5, "failureThreshold": 3});
    let mut status = json!({"name": "c", "image": "", "imageID": "", "restartCount": restarts,
        "ready": ready, "state": {"running": {"startedAt": time(since)}}});
    if restarts > 0 {
        status["lastState"] = json!({"terminated": {"exitCode": 137, "reason": "Error",
            "finishedAt": time(since)}});
    }
    json!({"metadata": {"name": "web", "uid": uid},
        "spec": {"nodeName": "node1", "containers": [
            {"name": "c", "livenessProbe": probe, "readinessProbe": probe}]},
        "status": {"phase": "Running", "containerStatuses": [status]}})
}

fn failure(probe: &str, count: i32, last: i64) -> Value {
    json!({"metadata": {"name": format!("web.{probe}")}, "type": "Warning", "reason": "Unhealthy",
        "message": format!("{probe} probe failed: no"), "count": count,
        "firstTimestamp": time(10), "lastTimestamp": time(last),
        "involvedObject": {"kind": "Pod", "name": "web", "uid": "u1", "fieldPath": "spec.containers{c}"}})
}

#[test]
fn several_restarts_that_are_told_at_once_are_counted() {
    let mut world = World::default();
    world.at(0, "Pod", pod("u1", 1, true, 0));
    assert_eq!(
        world.at(60, "Pod", pod("u1", 4, true, 60)),
        [
            "pod/web: container c restarted 3 times (4 in all), the last time it had ended: Error, exit code 137 (SIGKILL)"
        ]
    );
    assert_eq!(world.model.restarts("web"), 4);
}

#[test]
fn a_restart_begins_a_new_row_of_failures_and_keeps_the_sum() {
    let mut world = World::default();
    world.at(0, "Pod", pod("u1", 0, true, 0));
    for (count, second) in [(1, 10), (2, 15), (3, 20)] {
        world.at(second, "Event", failure("Liveness", count, second));
    }
    assert_eq!(world.runs(Probe::Liveness), 3);
    world.at(50, "Pod", pod("u1", 1, true, 50));
    assert_eq!(world.runs(Probe::Liveness), 0);
    let told = world.at(60, "Event", failure("Liveness", 4, 60));
    assert_eq!(told, ["pod/web: liveness probe failed 1 of 3, restart in ~10 s: no"]);
    assert_eq!(world.model.probe_failures("web", Probe::Liveness), 4);
}

#[test]
fn a_success_in_between_begins_a_new_row_of_failures() {
    let mut world = World::default();
    world.at(0, "Pod", pod("u1", 0, true, 0));
    world.at(10, "Event", failure("Liveness", 1, 10));
    world.at(15, "Event", failure("Liveness", 2, 15));
    let told = world.at(40, "Event", failure("Liveness", 3, 40));
    assert_eq!(told, ["pod/web: liveness probe failed 1 of 3, restart in ~10 s: no"]);
}

#[test]
fn readiness_fails_is_lost_and_comes_back() {
    let mut world = World::default();
    world.at(0, "Pod", pod("u1", 0, true, 0));
    world.at(10, "Event", failure("Readiness", 1, 10));
    let told = world.at(20, "Event", failure("Readiness", 3, 20));
    assert_eq!(told, ["pod/web: readiness probe failed 3 of 3, no traffic now: no"]);
    assert_eq!(world.at(21, "Pod", pod("u1", 0, false, 0)), ["pod/web: container c is not ready"]);
    let told = world.at(25, "Event", failure("Readiness", 4, 25));
    assert_eq!(told, ["pod/web: readiness probe failed 4 times in a row, no traffic now: no"]);
    assert_eq!(world.at(28, "Pod", pod("u1", 0, true, 0)), ["pod/web: container c is ready"]);
    assert_eq!(world.runs(Probe::Readiness), 0);
}

#[test]
fn a_lane_has_what_status_and_events_tell_in_the_order_of_time() {
    let mut world = World::default();
    // The watches are apart: events may come before their pod.
    world.at(1, "Event", failure("Liveness", 1, 10));
    world.at(1, "Pod", pod("u1", 0, true, 0));
    world.at(21, "Pod", pod("u1", 1, true, 20));
    let marks = &world.model.lanes("web")[0].marks;
    let told: Vec<(i64, MarkKind)> =
        marks.iter().map(|mark| (mark.at.as_second(), mark.what)).collect();
    assert_eq!(
        told,
        [
            (0, MarkKind::Started),
            (0, MarkKind::Ready),
            (10, MarkKind::ProbeFailed(Probe::Liveness, 1)),
            (20, MarkKind::Ended(137)),
            (20, MarkKind::Restarted(1)),
        ]
    );
}

#[test]
fn a_pod_that_was_made_anew_starts_from_nothing() {
    let mut world = World::default();
    world.at(0, "Pod", pod("u1", 2, true, 0));
    world.at(10, "Event", failure("Liveness", 5, 10));
    assert_eq!(world.model.probe_failures("web", Probe::Liveness), 5);
    assert_eq!(
        world.at(20, "Pod", pod("u2", 0, false, 20)),
        [
            "pod/web: is gone",
            "pod/web: created",
            "pod/web: placed on node1",
            "pod/web: container c started"
        ]
    );
    assert_eq!(world.model.probe_failures("web", Probe::Liveness), 0);
    assert_eq!(world.at(21, "Event", failure("Liveness", 6, 21)), Vec::<String>::new());
}

#[test]
fn services_tell_their_address_and_who_stands_behind_them() {
    let mut world = World::default();
    let service = |ingress: Value| {
        json!({"metadata": {"name": "web"},
        "spec": {"type": "LoadBalancer"}, "status": {"loadBalancer": {"ingress": ingress}}})
    };
    let endpoints =
        |key: &str| json!({"metadata": {"name": "web"}, "subsets": [{key: [{"ip": "10.0.0.1"}]}]});
    assert_eq!(world.at(0, "Service", service(json!([]))), ["service/web: created"]);
    let told = world.at(1, "Service", service(json!([{"ip": "10.9.0.1"}])));
    assert_eq!(told, ["service/web: has the address 10.9.0.1"]);
    let told = world.at(2, "Endpoints", endpoints("addresses"));
    assert_eq!(told, ["service/web: 1 ready pod behind it"]);
    let told = world.at(3, "Endpoints", endpoints("notReadyAddresses"));
    assert_eq!(told, ["service/web: 0 of 1 pods behind it ready"]);
}
