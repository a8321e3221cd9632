//! Laws that hold whatever pods are asked for and whatever happens to them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::harness::Harness;
use crate::sandbox::ChangeKind;

/// Values that the API would let through, and some that it would not.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(-1)),
        Just(json!(9_223_372_036_854_775_807_i64)),
        Just(json!("")),
        Just(json!("$(X)")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{ "name": "x" }])),
    ]
}

fn command() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(["sh", "-c", "sleep 600"])),
        Just(json!(["sh", "-c", "sleep 2; exit 1"])),
        Just(json!(["sh", "-c", "echo hi"])),
        Just(json!(["false"])),
        Just(json!(["nosuch"])),
        Just(json!([])),
    ]
}

fn handler() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({ "exec": { "command": ["false"] } })),
        Just(json!({ "exec": { "command": ["sleep", "3"] } })),
        Just(json!({ "exec": {} })),
        Just(json!({ "httpGet": { "port": 80, "path": "/" } })),
        Just(json!({ "httpGet": { "port": "x", "host": "é" } })),
        Just(json!({ "tcpSocket": { "port": 70000 } })),
        Just(json!({ "grpc": { "port": 80 } })),
        Just(json!({ "sleep": { "seconds": 2 } })),
        Just(json!({})),
    ]
}

fn probe() -> impl Strategy<Value = Value> {
    (handler(), -1..5_i64, -1..4_i64, -1..3_i64).prop_map(|(mut probe, delay, period, times)| {
        probe["initialDelaySeconds"] = json!(delay);
        probe["periodSeconds"] = json!(period);
        probe["failureThreshold"] = json!(times);
        probe["terminationGracePeriodSeconds"] = json!(times);
        probe
    })
}

fn container() -> impl Strategy<Value = Value> {
    let image = prop_oneof![
        Just("busybox"),
        Just("nginx"),
        Just("acme/shop:1"),
        Just("Bad Name"),
        Just("k8s.gcr.io/no-such-image:9"),
        Just(""),
    ];
    let field = prop_oneof![
        probe().prop_map(|value| ("livenessProbe", value)),
        probe().prop_map(|value| ("readinessProbe", value)),
        probe().prop_map(|value| ("startupProbe", value)),
        handler().prop_map(|value| ("lifecycle", json!({ "postStart": value }))),
        handler().prop_map(|value| ("lifecycle", json!({ "preStop": value }))),
        Just(("restartPolicy", json!("Always"))),
        Just(("envFrom", json!([{ "configMapRef": { "name": "none" } }]))),
        Just(("volumeMounts", json!([{ "name": "data", "mountPath": "/data", "subPath": "a/b" }]))),
        odd().prop_map(|value| ("env", value)),
        odd().prop_map(|value| ("ports", value)),
        odd().prop_map(|value| ("resources", value)),
        odd().prop_map(|value| ("workingDir", value)),
    ];
    (image, command(), prop::collection::vec(field, 0..4)).prop_map(|(image, command, fields)| {
        let mut container = json!({ "image": image, "command": command });
        for (name, value) in fields {
            container[name] = value;
        }
        container
    })
}

fn named(prefix: &str, mut containers: Vec<Value>) -> Value {
    for (index, container) in containers.iter_mut().enumerate() {
        container["name"] = json!(format!("{prefix}{index}"));
    }
    Value::Array(containers)
}

fn spec() -> impl Strategy<Value = Value> {
    let field = prop_oneof![
        Just(("restartPolicy", json!("Never"))),
        Just(("restartPolicy", json!("OnFailure"))),
        Just(("activeDeadlineSeconds", json!(7))),
        Just(("hostNetwork", json!(true))),
        Just(("readinessGates", json!([{ "conditionType": "a/b" }]))),
        odd().prop_map(|value| ("terminationGracePeriodSeconds", value)),
        odd().prop_map(|value| ("securityContext", value)),
        odd().prop_map(|value| ("hostAliases", value)),
        odd().prop_map(|value| ("volumes", value)),
        Just(("volumes", json!([{ "name": "data", "emptyDir": {} }]))),
        Just(("volumes", json!([{ "name": "data", "secret": { "secretName": "none" } }]))),
    ];
    let containers = || prop::collection::vec(container(), 0..3);
    (containers(), containers(), prop::collection::vec(field, 0..4)).prop_map(
        |(init, regular, fields)| {
            let mut spec = json!({
                "initContainers": named("i", init),
                "containers": named("c", regular),
                "terminationGracePeriodSeconds": 3,
            });
            for (name, value) in fields {
                spec[name] = value;
            }
            spec
        },
    )
}

