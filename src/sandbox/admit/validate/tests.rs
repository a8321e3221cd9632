//! Mistakes of people, and what a real server says of them.

use serde_json::{Value, json};

use super::super::defaults::set_defaults;
use super::super::{conform, edit::set};
use crate::kinds::{ApiResource, Schema};

fn object(resource: &str, mut object: Value) -> Value {
    let known = ApiResource::stored_as(resource).unwrap();
    let type_id = Schema::shipped().kind(&known.api_version(), &known.kind).unwrap();
    if object["metadata"].is_null() {
        set(&mut object, &["metadata"], "name", "x");
    }
    let mut object = conform(object, type_id).unwrap().object;
    object["kind"] = json!(known.kind);
    set_defaults(resource, &mut object);
    object
}

fn told(resource: &str, given: Value) -> String {
    match super::new(resource, &object(resource, given)) {
        Ok(()) => "valid".to_owned(),
        Err(status) => status.message,
    }
}

fn pod(container: Value) -> Value {
    json!({"spec": {"containers": [container]}})
}

fn workload(labels: Value) -> Value {
    json!({"spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": labels},
        "spec": {"containers": [{"name": "c", "image": "i"}]}}}})
}

#[test]
fn pods() {
    let rows = [
        (pod(json!({"name": "c", "image": "i"})), "valid"),
        (json!({}), "Pod \"x\" is invalid: spec.containers: Required value"),
        (
            pod(json!({"name": "c"})),
            "Pod \"x\" is invalid: spec.containers[0].image: Required value",
        ),
        (
            pod(json!({"name": "c", "image": "i", "ports": [{"containerPort": 70000}]})),
            "Pod \"x\" is invalid: spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
        ),
        (
            pod(
                json!({"name": "c", "image": "i", "volumeMounts": [{"name": "v", "mountPath": "/a"}]}),
            ),
            "Pod \"x\" is invalid: spec.containers[0].volumeMounts[0].name: Not found: \"v\"",
        ),
        (
            pod(json!({"name": "c", "image": "i", "imagePullPolicy": "Sometimes"})),
            "Pod \"x\" is invalid: spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"",
        ),
        (
            pod(json!({"name": "c", "image": "i", "livenessProbe": {}})),
            "Pod \"x\" is invalid: spec.containers[0].livenessProbe: Required value: must specify a handler type",
        ),
        (
            pod(
                json!({"name": "c", "image": "i", "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}}),
            ),
            "Pod \"x\" is invalid: spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1",
        ),
        (
            json!({"spec": {"restartPolicy": "No", "containers": [{"name": "c", "image": "i"}, {"name": "c", "image": "i"}]}}),
            "Pod \"x\" is invalid: [spec.containers[1].name: Duplicate value: \"c\", spec.restartPolicy: Unsupported value: \"No\": supported values: \"Always\", \"OnFailure\", \"Never\"]",
        ),
    ];
    for (given, wanted) in rows {
        assert_eq!(told("pods", given.clone()), wanted, "{given}");
    }
}

#[test]
fn names() {
    let named = |resource: &str, name: &str| told(resource, json!({"metadata": {"name": name}}));
    assert_eq!(
        named("configmaps", "My_Map"),
        "ConfigMap \"My_Map\" is invalid: metadata.name: Invalid value: \"My_Map\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    );
    assert_eq!(
        named("configmaps", ""),
        "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required"
    );
    assert_eq!(named("clusterroles.rbac.authorization.k8s.io", "system:view"), "valid");
    assert!(named("namespaces", "a.b").contains("RFC 1123 label"));
}

#[test]
fn workloads() {
    assert_eq!(told("deployments.apps", workload(json!({"app": "web"}))), "valid");
    assert_eq!(
        told("deployments.apps", workload(json!({"app": "api"}))),
        "Deployment.apps \"x\" is invalid: spec.template.metadata.labels: Invalid value: {\"app\":\"api\"}: `selector` does not match template `labels`"
    );
    let mut empty = workload(json!({}));
    empty["spec"]["selector"] = json!(null);
    assert_eq!(
        told("replicasets.apps", empty),
        "ReplicaSet.apps \"x\" is invalid: spec.selector: Required value"
    );
    let job = |policy: Value| json!({"spec": {"template": {"spec": {"restartPolicy": policy, "containers": [{"name": "c", "image": "i"}]}}}});
    assert_eq!(told("jobs.batch", job(json!("Never"))), "valid");
    assert_eq!(
        told("jobs.batch", job(Value::Null)),
        "Job.batch \"x\" is invalid: spec.template.spec.restartPolicy: Unsupported value: \"Always\": supported values: \"OnFailure\", \"Never\""
    );
    let cron = |schedule: &str| json!({"spec": {"schedule": schedule, "jobTemplate": job(json!("Never"))}});
    assert_eq!(told("cronjobs.batch", cron("*/5 0-6 * * mon,3")), "valid");
    assert_eq!(
        told("cronjobs.batch", cron("* *")),
        "CronJob.batch \"x\" is invalid: spec.schedule: Invalid value: \"* *\": expected exactly 5 fields, found 2: [* *]"
    );
}

#[test]
fn services() {
    let service = |spec: Value| told("services", json!({"spec": spec}));
    assert_eq!(service(json!({"ports": [{"port": 80}]})), "valid");
    assert_eq!(service(json!({})), "Service \"x\" is invalid: spec.ports: Required value");
    assert_eq!(
        service(json!({"ports": [{"port": 80}, {"port": 81}]})),
        "Service \"x\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]"
    );
    assert_eq!(
        service(json!({"type": "Public", "ports": [{"port": 80}]})),
        "Service \"x\" is invalid: spec.type: Unsupported value: \"Public\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""
    );
    assert_eq!(
        service(json!({"ports": [{"port": 80, "nodePort": 30000}]})),
        "Service \"x\" is invalid: spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"
    );
}

#[test]
fn changes() {
    let change = |resource: &str, old: Value, new: Value| {
        let (old, new) = (object(resource, old), object(resource, new));
        super::changed(resource, &new, &old)
            .map_or_else(|status| status.message, |()| "valid".to_owned())
    };
    let image = |image: &str| pod(json!({"name": "c", "image": image}));
    assert_eq!(change("pods", image("a"), image("b")), "valid");
    let port = pod(json!({"name": "c", "image": "a", "ports": [{"containerPort": 1}]}));
    assert!(change("pods", image("a"), port).starts_with(
        "Pod \"x\" is invalid: spec: Forbidden: pod updates may not change fields other than"
    ));
    let grace = |seconds: i64| {
        let mut pod = image("a");
        pod["spec"]["terminationGracePeriodSeconds"] = json!(seconds);
        pod
    };
    assert_ne!(change("pods", grace(30), grace(9)), "valid");
    assert_eq!(change("pods", grace(-1), grace(1)), "valid");
    let mut other = workload(json!({"app": "web", "b": "c"}));
    other["spec"]["selector"] = json!({"matchLabels": {"b": "c"}});
    assert_eq!(
        change("deployments.apps", workload(json!({"app": "web"})), other),
        "Deployment.apps \"x\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"b\":\"c\"}}: field is immutable"
    );
    let map =
        |value: &str| json!({"metadata": {"name": "x"}, "immutable": true, "data": {"a": value}});
    assert_eq!(
        change("configmaps", map("1"), map("2")),
        "ConfigMap \"x\" is invalid: data: Forbidden: field is immutable when `immutable` is set"
    );
}
