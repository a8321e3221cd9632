use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Reply, Request, handle};
use super::bench::{Bench, PODS, pod};

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", ""];
const PATHS: &[&str] = &[
    "/",
    "/api",
    "/apis",
    "/api/v1",
    "/openapi/v3",
    "/openapi/v3/api/v1",
    "/version",
    "/api/v1/pods",
    "/api/v1/namespaces",
    "/api/v1/namespaces/lab",
    "/api/v1/namespaces/lab/pods",
    "/api/v1/namespaces/lab/pods/a",
    "/api/v1/namespaces/lab/pods/a/status",
    "/api/v1/namespaces/lab/pods/a/log",
    "/api/v1/namespaces/lab/pods/a/exec",
    "/api/v1/namespaces/lab/pods/a/eviction",
    "/api/v1/namespaces/lab/pods/a/binding",
    "/api/v1/namespaces/lab/services",
    "/api/v1/namespaces/lab/services/a",
    "/api/v1/namespaces/lab/events",
    "/apis/events.k8s.io/v1/namespaces/lab/events",
    "/apis/events.k8s.io/v1/namespaces/lab/events/a",
    "/apis/apps/v1/namespaces/lab/deployments",
    "/apis/apps/v1/namespaces/lab/deployments/a",
    "/apis/apps/v1/namespaces/lab/deployments/a/scale",
    "/apis/batch/v1/namespaces/lab/cronjobs",
    "/apis/autoscaling/v1/namespaces/lab/horizontalpodautoscalers",
    "/apis/autoscaling/v1/namespaces/lab/horizontalpodautoscalers/a",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/as.x.y",
    "/apis/x.y/v1/as",
    "/apis/x.y/v1/as/a",
    "/apis/x.y/v1/as/a/scale",
    "/api/v1/namespaces/lab/serviceaccounts/a/token",
    "/api/v1/namespaces/lab/secrets",
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
];
const QUERIES: &[&str] = &[
    "",
    "watch=true",
    "watch=1&resourceVersion=1&allowWatchBookmarks=true",
    "limit=1",
    "limit=x",
    "continue=x",
    "labelSelector=a%3Db",
    "labelSelector=%28",
    "fieldSelector=metadata.name%3Da",
    "fieldSelector=x",
    "dryRun=All",
    "fieldValidation=Strict",
    "fieldManager=me",
    "fieldManager=me&force=true",
    "gracePeriodSeconds=-5",
    "propagationPolicy=Foreground",
    "resourceVersion=0",
    "resourceVersion=99999999999999999999",
    "container=c&command=x",
    "sinceTime=x",
    "timeoutSeconds=99999999999",
    "includeObject=None",
];
const TYPES: &[&str] = &[
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "text/plain",
    "",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z%$/.-]{0,6}".prop_map(Value::from),
        Just(json!("a")),
        Just(json!("lab")),
        Just(json!("2026-01-01T00:00:00Z")),
        Just(json!("10.96.0.1")),
        Just(json!({})),
        Just(json!([])),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        "status",
        "name",
        "namespace",
        "labels",
        "annotations",
        "finalizers",
        "ownerReferences",
        "managedFields",
        "containers",
        "image",
        "ports",
        "containerPort",
        "env",
        "valueFrom",
        "volumes",
        "volumeMounts",
        "selector",
        "matchLabels",
        "matchExpressions",
        "template",
        "replicas",
        "strategy",
        "rollingUpdate",
        "data",
        "type",
        "clusterIP",
        "nodePort",
        "port",
        "targetPort",
        "group",
        "names",
        "plural",
        "versions",
        "served",
        "storage",
        "schema",
        "openAPIV3Schema",
        "properties",
        "subresources",
        "$patch",
        "$setElementOrder/containers",
        "$retainKeys",
        "op",
        "path",
        "value",
        "from",
        "deletionTimestamp",
        "resourceVersion",
        "conditions",
        "jobTemplate",
    ])
    .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key(), inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

