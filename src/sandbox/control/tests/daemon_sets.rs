use serde_json::json;

use super::super::super::fields;
use super::bench::{Bench, workload};

const SETS: &str = "daemonsets.apps";

fn set() -> serde_json::Value {
    let mut set = workload("DaemonSet", "agent", 0);
    fields::unset(&mut set, "spec.replicas");
    set
}

fn nodes(bench: &Bench) -> Vec<String> {
    let mut nodes: Vec<String> =
        bench.pods().iter().map(|pod| fields::text(pod, "spec.nodeName").to_owned()).collect();
    nodes.sort();
    nodes
}

#[test]
fn every_node_has_one_pod() {
    let mut bench = Bench::new();
    bench.create(SETS, set());
    bench.settle();
    assert_eq!(nodes(&bench), ["node-1", "node-2"]);
    assert_eq!(
        bench.get(SETS, "agent")["status"],
        json!({
            "currentNumberScheduled": 2, "desiredNumberScheduled": 2, "numberMisscheduled": 0,
            "numberReady": 2, "observedGeneration": 1, "numberAvailable": 2,
            "updatedNumberScheduled": 2,
        })
    );
    assert!(
        bench.events_of("agent")[0].starts_with("Normal SuccessfulCreate: Created pod: agent-")
    );
    bench.node("node-3", json!({ "cpu": "4", "memory": "8Gi", "pods": "110" }));
    bench.settle();
    assert_eq!(nodes(&bench), ["node-1", "node-2", "node-3"]);
}

#[test]
fn nodes_that_do_not_fit_have_none_and_cordoned_ones_do() {
    let mut bench = Bench::new();
    let taint = json!([{ "key": "gpu", "effect": "NoSchedule" }]);
    bench.edit("nodes", "node-1", "spec.taints", taint);
    bench.edit("nodes", "node-2", "spec.unschedulable", true);
    bench.create(SETS, set());
    bench.settle();
    assert_eq!(nodes(&bench), ["node-2"]);
    bench.edit(SETS, "agent", "spec.template.spec.nodeSelector", json!({ "disk": "ssd" }));
    bench.settle();
    assert_eq!(nodes(&bench), Vec::<String>::new());
    bench.edit("nodes", "node-2", "metadata.labels", json!({ "disk": "ssd" }));
    bench.settle();
    assert_eq!(nodes(&bench), ["node-2"]);
}

#[test]
fn an_update_replaces_one_pod_after_the_other() {
    let mut bench = Bench::new();
    bench.create(SETS, set());
    bench.settle();
    bench.becomes_ready = |_| false;
    bench.edit(
        SETS,
        "agent",
        "spec.template.spec.containers",
        json!([{ "name": "main", "image": "nginx:2" }]),
    );
    bench.settle();
    let new = |bench: &Bench| {
        bench.pods().iter().filter(|pod| pod["spec"]["containers"][0]["image"] == "nginx:2").count()
    };
    assert_eq!(new(&bench), 1, "the next waits until this one is well");
    let name = bench
        .pods()
        .iter()
        .find(|p| p["spec"]["containers"][0]["image"] == "nginx:2")
        .map(|p| fields::name(p).to_owned())
        .unwrap();
    bench.becomes_ready = |_| true;
    bench.ready(&name, true);
    bench.settle();
    assert_eq!(new(&bench), 2);
    assert_eq!(bench.names("controllerrevisions.apps").len(), 2);
    // Back to the first template: its revision is the newest again.
    bench.edit(
        SETS,
        "agent",
        "spec.template.spec.containers",
        json!([{ "name": "main", "image": "nginx:1" }]),
    );
    bench.settle();
    let mut numbers: Vec<i64> = bench
        .store
        .list("controllerrevisions.apps", None)
        .map(|revision| fields::count(revision, "revision"))
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3]);
    assert_eq!(new(&bench), 0);
}
