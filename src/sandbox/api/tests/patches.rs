use serde_json::{Value, json};

use super::bench::{Bench, PODS, pod};

const STRATEGIC: &str = "application/strategic-merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

#[test]
fn a_strategic_patch_keeps_the_other_containers() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let patch = json!({"spec": {"containers": [{"name": "c", "image": "nginx:1.28"}]}});
    let (answer, body) = bench.ask_as("PATCH", &format!("{PODS}/a"), STRATEGIC, patch);
    assert_eq!(answer.status, 200, "{body}");
    assert_eq!(body["spec"]["containers"][0]["image"], "nginx:1.28");
    assert_eq!(body["spec"]["containers"][0]["terminationMessagePolicy"], "File");
    assert_eq!(body["metadata"]["generation"], 2);
}

#[test]
fn what_cannot_be_patched_is_told() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let target = format!("{PODS}/a");
    let (answer, body) = bench.ask_as("PATCH", &target, "text/plain", json!({}));
    assert_eq!(answer.status, 415);
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .starts_with("the body of the request was in an unknown format")
    );
    let rename = json!({"metadata": {"name": "b"}});
    assert_eq!(bench.ask_as("PATCH", &target, STRATEGIC, rename).0.status, 400);
    let test = json!([{"op": "test", "path": "/metadata/name", "value": "b"}]);
    let (answer, body) = bench.ask_as("PATCH", &target, "application/json-patch+json", test);
    assert_eq!((answer.status, &body["reason"]), (422, &json!("Invalid")));
    for garbage in
        [json!(1), json!([]), json!("x"), json!({"metadata": 1}), json!({"metadata": null})]
    {
        for media_type in [STRATEGIC, "application/merge-patch+json", "application/json-patch+json"]
        {
            bench.ask_as("PATCH", &target, media_type, garbage.clone());
        }
    }
    assert_eq!(bench.get(&target)["metadata"]["name"], "a");
}

#[test]
fn applying_creates_changes_and_takes_away() {
    let mut bench = Bench::new();
    let target = "/api/v1/namespaces/lab/configmaps/c?fieldManager=kubectl&force=false";
    let map = |data: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data});
    let (answer, body) = bench.ask_as("PATCH", target, APPLY, map(json!({"a": "1", "b": "2"})));
    assert_eq!(answer.status, 201, "{body}");
    let managed = &body["metadata"]["managedFields"][0];
    assert_eq!((&managed["operation"], &managed["manager"]), (&json!("Apply"), &json!("kubectl")));
    assert_eq!(managed["fieldsV1"], json!({"f:data": {"f:a": {}, "f:b": {}}}));
    let before = bench.store.revision();
    let (answer, _) = bench.ask_as("PATCH", target, APPLY, map(json!({"a": "1", "b": "2"})));
    assert_eq!((answer.status, bench.store.revision()), (200, before));
    let (_, body) = bench.ask_as("PATCH", target, APPLY, map(json!({"a": "3"})));
    assert_eq!(body["data"], json!({"a": "3"}));
    let other = "/api/v1/namespaces/lab/configmaps/c?fieldManager=me";
    let (answer, body) = bench.ask_as("PATCH", other, APPLY, map(json!({"a": "4"})));
    assert_eq!(answer.status, 409);
    assert_eq!(body["message"], "Apply failed with 1 conflict: conflict with \"kubectl\": .data.a");
    assert_eq!(body["details"]["causes"][0]["reason"], "FieldManagerConflict");
    let (answer, _) =
        bench.ask_as("PATCH", &format!("{other}&force=true"), APPLY, map(json!({"a": "4"})));
    assert_eq!(answer.status, 200);
    let (answer, _) =
        bench.ask_as("PATCH", "/api/v1/namespaces/lab/configmaps/c", APPLY, map(json!({})));
    assert_eq!(answer.status, 422);
}

#[test]
fn a_number_of_replicas_belongs_to_whoever_scaled_last() {
    let mut bench = Bench::new();
    let target = "/apis/apps/v1/namespaces/lab/deployments/web";
    let deployment = |replicas: u32| {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}})
    };
    let apply = format!("{target}?fieldManager=ci");
    assert_eq!(bench.ask_as("PATCH", &apply, APPLY, deployment(2)).0.status, 201);
    let patch = json!({"spec": {"replicas": 5}});
    bench.ask_as("PATCH", &format!("{target}/scale"), "application/merge-patch+json", patch);
    let (answer, body) = bench.ask_as("PATCH", &apply, APPLY, deployment(2));
    assert_eq!(answer.status, 409);
    assert_eq!(
        body["message"],
        "Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas"
    );
}
