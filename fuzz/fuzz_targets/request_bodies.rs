//! Any body of any type is answered: with what was asked for, or with a status that says why
//! not; and the cluster goes on with whatever was made of it.
//!
//! The first byte of an input chooses the request, the second the type of the body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use podlab::sandbox::Rehearsal;

const REQUESTS: [&str; 20] = [
    "POST /api/v1/namespaces/default/pods",
    "POST /api/v1/namespaces/default/services",
    "POST /apis/apps/v1/namespaces/default/deployments",
    "POST /apis/batch/v1/namespaces/default/jobs",
    "POST /apis/batch/v1/namespaces/default/cronjobs",
    "POST /apis/apps/v1/namespaces/default/statefulsets",
    "POST /apis/apps/v1/namespaces/default/daemonsets",
    "POST /api/v1/namespaces/default/persistentvolumeclaims",
    "POST /apis/policy/v1/namespaces/default/poddisruptionbudgets",
    "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "POST /apis/x.y/v1/as",
    "POST /apis/events.k8s.io/v1/namespaces/default/events",
    "POST /api/v1/namespaces/default/pods/a/eviction",
    "PUT /api/v1/namespaces/default/pods/a/status",
    "PUT /api/v1/nodes/node-1",
    "PATCH /api/v1/namespaces/default/pods/a?fieldManager=me&force=true",
    "PATCH /apis/apps/v1/namespaces/default/deployments/web?fieldManager=me&force=true",
    "PATCH /apis/apps/v1/namespaces/default/deployments/web/scale?fieldManager=me",
    "PATCH /api/v1/namespaces/default/pods/a/status?fieldManager=me&force=true",
    "DELETE /api/v1/namespaces/default/pods/a",
];
const TYPES: [&str; 7] = [
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
];
const POD: &str = r#"{"metadata":{"name":"a","labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}"#;
const WEB: &str = r#"{"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}}}"#;
const DEFINITION: &str = r#"{"metadata":{"name":"as.x.y"},"spec":{"group":"x.y","scope":"Cluster","names":{"plural":"as","kind":"A"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}"#;

fuzz_target!(|input: &[u8]| {
    let [request, kind, body @ ..] = input else { return };
    let request = REQUESTS[usize::from(*request) % REQUESTS.len()];
    let kind = TYPES[usize::from(*kind) % TYPES.len()];
    let mut cluster = Rehearsal::new().expect("the images can be read");
    for (line, object) in [(REQUESTS[0], POD), (REQUESTS[2], WEB), (REQUESTS[9], DEFINITION)] {
        assert_eq!(cluster.ask(line, TYPES[0], object.as_bytes()).0, 201);
    }
    cluster.pass(2);
    let (code, answer) = cluster.ask(request, kind, body);
    let answer = String::from_utf8_lossy(&answer);
    assert!((200..600).contains(&code), "{code} {answer}");
    assert!(code < 400 || answer.contains("\"kind\":\"Status\""), "{code} {answer}");
    cluster.pass(40);
    assert_eq!(cluster.ask("GET /api/v1/pods", "", b"").0, 200);
});