/// What somebody does to a pod.
#[derive(Debug, Clone)]
enum Deed {
    Wait(u32),
    Delete(i64),
    Force,
    Change(&'static str, Value),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..400_u32).prop_map(Deed::Wait),
        1 => (0..5_i64).prop_map(Deed::Delete),
        1 => Just(Deed::Force),
        1 => odd().prop_map(|value| Deed::Change("/spec/containers/0/image", value)),
        1 => odd().prop_map(|value| Deed::Change("/metadata/labels", value)),
        1 => odd().prop_map(|value| Deed::Change("/status", value)),
        1 => odd().prop_map(|value| Deed::Change("/spec", value)),
    ]
}

fn lived(spec: &Value, deeds: &[Deed]) -> Harness {
    let mut harness = Harness::new();
    harness.bind("web", spec.clone());
    for deed in deeds {
        let is_there = !harness.pod("web").is_null();
        match deed {
            Deed::Wait(tenths) => harness.run_for(f64::from(*tenths) / 10.0),
            Deed::Delete(grace) if is_there => harness.delete("web", *grace),
            Deed::Force => {
                harness.store.remove("pods", "lab", "web");
            }
            Deed::Change(path, value) if is_there => harness.change("web", |pod| {
                if let Some(field) = pod.pointer_mut(path) {
                    *field = value.clone();
                }
            }),
            _ => {}
        }
    }
    harness.run_for(60.0);
    harness
}

/// The restarts that each version of a pod's status tells, by container.
fn restarts(pod: &Value) -> BTreeMap<String, i64> {
    let lists = ["initContainerStatuses", "containerStatuses"];
    let statuses =
        lists.iter().flat_map(|list| pod["status"][*list].as_array().into_iter().flatten());
    statuses
        .map(|status| (status["name"].to_string(), status["restartCount"].as_i64().unwrap_or(0)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Nothing panics, and nothing keeps the kubelet busy without end.
    #[test]
    fn whatever_happens_time_goes_on(spec in spec(), deeds in prop::collection::vec(deed(), 0..8)) {
        let harness = lived(&spec, &deeds);
        if let Some(due) = harness.kubelet.next_due() {
            prop_assert!(due >= harness.now);
        }
    }

    #[test]
    fn restarts_are_never_taken_back(spec in spec(), wait in 0..600_u32) {
        let harness = lived(&spec, &[Deed::Wait(wait), Deed::Delete(3)]);
        let mut before = BTreeMap::new();
        for version in harness.pods.iter().filter(|one| one.kind != ChangeKind::Deleted) {
            let now = restarts(&version.object);
            for (name, count) in &before {
                if let Some(later) = now.get(name) {
                    prop_assert!(later >= count, "{name}: {count}, then {later}");
                }
            }
            before.extend(now);
        }
    }

    /// A pod that is over stays so.
    #[test]
    fn phases_go_forward(spec in spec(), wait in 0..600_u32) {
        let harness = lived(&spec, &[Deed::Wait(wait), Deed::Delete(3)]);
        let mut before = String::from("Pending");
        for version in harness.pods.iter().filter(|one| one.kind != ChangeKind::Deleted) {
            let now = version.object["status"]["phase"].as_str().unwrap_or_default().to_owned();
            let known = ["Pending", "Running", "Succeeded", "Failed"];
            prop_assert!(known.contains(&now.as_str()), "{now:?}");
            if ["Succeeded", "Failed"].contains(&before.as_str()) {
                prop_assert_eq!(&now, &before);
            }
            before = now;
        }
    }

    /// A deleted pod goes within its grace and little more, whatever it was doing.
    #[test]
    fn what_is_deleted_goes(spec in spec(), wait in 0..300_u32) {
        let mut spec = spec;
        // A hook may take all of the grace, and then there are two seconds more.
        spec["terminationGracePeriodSeconds"] = json!(3);
        let mut harness = Harness::new();
        harness.bind("web", spec);
        harness.run_for(f64::from(wait) / 10.0);
        if harness.told("web").iter().any(|line| line.starts_with("FailedSync")) {
            return Ok(());
        }
        harness.delete("web", 3);
        harness.run_for(12.0);
        prop_assert!(harness.pod("web").is_null(), "{}", harness.story("web").join("\n"));
        prop_assert_eq!(harness.kubelet.next_due(), None);
    }
}
