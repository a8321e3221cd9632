use serde_json::{Value, json};

use super::bench::{Bench, PODS, pod};

fn running(name: &str) -> Value {
    let mut pod = pod(name);
    pod["spec"]["nodeName"] = json!("node-1");
    pod
}

#[test]
fn a_pod_gets_the_time_that_it_needs() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("waiting"));
    bench.post(PODS, running("a"));
    let (answer, body) = bench.ask("DELETE", &format!("{PODS}/waiting"), Value::Null);
    assert_eq!((answer.status, &body["kind"]), (200, &json!("Pod")));
    assert!(bench.store.get("pods", "lab", "waiting").is_none());
    let (_, body) =
        bench.ask("DELETE", &format!("{PODS}/a"), json!({"propagationPolicy": "Background"}));
    assert_eq!(body["metadata"]["deletionTimestamp"], "2026-11-22T20:46:41Z");
    assert_eq!(body["metadata"]["deletionGracePeriodSeconds"], 30);
    assert_eq!(body["metadata"]["generation"], 2);
    bench.ask("DELETE", &format!("{PODS}/a"), json!({"gracePeriodSeconds": 60}));
    let pod = bench.get(&format!("{PODS}/a"));
    assert_eq!(pod["metadata"]["deletionGracePeriodSeconds"], 30);
    bench.ask("DELETE", &format!("{PODS}/a?gracePeriodSeconds=0"), Value::Null);
    assert!(bench.store.get("pods", "lab", "a").is_none());
}

#[test]
fn finalizers_and_policies_hold_an_object() {
    let mut bench = Bench::new();
    let maps = "/api/v1/namespaces/lab/configmaps";
    bench.post(maps, json!({"metadata": {"name": "held", "finalizers": ["lab.example/hold"]}}));
    let (_, body) = bench.ask("DELETE", &format!("{maps}/held"), Value::Null);
    assert!(body["metadata"]["deletionTimestamp"].is_string());
    let more = json!({"metadata": {"finalizers": ["lab.example/hold", "lab.example/more"]}});
    let (answer, _) =
        bench.ask_as("PATCH", &format!("{maps}/held"), "application/merge-patch+json", more);
    assert_eq!(answer.status, 422);
    let none = json!({"metadata": {"finalizers": null}});
    bench.ask_as("PATCH", &format!("{maps}/held"), "application/merge-patch+json", none);
    assert!(bench.store.get("configmaps", "lab", "held").is_none());
    for (policy, finalizer) in [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")] {
        let name = policy.to_lowercase();
        bench.post(maps, json!({"metadata": {"name": name}}));
        let (_, body) =
            bench.ask("DELETE", &format!("{maps}/{name}"), json!({"propagationPolicy": policy}));
        assert_eq!(body["metadata"]["finalizers"], json!([finalizer]));
    }
    assert_eq!(
        bench.refused("DELETE", &format!("{maps}/orphan?propagationPolicy=Never"), Value::Null).0,
        422
    );
}

#[test]
fn a_success_names_what_is_gone() {
    let mut bench = Bench::new();
    let maps = "/api/v1/namespaces/lab/configmaps";
    let created = bench.post(maps, json!({"metadata": {"name": "a"}}));
    let wrong = json!({"preconditions": {"uid": "other"}});
    let (code, words) = bench.refused("DELETE", &format!("{maps}/a"), wrong);
    assert_eq!(code, 409);
    assert!(words.contains("Precondition failed: UID in precondition: other"), "{words}");
    let (_, body) = bench.ask("DELETE", &format!("{maps}/a"), Value::Null);
    let uid = &created["metadata"]["uid"];
    assert_eq!(
        (&body["status"], &body["details"]),
        (&json!("Success"), &json!({"name": "a", "kind": "configmaps", "uid": uid}))
    );
}

#[test]
fn a_collection_goes_by_its_labels() {
    let mut bench = Bench::new();
    for name in ["a", "b"] {
        bench.post(PODS, pod(name));
    }
    let (answer, body) = bench.ask("DELETE", &format!("{PODS}?labelSelector=app%3Da"), Value::Null);
    assert_eq!((answer.status, &body["kind"]), (200, &json!("PodList")));
    assert!(bench.store.get("pods", "lab", "a").is_none());
    assert!(bench.store.get("pods", "lab", "b").is_some());
}

#[test]
fn a_namespace_takes_nothing_new_and_goes_when_it_is_finalized() {
    let mut bench = Bench::new();
    let (_, body) = bench.ask("DELETE", "/api/v1/namespaces/lab", Value::Null);
    assert_eq!(body["status"]["phase"], "Terminating");
    let (code, words) = bench.refused("POST", PODS, pod("a"));
    assert_eq!(code, 403);
    assert_eq!(
        words,
        "pods \"a\" is forbidden: unable to create new content in namespace lab because it is being terminated"
    );
    let finalized = json!({"metadata": {"name": "lab"}, "spec": {"finalizers": []}});
    bench.ask("PUT", "/api/v1/namespaces/lab/finalize", finalized);
    assert!(bench.store.get("namespaces", "", "lab").is_none());
    bench.add("namespaces", json!({"metadata": {"name": "default"}}));
    let words = "namespaces \"default\" is forbidden: this namespace may not be deleted".to_owned();
    assert_eq!(bench.refused("DELETE", "/api/v1/namespaces/default", Value::Null), (403, words));
}
