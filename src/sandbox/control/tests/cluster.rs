use jiff::Timestamp;

use super::super::super::{Store, fields};
use super::super::Control;

fn cluster() -> (Store, Control, Timestamp) {
    let now = "2026-11-22T20:46:11Z".parse().unwrap();
    let (mut store, mut control) = (Store::default(), Control::new());
    control.bootstrap(&mut store, "-----BEGIN CERTIFICATE-----", now);
    (store, control, now)
}

fn names(store: &Store, resource: &str) -> Vec<String> {
    let name = |object: &super::super::super::Object| match fields::namespace(object) {
        "" => fields::name(object).to_owned(),
        namespace => format!("{namespace}/{}", fields::name(object)),
    };
    store.list(resource, None).map(name).collect()
}

#[test]
fn a_new_cluster_has_what_every_cluster_has() {
    let (store, _, _) = cluster();
    assert_eq!(
        names(&store, "namespaces"),
        ["default", "kube-node-lease", "kube-public", "kube-system"]
    );
    assert_eq!(names(&store, "nodes"), ["node-1", "node-2"]);
    assert_eq!(names(&store, "services"), ["default/kubernetes", "kube-system/kube-dns"]);
    assert_eq!(names(&store, "storageclasses.storage.k8s.io"), ["standard"]);
    assert_eq!(
        names(&store, "serviceaccounts"),
        ["default", "kube-node-lease", "kube-public", "kube-system"]
            .map(|ns| format!("{ns}/default"))
    );
    let map = store.get("configmaps", "default", "kube-root-ca.crt").unwrap();
    assert_eq!(map["data"]["ca.crt"], "-----BEGIN CERTIFICATE-----");
    let endpoints = store.get("endpoints", "default", "kubernetes").unwrap();
    assert_eq!(endpoints["subsets"][0]["addresses"][0]["ip"], "10.138.0.10");
}

#[test]
fn the_systems_pods_are_placed_on_both_nodes() {
    let (store, _, _) = cluster();
    let of = |app: &str| {
        let mut nodes: Vec<&str> = store
            .list("pods", Some("kube-system"))
            .filter(|pod| fields::label(pod, "k8s-app") == Some(app))
            .map(|pod| fields::text(pod, "spec.nodeName"))
            .collect();
        nodes.sort_unstable();
        nodes
    };
    assert_eq!(of("kube-dns"), ["node-1", "node-2"]);
    assert_eq!(of("kube-proxy"), ["node-1", "node-2"]);
}

#[test]
fn nodes_say_that_they_are_simulated() {
    let (store, _, _) = cluster();
    let node = store.get("nodes", "", "node-1").unwrap();
    assert_eq!(fields::text(node, "status.nodeInfo.osImage"), "podlab sandbox (simulated)");
    assert_eq!(fields::text(node, "status.nodeInfo.kubeletVersion"), "v1.36.2");
    assert_eq!(fields::label(node, "sandbox.podlab/simulated"), Some("true"));
    assert_eq!(fields::text(node, "status.addresses.0.address"), "10.138.0.11");
}

#[test]
fn a_new_cluster_comes_to_rest_and_events_go_after_an_hour() {
    let (mut store, mut control, now) = cluster();
    let revision = store.revision();
    control.advance(&mut store, now);
    assert_eq!(store.revision(), revision);
    assert!(store.list("events", None).count() > 0);
    // The deployment's deadline and the events' time are all that is waited for.
    let mut steps = 0;
    while let Some(due) = control.next_due() {
        assert!(due > now, "nothing is due at once");
        control.advance(&mut store, due);
        steps += 1;
        assert!(steps < 1000);
    }
    assert_eq!(store.list("events", None).count(), 0);
    assert_eq!(control.next_due(), None);
}

#[test]
fn what_every_namespace_has_comes_back() {
    let (mut store, mut control, now) = cluster();
    store.remove("serviceaccounts", "default", "default");
    store.remove("configmaps", "default", "kube-root-ca.crt");
    control.advance(&mut store, now);
    assert!(store.get("serviceaccounts", "default", "default").is_some());
    assert!(store.get("configmaps", "default", "kube-root-ca.crt").is_some());
}
