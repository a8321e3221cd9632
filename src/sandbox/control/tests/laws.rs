use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, workload};

/// Something that happens to a cluster.
#[derive(Debug, Clone)]
enum Step {
    DeletePod(usize),
    FailPod(usize),
    Unready(usize),
    Scale(i64),
    Image(u8),
    Pass(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..20_usize).prop_map(Step::DeletePod),
        (0..20_usize).prop_map(Step::FailPod),
        (0..20_usize).prop_map(Step::Unready),
        (0..6_i64).prop_map(Step::Scale),
        (1..4_u8).prop_map(Step::Image),
        (1..40_i64).prop_map(Step::Pass),
    ]
}

fn take(bench: &mut Bench, resource: &str, step: &Step) {
    let pods = bench.pods();
    let name = |at: usize| pods.get(at % pods.len().max(1)).map(|pod| fields::name(pod).to_owned());
    match step {
        Step::DeletePod(at) => {
            name(*at).into_iter().for_each(|name| bench.delete("pods", &name, None));
        }
        Step::FailPod(at) => name(*at).into_iter().for_each(|name| bench.end(&name, "Failed")),
        Step::Unready(at) => name(*at).into_iter().for_each(|name| bench.ready(&name, false)),
        Step::Scale(replicas) => bench.edit(resource, "web", "spec.replicas", *replicas),
        Step::Image(version) => {
            let containers = json!([{ "name": "main", "image": format!("nginx:{version}") }]);
            bench.edit(resource, "web", "spec.template.spec.containers", containers);
        }
        Step::Pass(seconds) => bench.pass(*seconds),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_wanted_pods_are_there_in_the_end(
        kind in prop::sample::select(vec![
            ("deployments.apps", "Deployment"),
            ("replicasets.apps", "ReplicaSet"),
            ("statefulsets.apps", "StatefulSet"),
        ]),
        steps in prop::collection::vec(step(), 0..25),
    ) {
        let mut bench = Bench::new();
        bench.create(kind.0, workload(kind.1, "web", 3));
        bench.settle();
        for step in &steps {
            take(&mut bench, kind.0, step);
            bench.control_only();
        }
        // All are well again.
        bench.settle();
        for pod in bench.pods() {
            bench.ready(fields::name(&pod), true);
        }
        bench.pass(60);
        for pod in bench.pods() {
            bench.ready(fields::name(&pod), true);
        }
        bench.pass(60);
        let wanted = fields::count(&bench.get(kind.0, "web"), "spec.replicas");
        let image = bench.get(kind.0, "web")["spec"]["template"]["spec"]["containers"][0]["image"].clone();
        let alive: Vec<_> = bench.pods().into_iter()
            .filter(|pod| fields::text(pod, "status.phase") == "Running" && !fields::is_deleting(pod))
            .collect();
        prop_assert_eq!(alive.len() as i64, wanted);
        if kind.1 != "ReplicaSet" {
            prop_assert!(alive.iter().all(|pod| pod["spec"]["containers"][0]["image"] == image));
        }
        prop_assert_eq!(fields::count(&bench.get(kind.0, "web"), "status.readyReplicas"), wanted);
    }

    #[test]
    fn no_object_makes_a_controller_panic_or_run_for_ever(
        objects in prop::collection::vec((prop::sample::select(KINDS.to_vec()), arbitrary_object()), 1..12),
    ) {
        let mut bench = Bench::new();
        for (resource, object) in objects {
            let mut object = object;
            keep_small(&mut object);
            fields::set(&mut object, "metadata.namespace", "lab");
            if resource == "namespaces" || resource == "nodes" || resource == "persistentvolumes" {
                fields::unset(&mut object, "metadata.namespace");
            }
            let _ = bench.store.create(resource, object, bench.now);
            bench.control_only();
        }
        for _ in 0..20 {
            let Some(due) = bench.control.next_due() else { break };
            bench.now = due.max(bench.now);
            bench.control_only();
        }
        for pod in bench.pods() {
            bench.store.remove("pods", "lab", fields::name(&pod));
        }
        bench.control_only();
        prop_assert!(bench.store.list("pods", None).count() < 100_000);
    }
}

const KINDS: [&str; 20] = [
    "cronjobs.batch",
    "daemonsets.apps",
    "deployments.apps",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "events",
    "horizontalpodautoscalers.autoscaling",
    "jobs.batch",
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "poddisruptionbudgets.policy",
    "pods",
    "replicasets.apps",
    "replicationcontrollers",
    "services",
    "serviceaccounts",
    "statefulsets.apps",
    "controllerrevisions.apps",
];

/// Words that controllers look for, as keys and as values.
const WORDS: [&str; 44] = [
    "spec",
    "status",
    "template",
    "selector",
    "matchLabels",
    "matchExpressions",
    "labels",
    "app",
    "replicas",
    "containers",
    "ports",
    "port",
    "targetPort",
    "strategy",
    "rollingUpdate",
    "maxSurge",
    "maxUnavailable",
    "type",
    "phase",
    "conditions",
    "nodeName",
    "podIP",
    "taints",
    "tolerations",
    "key",
    "effect",
    "NoExecute",
    "affinity",
    "completions",
    "parallelism",
    "schedule",
    "jobTemplate",
    "subsets",
    "addresses",
    "ip",
    "finalizers",
    "ownerReferences",
    "uid",
    "deletionTimestamp",
    "volumeClaimTemplates",
    "claimRef",
    "LoadBalancer",
    "*/5 * * * *",
    "2026-11-22T20:46:11Z",
];

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..6_i64).prop_map(Value::from),
        Just(json!(i64::MAX)),
        Just(json!(i64::MIN)),
        Just(json!(1.5)),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(word(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Thousands of pods take their time and show nothing new.
fn keep_small(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "replicas" | "parallelism") && value.is_number() {
                    *value = json!(value.as_i64().unwrap_or(0).clamp(-1, 6));
                }
                keep_small(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(keep_small),
        _ => {}
    }
}

/// An object with a name, and a spec of which parts are as they should be.
fn arbitrary_object() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec!["a", "b", "node-1", "lab"]);
    let metadata = prop::collection::btree_map(word(), value(), 0..3);
    (name, metadata, value(), value(), value(), any::<bool>()).prop_map(
        |(name, metadata, spec, status, template, sound)| {
            let mut object =
                json!({ "kind": "X", "apiVersion": "v1", "spec": spec, "status": status });
            for (key, value) in metadata {
                fields::set(&mut object, &format!("metadata.{key}"), value);
            }
            fields::set(&mut object, "metadata.name", name);
            if sound {
                fields::set(&mut object, "spec.selector", json!({ "matchLabels": { "app": "a" } }));
                fields::set(&mut object, "spec.template", template);
                fields::set(&mut object, "spec.template.metadata.labels", json!({ "app": "a" }));
            }
            object
        },
    )
}
