use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, pod, workload};

const DEPLOYMENTS: &str = "deployments.apps";
const SETS: &str = "replicasets.apps";

fn deployed() -> Bench {
    let mut bench = Bench::new();
    bench.create(DEPLOYMENTS, workload("Deployment", "web", 2));
    bench.settle();
    bench
}

#[test]
fn what_is_owned_goes_with_its_owner() {
    let mut bench = deployed();
    bench.delete(DEPLOYMENTS, "web", None);
    bench.settle();
    assert_eq!(bench.names(SETS), Vec::<String>::new());
    assert_eq!(bench.names("pods"), Vec::<String>::new());
}

#[test]
fn in_the_foreground_the_owner_goes_last() {
    let mut bench = deployed();
    bench.slow_to_end = true;
    bench.delete(DEPLOYMENTS, "web", Some("foregroundDeletion"));
    bench.settle();
    assert!(bench.has(DEPLOYMENTS, "web"), "it waits for its pods");
    assert_eq!(bench.names(SETS).len(), 1);
    assert!(bench.pods().iter().all(|pod| fields::is_deleting(pod)));
    bench.pass(30);
    assert!(!bench.has(DEPLOYMENTS, "web"));
    assert_eq!(bench.names(SETS), Vec::<String>::new());
    assert_eq!(bench.names("pods"), Vec::<String>::new());
}

#[test]
fn orphans_stay_and_are_adopted_by_the_next() {
    let mut bench = deployed();
    let before = (bench.names(SETS), bench.names("pods"));
    bench.delete(DEPLOYMENTS, "web", Some("orphan"));
    bench.settle();
    assert!(!bench.has(DEPLOYMENTS, "web"));
    assert_eq!((bench.names(SETS), bench.names("pods")), before);
    assert_eq!(bench.get(SETS, &before.0[0])["metadata"]["ownerReferences"], Value::Null);
    bench.create(DEPLOYMENTS, workload("Deployment", "web", 2));
    bench.settle();
    assert_eq!((bench.names(SETS), bench.names("pods")), before);
    let owner = bench.get(SETS, &before.0[0])["metadata"]["ownerReferences"][0]["uid"].clone();
    assert_eq!(owner, fields::uid(&bench.get(DEPLOYMENTS, "web")));
}

#[test]
fn one_of_two_owners_is_enough_to_stay() {
    let mut bench = Bench::new();
    let owner = |bench: &mut Bench, name: &str| {
        let map = bench.create("configmaps", json!({ "metadata": { "name": name } }));
        json!({ "uid": fields::uid(&map), "name": name, "kind": "ConfigMap", "apiVersion": "v1" })
    };
    let owners = [owner(&mut bench, "a"), owner(&mut bench, "b")];
    bench.create(
        "configmaps",
        json!({ "metadata": { "name": "owned", "ownerReferences": owners } }),
    );
    bench.settle();
    bench.delete("configmaps", "a", None);
    bench.settle();
    assert_eq!(bench.get("configmaps", "owned")["metadata"]["ownerReferences"], json!([owners[1]]));
    bench.delete("configmaps", "b", None);
    bench.settle();
    assert!(!bench.has("configmaps", "owned"));
}

#[test]
fn an_object_whose_owner_was_never_there_goes_too() {
    let mut bench = Bench::new();
    bench.create(
        "configmaps",
        json!({ "metadata": {
        "name": "owned", "ownerReferences": [{ "uid": "none", "name": "n", "kind": "ConfigMap", "apiVersion": "v1" }],
    } }),
    );
    bench.settle();
    assert!(!bench.has("configmaps", "owned"));
}

#[test]
fn a_namespace_goes_with_all_that_is_in_it() {
    let mut bench = deployed();
    bench.slow_to_end = true;
    bench.create("configmaps", json!({ "metadata": { "name": "settings" } }));
    bench.delete("namespaces", "lab", None);
    bench.settle();
    let namespace = bench.get("namespaces", "lab");
    assert_eq!(namespace["status"]["phase"], "Terminating");
    let conditions = bench.conditions("namespaces", "lab");
    assert_eq!(
        conditions[3],
        "NamespaceContentRemaining=True SomeResourcesRemain: Some resources are remaining: pods. has 2 resource instances"
    );
    assert_eq!(bench.names("configmaps"), Vec::<String>::new());
    bench.pass(30);
    assert!(bench.store.get("namespaces", "", "lab").is_none());
    let left: Vec<_> = bench
        .store
        .resources()
        .filter(|r| bench.store.list(r, Some("lab")).next().is_some())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_finalizer_holds_a_namespace_and_is_named() {
    let mut bench = Bench::new();
    bench.create(
        "configmaps",
        json!({ "metadata": { "name": "held", "finalizers": ["mine/hold"] } }),
    );
    bench.settle();
    bench.delete("namespaces", "lab", None);
    bench.settle();
    assert_eq!(
        bench.conditions("namespaces", "lab")[4],
        "NamespaceFinalizersRemaining=True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: mine/hold in 1 resource instances"
    );
}

#[test]
fn pods_go_with_their_node_and_are_made_elsewhere() {
    let mut bench = deployed();
    bench.delete("nodes", "node-1", None);
    bench.settle();
    let nodes: Vec<String> =
        bench.pods().iter().map(|pod| fields::text(pod, "spec.nodeName").to_owned()).collect();
    assert_eq!(nodes, ["node-2", "node-2"]);
}

#[test]
fn a_pod_that_does_not_bear_a_taint_is_evicted() {
    let mut bench = Bench::new();
    let bears = |seconds: Value| {
        json!({ "tolerations": [
        { "key": "broken", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds },
    ], "nodeName": "node-1" })
    };
    bench.create("pods", pod("plain", &json!({ "nodeName": "node-1" })));
    bench.create("pods", pod("patient", &bears(json!(60))));
    bench.create("pods", pod("stoic", &bears(Value::Null)));
    bench.settle();
    bench.edit(
        "nodes",
        "node-1",
        "spec.taints",
        json!([
            { "key": "broken", "effect": "NoExecute", "timeAdded": "2026-11-22T20:46:11Z" },
        ]),
    );
    bench.settle();
    assert_eq!(bench.names("pods"), ["patient", "stoic"]);
    assert_eq!(
        bench.events_of("plain").last().unwrap(),
        "Normal TaintManagerEviction: Marking for deletion Pod lab/plain"
    );
    bench.pass(61);
    assert_eq!(bench.names("pods"), ["stoic"]);
}
