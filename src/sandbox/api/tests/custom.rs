use serde_json::{Value, json};

use super::bench::Bench;

fn definition() -> Value {
    let schema = json!({"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object",
        "properties": {"cronSpec": {"type": "string"}, "replicas": {"type": "integer", "default": 1}}},
        "status": {"type": "object", "properties": {"replicas": {"type": "integer"}}}}}});
    json!({"metadata": {"name": "crontabs.stable.example.com"}, "spec": {"group": "stable.example.com",
    "scope": "Namespaced", "names": {"plural": "crontabs", "kind": "CronTab", "shortNames": ["ct"]},
    "versions": [
        {"name": "v1", "served": true, "storage": true, "schema": schema,
            "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}}},
        {"name": "v1beta1", "served": true, "storage": false, "schema": schema},
    ]}})
}

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const CRONTABS: &str = "/apis/stable.example.com/v1/namespaces/lab/crontabs";

#[test]
fn a_definition_is_served_at_once() {
    let mut bench = Bench::new();
    assert_eq!(bench.refused("GET", CRONTABS, Value::Null).0, 404);
    let made = bench.post(DEFINITIONS, definition());
    assert_eq!(made["status"]["conditions"][1]["type"], "Established");
    assert_eq!(made["spec"]["names"]["singular"], "crontab");
    let list = bench.get("/apis/stable.example.com/v1");
    assert_eq!(list["resources"][0]["shortNames"], json!(["ct"]));
    let group = bench.get("/apis/stable.example.com");
    assert_eq!(group["preferredVersion"]["version"], "v1");
    let document = bench.get("/openapi/v3/apis/stable.example.com/v1");
    assert!(document["components"]["schemas"]["com.example.stable.v1.CronTab"].is_object());
}

#[test]
fn its_objects_are_held_to_its_schema() {
    let mut bench = Bench::new();
    bench.post(DEFINITIONS, definition());
    let object = |spec: Value| json!({"apiVersion": "stable.example.com/v1", "kind": "CronTab", "metadata": {"name": "a"}, "spec": spec});
    assert_eq!(
        bench
            .refused(
                "POST",
                &format!("{CRONTABS}?fieldValidation=Strict"),
                object(json!({"foo": 1}))
            )
            .1,
        "CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error: unknown field \"spec.foo\""
    );
    assert_eq!(
        bench.refused("POST", CRONTABS, object(json!({"replicas": "x"}))).1,
        "CronTab.stable.example.com \"a\" is invalid: spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\""
    );
    let made = bench.post(CRONTABS, object(json!({"cronSpec": "*"})));
    assert_eq!(
        (&made["spec"]["replicas"], &made["metadata"]["generation"]),
        (&json!(1), &json!(1))
    );
    let scale = bench.get(&format!("{CRONTABS}/a/scale"));
    assert_eq!(scale["spec"]["replicas"], 1);
    let old = bench.get("/apis/stable.example.com/v1beta1/namespaces/lab/crontabs/a");
    assert_eq!(old["apiVersion"], "stable.example.com/v1beta1");
    let patch = json!({"status": {"replicas": 1}, "spec": {"cronSpec": "x"}});
    let (_, body) = bench.ask_as(
        "PATCH",
        &format!("{CRONTABS}/a/status"),
        "application/merge-patch+json",
        patch,
    );
    assert_eq!((&body["status"]["replicas"], &body["spec"]["cronSpec"]), (&json!(1), &json!("*")));
    let (answer, _) = bench.ask_as(
        "PATCH",
        &format!("{CRONTABS}/a"),
        "application/strategic-merge-patch+json",
        json!({}),
    );
    assert_eq!(answer.status, 415);
    bench.ask("DELETE", &format!("{DEFINITIONS}/crontabs.stable.example.com"), Value::Null);
    assert_eq!(bench.store.list("crontabs.stable.example.com", None).count(), 0);
}
