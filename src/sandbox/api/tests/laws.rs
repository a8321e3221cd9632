use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Answer, Reply, Request, handle};
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

/// Messages in which any number may hold anything.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let field = |number: u8, kind: u8, value: Vec<u8>| {
        let mut field = vec![number << 3 | kind];
        if kind == 2 {
            field.push(u8::try_from(value.len().min(127)).unwrap());
        }
        field.extend(value.into_iter().take(127));
        field
    };
    let leaf = prop_oneof![
        (1..16_u8, 0..128_u8).prop_map(move |(number, value)| field(number, 0, vec![value])),
        (1..16_u8, "[a-z0-9./:-]{0,6}").prop_map(move |(number, text)| field(
            number,
            2,
            text.into_bytes()
        )),
        (1..16_u8, any::<[u8; 8]>()).prop_map(move |(number, value)| field(
            number,
            1,
            value.to_vec()
        )),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        (1..16_u8, prop::collection::vec(inner, 0..5))
            .prop_map(move |(number, parts)| field(number, 2, parts.concat()))
    })
}

/// A message in its envelope, which may name another kind than the path.
fn protobuf() -> impl Strategy<Value = Vec<u8>> {
    let kinds = [
        ("v1", "Pod"),
        ("v1", "Service"),
        ("apps/v1", "Deployment"),
        ("v1", "Namespace"),
        ("", ""),
    ];
    let raw = prop::collection::vec(message(), 0..6).prop_map(|parts| parts.concat());
    (prop::sample::select(kinds.to_vec()), raw, any::<bool>()).prop_map(
        |((api_version, kind), raw, cut)| {
            let part = |number: u8, bytes: &[u8]| {
                let mut length = bytes.len();
                let mut part = vec![number << 3 | 2];
                while length > 127 {
                    part.push(u8::try_from(length & 127 | 128).unwrap());
                    length >>= 7;
                }
                part.push(u8::try_from(length).unwrap());
                [part, bytes.to_vec()].concat()
            };
            let meta = [part(1, api_version.as_bytes()), part(2, kind.as_bytes())].concat();
            let mut body = [b"k8s\0".to_vec(), part(1, &meta), part(2, &raw)].concat();
            body.truncate(if cut { body.len() / 2 } else { body.len() });
            body
        },
    )
}

/// The operations of a JSON patch.
fn operations() -> impl Strategy<Value = Value> {
    let words = ["add", "remove", "replace", "move", "copy", "test", "jump"];
    let paths = [
        "",
        "/",
        "/metadata",
        "/metadata/labels/a",
        "/spec/containers/0",
        "/spec/containers/-",
        "/spec/containers/9",
        "/kind",
        "/metadata/name",
        "/spec",
        "/status/x~1y",
        "x",
    ];
    let path = prop::sample::select(paths.to_vec());
    let one = (prop::sample::select(words.to_vec()), path.clone(), path, value()).prop_map(
        |(op, path, from, value)| json!({"op": op, "path": path, "from": from, "value": value}),
    );
    prop::collection::vec(prop_oneof![9 => one, 1 => value()], 0..4).prop_map(Value::from)
}

/// A body, mostly with the type that it is of.
fn content() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let text = |value: Value| value.to_string().into_bytes();
    let object = || prop_oneof![2 => value(), 4 => nearly_right()];
    let of = |types: &[&'static str]| prop::sample::select(types.to_vec());
    prop_oneof![
        2 => (of(&["application/json", ""]), object().prop_map(text)),
        3 => (of(&TYPES[3..7]), object().prop_map(text)),
        2 => (of(&["application/yaml", "application/apply-patch+yaml"]),
            object().prop_map(|value| serde_yaml::to_string(&value).unwrap().into_bytes())),
        2 => (of(&["application/vnd.kubernetes.protobuf"]), protobuf()),
        2 => (of(&["application/json-patch+json"]), operations().prop_map(text)),
        1 => (of(TYPES), "[a-z{}\\[\\]:,&*!|>\"\n -]{0,40}".prop_map(String::into_bytes)),
        1 => (of(TYPES), prop::collection::vec(any::<u8>(), 0..60)),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let pick = |list: &'static [&'static str]| prop::sample::select(list.to_vec());
    (pick(METHODS), pick(PATHS), pick(QUERIES), content(), "[a-z/%]{0,8}").prop_map(
        |(method, path, query, (content_type, body), garbage)| {
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

/// What a real server answers with 500 as well.
const REALLY_500: &[&str] = &[
    "resourceVersion should not be set on objects to be created",
    "does not contain declared merge key",
    "unknown patch type found",
    "expected a map in a list",
];

/// A refusal says why, and is no accident.
fn is_a_status(answer: &Answer) -> Result<(), TestCaseError> {
    let status: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let words = status["message"].as_str().unwrap_or_default();
    prop_assert_eq!((&status["kind"], &status["code"]), (&json!("Status"), &json!(answer.status)));
    prop_assert!(!words.is_empty(), "{}", status);
    let known = REALLY_500.iter().any(|known| words.contains(known));
    prop_assert!(answer.status != 500 || known, "{}", status);
    Ok(())
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
                Reply::Answer(answer) if answer.status >= 400 => is_a_status(&answer)?,
                Reply::Answer(answer) => prop_assert!((200..300).contains(&answer.status)),
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
