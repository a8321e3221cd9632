use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Applied, Manager, Typed, apply, record_update};
use crate::kinds::Schema;
use crate::sandbox::admit::{conform, defaulted};

fn now() -> Timestamp {
    "2026-11-22T20:46:11Z".parse().unwrap()
}

fn manager(name: &str, applies: bool) -> Manager {
    Manager {
        name: name.to_owned(),
        api_version: "v1".to_owned(),
        subresource: String::new(),
        applies,
    }
}

fn typed() -> Typed<'static> {
    Typed::Struct(Schema::shipped().kind("v1", "Pod").unwrap())
}

fn empty() -> Value {
    conform(json!({}), Schema::shipped().kind("v1", "Pod").unwrap()).unwrap().object
}

#[test]
fn fields_of_a_created_pod_are_those_that_a_real_server_records() {
    let recording = include_str!("../../../../tests/recordings/k8s-1.36.2/pods.watch.jsonl");
    let mut seen = 0;
    for line in recording.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let real = &event["object"];
        let applied = "kubectl.kubernetes.io/last-applied-configuration";
        let Some(written) = real["metadata"]["annotations"][applied].as_str() else { continue };
        if event["type"] != "ADDED" || !real["spec"]["nodeName"].is_null() {
            continue;
        }
        let mut pod: Value = serde_json::from_str(written).unwrap();
        pod["metadata"]["annotations"] = json!({applied: written});
        let mut pod = defaulted("pods", pod).unwrap();
        record_update(
            (&empty(), &mut pod),
            typed(),
            &manager("kubectl-client-side-apply", false),
            now(),
        );
        let ours = &pod["metadata"]["managedFields"][0]["fieldsV1"];
        let theirs = real["metadata"]["managedFields"].as_array().unwrap();
        let theirs =
            theirs.iter().find(|one| one["manager"] == "kubectl-client-side-apply").unwrap();
        assert_eq!(ours, &theirs["fieldsV1"]);
        seen += 1;
    }
    assert!(seen >= 5, "{seen}");
}

fn live(labels: Value) -> Value {
    let mut pod = json!({"metadata": {"name": "a", "labels": labels},
        "spec": {"containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80, "protocol": "TCP"}]}]}});
    record_update((&empty(), &mut pod), typed(), &manager("kubectl", false), now());
    pod["metadata"]["uid"] = json!("u");
    pod
}

fn applied(live: &Value, configuration: &Value, name: &str, force: bool) -> Result<Value, String> {
    let manager = manager(name, true);
    let applied = Applied { configuration, manager: &manager, force };
    apply(live, &applied, typed(), now()).map_err(|status| status.message)
}

#[test]
fn a_value_of_another_manager_is_a_conflict_unless_forced() {
    let live = live(json!({"app": "web"}));
    let other = json!({"metadata": {"labels": {"app": "api"}}});
    assert_eq!(
        applied(&live, &other, "me", false).unwrap_err(),
        "Apply failed with 1 conflict: conflict with \"kubectl\" using v1: .metadata.labels.app"
    );
    let two = json!({"metadata": {"labels": {"app": "api"}}, "spec": {"containers": [{"name": "c", "image": "j"}]}});
    assert_eq!(
        applied(&live, &two, "me", false).unwrap_err(),
        "Apply failed with 2 conflicts: conflicts with \"kubectl\" using v1:\n- .metadata.labels.app\n- .spec.containers[name=\"c\"].image"
    );
    let forced = applied(&live, &two, "me", true).unwrap();
    assert_eq!(forced["metadata"]["labels"]["app"], "api");
    assert_eq!(forced["spec"]["containers"][0]["ports"][0]["containerPort"], 80);
    // Saying the same is sharing.
    assert!(applied(&live, &json!({"metadata": {"labels": {"app": "web"}}}), "me", false).is_ok());
}

#[test]
fn what_is_no_longer_applied_goes_unless_it_is_shared() {
    let live = live(json!({"app": "web"}));
    let first = json!({"metadata": {"labels": {"app": "web", "mine": "1"}},
        "spec": {"containers": [{"name": "d", "image": "x"}]}});
    let one = applied(&live, &first, "me", false).unwrap();
    assert_eq!(one["spec"]["containers"].as_array().unwrap().len(), 2);
    let two = applied(&one, &json!({"metadata": {"labels": {"more": "2"}}}), "me", false).unwrap();
    assert_eq!(two["metadata"]["labels"], json!({"app": "web", "more": "2"}));
    assert_eq!(two["spec"]["containers"].as_array().unwrap().len(), 1);
    let managers: Vec<&str> = two["metadata"]["managedFields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["manager"].as_str().unwrap())
        .collect();
    assert_eq!(managers, ["me", "kubectl"]);
}

#[test]
fn an_unchanged_configuration_changes_nothing() {
    let live = live(json!({}));
    let configuration = json!({"metadata": {"labels": {"a": "b"}},
        "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]}});
    let one = applied(&live, &configuration, "me", false).unwrap();
    let again = applied(&one, &configuration, "me", false).unwrap();
    assert_eq!(one, again);
    assert_eq!(one["spec"]["containers"][0]["ports"].as_array().unwrap().len(), 1);
}