/// Objects that are nearly right: one that would be created, with something changed.
fn nearly_right() -> impl Strategy<Value = Value> {
    let good = prop::sample::select(vec![
        pod("a"),
        json!({"metadata": {"name": "a"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}}),
        json!({"metadata": {"name": "a"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template":
            {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}}),
        json!({"metadata": {"name": "as.x.y"}, "spec": {"group": "x.y", "scope": "Cluster", "names": {"plural": "as", "kind": "A"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}},
            "subresources": {"scale": {"specReplicasPath": ".spec.a", "statusReplicasPath": ".x"}}}]}}),
        json!({"apiVersion": "x.y/v1", "kind": "A", "metadata": {"name": "a"}}),
    ]);
    (good, key(), key(), value(), any::<bool>()).prop_map(
        |(mut object, first, second, value, changed)| {
            if changed {
                match object.get_mut(&first) {
                    Some(Value::Object(inner)) => drop(inner.insert(second, value)),
                    _ => object[first] = value,
                }
            }
            object
        },
    )
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => value().prop_map(|value| value.to_string().into_bytes()),
        4 => nearly_right().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..60),
        1 => prop::collection::vec(any::<u8>(), 0..60).prop_map(|raw| [b"k8s\0\n\x09\n\x02v1\x12\x03Pod\x12".to_vec(), vec![u8::try_from(raw.len()).unwrap()], raw].concat()),
        1 => Just(Vec::new()),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let pick = |list: &'static [&'static str]| prop::sample::select(list.to_vec());
    (pick(METHODS), pick(PATHS), pick(QUERIES), pick(TYPES), body(), "[a-z/%]{0,8}").prop_map(
        |(method, path, query, content_type, body, garbage)| {
            let mut request = Request::new(method, &format!("{path}?{query}"));
            if garbage.len() > 6 {
                request.path.push_str(&garbage);
            }
            request.content_type = content_type.to_owned();
            request.accept = if garbage.len() == 3 {
                "application/json;as=Table;v=v1;g=meta.k8s.io".to_owned()
            } else {
                String::new()
            };
            request.body = body;
            request
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_sequence_of_requests_panics(requests in prop::collection::vec(request(), 1..30)) {
        let mut bench = Bench::new();
        let mut plans = Vec::new();
        let mut last = bench.store.revision();
        for request in &requests {
            match handle(&mut bench.store, request, bench.now) {
                Reply::Watch(plan) => plans.push(plan),
                Reply::Answer(answer) => prop_assert!((200..600).contains(&answer.status)),
                _ => {}
            }
            prop_assert!(bench.store.revision() >= last, "versions never go back");
            last = bench.store.revision();
            for plan in &mut plans {
                plan.next(&bench.store, bench.now);
            }
        }
    }

    #[test]
    fn a_watch_from_any_version_equals_a_fresh_list(steps in prop::collection::vec((0..4_u8, 0..3_u8), 1..25), labelled in any::<bool>()) {
        let mut bench = Bench::new();
        let query = if labelled { "labelSelector=tier%3Dfront" } else { "" };
        let mut starts: Vec<(BTreeMap<String, Value>, super::super::WatchPlan)> = Vec::new();
        for (step, name) in steps {
            let list = bench.get(&format!("{PODS}?{query}"));
            let version = list["metadata"]["resourceVersion"].as_str().unwrap().to_owned();
            let plan = bench.watch(&format!("{PODS}?watch=true&resourceVersion={version}&{query}"));
            starts.push((by_name(&list), plan));
            let name = format!("pod-{name}");
            let target = format!("{PODS}/{name}");
            let merge = "application/merge-patch+json";
            match step {
                0 => drop(bench.ask("POST", PODS, pod(&name))),
                1 => drop(bench.ask("DELETE", &target, Value::Null)),
                2 => drop(bench.ask_as("PATCH", &target, merge, json!({"metadata": {"labels": {"tier": "front"}}}))),
                _ => drop(bench.ask_as("PATCH", &target, merge, json!({"metadata": {"labels": {"tier": null}}}))),
            }
        }
        let fresh = by_name(&bench.get(&format!("{PODS}?{query}")));
        for (mut seen, mut plan) in starts {
            for line in plan.next(&bench.store, bench.now).lines {
                let event: Value = serde_json::from_slice(&line).unwrap();
                let mut object = event["object"].clone();
                let name = object["metadata"]["name"].as_str().unwrap().to_owned();
                let map = object.as_object_mut().unwrap();
                map.remove("kind");
                map.remove("apiVersion");
                match event["type"].as_str().unwrap() {
                    "DELETED" => prop_assert!(seen.remove(&name).is_some()),
                    "ADDED" => prop_assert!(seen.insert(name, object).is_none()),
                    _ => prop_assert!(seen.insert(name, object).is_some()),
                }
            }
            prop_assert_eq!(&seen, &fresh);
        }
    }
}

fn by_name(list: &Value) -> BTreeMap<String, Value> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|one| (one["metadata"]["name"].as_str().unwrap().to_owned(), one.clone())).collect()
}
