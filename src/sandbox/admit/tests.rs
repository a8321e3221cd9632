//! What is created looks as a real cluster's objects do.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::create;
use super::edit::{items_mut, text};
use crate::sandbox::store::Store;

fn now() -> Timestamp {
    "2026-11-22T20:46:11Z".parse().unwrap()
}

/// Takes out of a real pod what chance or its distribution put in.
fn comparable(mut pod: Value) -> Value {
    let mut name = String::new();
    for volume in items_mut(&mut pod, &["spec", "volumes"]) {
        let found = text(volume, &["name"]).to_owned();
        if found.starts_with("kube-api-access-") {
            volume["name"] = json!("kube-api-access");
            name = found;
            let sources = volume["projected"]["sources"].as_array_mut().unwrap();
            sources.retain(|one| one["configMap"]["name"] != "openshift-service-ca.crt");
        }
    }
    for list in ["containers", "initContainers"] {
        for container in items_mut(&mut pod, &["spec", list]) {
            for mount in items_mut(container, &["volumeMounts"]) {
                if mount["name"] == name {
                    mount["name"] = json!("kube-api-access");
                }
            }
        }
    }
    let meta = &pod["metadata"];
    json!({"spec": pod["spec"], "status": pod["status"], "kind": pod["kind"],
        "apiVersion": pod["apiVersion"], "generation": meta["generation"],
        "created": meta["creationTimestamp"].as_str().map(str::len)})
}

#[test]
fn pods_are_those_of_a_real_cluster() {
    let recording = include_str!("../../../tests/recordings/k8s-1.36.2/pods.watch.jsonl");
    let mut seen = 0;
    for line in recording.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let real = event["object"].clone();
        let applied = "kubectl.kubernetes.io/last-applied-configuration";
        let Some(written) = real["metadata"]["annotations"][applied].as_str() else { continue };
        if event["type"] != "ADDED" || !real["spec"]["nodeName"].is_null() {
            continue;
        }
        seen += 1;
        let written: Value = serde_json::from_str(written).unwrap();
        let ours = create(&mut Store::default(), "pods", written, now()).unwrap();
        assert_eq!(comparable(Value::clone(&ours)), comparable(real));
    }
    assert!(seen >= 5, "{seen}");
}

fn made(resource: &str, object: Value) -> Value {
    Value::clone(&create(&mut Store::default(), resource, object, now()).unwrap())
}

#[test]
fn services_get_addresses_and_ports() {
    let mut store = Store::default();
    let mut make = |spec: Value| {
        let object = json!({"metadata": {"generateName": "s-", "namespace": "lab"}, "spec": spec});
        create(&mut store, "services", object, now()).map(|one| one["spec"].clone())
    };
    let spec =
        make(json!({"type": "NodePort", "selector": {"a": "b"}, "ports": [{"port": 80}]})).unwrap();
    assert!(text(&spec, &["clusterIP"]).starts_with("10.96."));
    assert_eq!(spec["clusterIPs"][0], spec["clusterIP"]);
    let port = spec["ports"][0]["nodePort"].as_u64().unwrap();
    assert!((30_000..32_768).contains(&port));
    assert_eq!(spec["ports"][0]["targetPort"], 80);
    let error =
        make(json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": port}]})).unwrap_err();
    assert!(
        error.message.ends_with(&format!(
            "is invalid: spec.ports[0].nodePort: Invalid value: {port}: provided port is already allocated"
        )),
        "{error}"
    );
    let address = spec["clusterIP"].clone();
    let error = make(json!({"clusterIP": address, "ports": [{"port": 80}]})).unwrap_err();
    assert!(error.message.ends_with("provided IP is already allocated"), "{error}");
    let spec = make(json!({"clusterIP": "None", "selector": {"a": "b"}, "ports": [{"port": 80}]}))
        .unwrap();
    assert_eq!(
        (&spec["clusterIP"], &spec["ipFamilyPolicy"]),
        (&json!("None"), &json!("SingleStack"))
    );
    let spec = make(json!({"type": "ExternalName", "externalName": "a.example"})).unwrap();
    assert!(spec["clusterIP"].is_null() && spec["internalTrafficPolicy"].is_null());
}

#[test]
fn a_job_gets_the_labels_of_its_own_pods() {
    let template =
        json!({"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}});
    let job = made(
        "jobs.batch",
        json!({"metadata": {"name": "j", "namespace": "lab"},
        "spec": {"template": template}}),
    );
    let uid = &job["metadata"]["uid"];
    assert_eq!(&job["spec"]["selector"]["matchLabels"]["batch.kubernetes.io/controller-uid"], uid);
    assert_eq!(&job["spec"]["template"]["metadata"]["labels"]["controller-uid"], uid);
    assert_eq!(job["spec"]["template"]["metadata"]["labels"]["job-name"], "j");
}

#[test]
fn objects_read_as_their_types_send_them() {
    let secret = made("secrets", json!({"metadata": {"name": "s"}, "stringData": {"a": "b"}}));
    assert_eq!((&secret["data"]["a"], &secret["type"]), (&json!("Yg=="), &json!("Opaque")));
    assert!(secret["stringData"].is_null());
    let namespace = made("namespaces", json!({"metadata": {"name": "n"}}));
    assert_eq!(namespace["metadata"]["labels"]["kubernetes.io/metadata.name"], "n");
    assert_eq!(namespace["spec"]["finalizers"], json!(["kubernetes"]));
    let role = made("roles.rbac.authorization.k8s.io", json!({"metadata": {"name": "r"}}));
    assert_eq!(role.as_object().unwrap().get("rules"), Some(&Value::Null));
    let deployment = made(
        "deployments.apps",
        json!({"metadata": {"name": "d"}, "spec": {
        "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}},
        "spec": {"containers": [{"name": "c", "image": "i"}]}}}}),
    );
    let rolling = json!({"maxSurge": "25%", "maxUnavailable": "25%"});
    let strategy = json!({"type": "RollingUpdate", "rollingUpdate": rolling});
    assert_eq!(deployment["spec"]["strategy"], strategy);
    assert_eq!(
        (&deployment["status"], &deployment["metadata"]["generation"]),
        (&json!({}), &json!(1))
    );
}
