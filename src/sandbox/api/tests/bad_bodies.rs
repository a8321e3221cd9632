use serde_json::json;

use super::super::{Reply, Request};
use super::bench::{Bench, PODS, pod};

const JSON: &str = "application/json";
const YAML: &str = "application/yaml";
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const JSON_PATCH: &str = "application/json-patch+json";
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

const UNTYPED: &str = r#"struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#;

/// The code and the words for a body as it stands.
fn refused(bench: &mut Bench, line: &str, content_type: &str, body: &[u8]) -> (u16, String) {
    let (method, target) = line.split_once(' ').unwrap();
    let mut request = Request::new(method, target);
    request.content_type = content_type.to_owned();
    request.body = body.to_vec();
    let Reply::Answer(answer) = bench.send(&request) else { panic!("{line} is no answer") };
    let status: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(status["kind"], "Status", "{status}");
    (answer.status, status["message"].as_str().unwrap().to_owned())
}

/// The words for a body that is to be a pod.
fn of_a_pod(content_type: &str, body: &[u8]) -> String {
    let (code, words) = refused(&mut Bench::new(), &format!("POST {PODS}"), content_type, body);
    assert_eq!(code, 400, "{words}");
    words
}

#[test]
fn a_body_that_does_not_say_what_it_is() {
    let unrecognized = "the object provided is unrecognized (must be of type Pod): ";
    let untyped =
        |value: &str| format!("json: cannot unmarshal {value} into Go value of type {UNTYPED}");
    let no_text = |what: &str, key: &str| {
        format!("json: cannot unmarshal {what} into Go struct field .{key} of type string")
    };
    for (body, why, summary) in [
        (r#"{"kind":1}"#, no_text("number", "kind"), r#"{"kind":1}"#),
        (r#"{"apiVersion":["v1"]}"#, no_text("array", "apiVersion"), r#"{"apiVersion":["v1"]}"#),
        ("[1]", untyped("array"), "5b315d"),
        ("\"Pod\"", untyped("string"), "22506f6422"),
        ("1", untyped("number"), "31"),
        ("true", untyped("bool"), "74727565"),
        ("", "unexpected end of JSON input".to_owned(), "<empty>"),
        ("{", "unexpected end of JSON input".to_owned(), "{"),
        (
            "kind: Pod",
            "invalid character 'k' looking for beginning of value".to_owned(),
            "6b696e643a20506f64",
        ),
        (
            r#"{"metadata": {"name": "a-long-name"}]"#,
            "invalid character ']' after object key:value pair".to_owned(),
            r#"{"metadata": {"name": "a-long- ..."#,
        ),
    ] {
        let why = format!("couldn't get version/kind; json parse error: {why}");
        assert_eq!(of_a_pod(JSON, body.as_bytes()), format!("{unrecognized}{why} ({summary})"));
    }
    assert_eq!(
        of_a_pod(JSON, br#"{"apiVersion":"a/b/c"}"#),
        format!(
            "{unrecognized}unexpected GroupVersion string: a/b/c ({{\"apiVersion\":\"a/b/c\"}})"
        )
    );
    assert_eq!(
        of_a_pod(YAML, b"kind: 1"),
        format!(
            "{unrecognized}couldn't get version/kind; json parse error: {} (6b696e643a2031)",
            no_text("number", "kind")
        )
    );
    assert!(of_a_pod(YAML, b"{").starts_with(&format!("{unrecognized}yaml: ")));
    assert_eq!(
        of_a_pod(PROTOBUF, br#"{"kind":"Pod"}"#),
        format!(
            "{unrecognized}provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({{\"kind\":\"Pod\"}})"
        )
    );
}

#[test]
fn a_body_that_is_something_else() {
    let unfit = "cannot be handled as a Pod: ";
    for (body, words) in [
        (
            r#"{"kind":"Service","apiVersion":"v1"}"#,
            format!(
                "Service in version \"v1\" {unfit}converting (v1.Service) to (core.Pod): unknown conversion"
            ),
        ),
        (
            r#"{"kind":"Deployment","apiVersion":"apps/v1"}"#,
            format!(
                "Deployment in version \"v1\" {unfit}converting (v1.Deployment) to (core.Pod): unknown conversion"
            ),
        ),
        (
            r#"{"kind":"Pot"}"#,
            format!(
                "Pot in version \"v1\" {unfit}no kind \"Pot\" is registered for version \"v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""
            ),
        ),
        (
            r#"{"kind":"Pod","metadata":5}"#,
            format!(
                "Pod in version \"v1\" {unfit}json: cannot unmarshal number into Go struct field Pod.metadata of type v1.ObjectMeta"
            ),
        ),
    ] {
        assert_eq!(of_a_pod(JSON, body.as_bytes()), words);
    }
    let events = "POST /api/v1/namespaces/lab/events";
    let body = br#"{"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":"a"}}"#;
    assert_eq!(
        refused(&mut Bench::new(), events, JSON, body),
        (400, "the API version in the data (events.k8s.io/v1) does not match the expected API version (v1)".to_owned())
    );
}

#[test]
fn null_is_an_empty_object() {
    let line = format!("POST {PODS}");
    let (code, words) = refused(&mut Bench::new(), &line, JSON, b"null");
    assert_eq!((code, words.contains("spec.containers: Required value")), (422, true), "{words}");
}

#[test]
fn options_that_are_none() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let line = format!("DELETE {PODS}/a");
    for body in [r#"{"kind":1}"#, "[]", "{", r#"{"kind":"Pod"}"#, r#"{"gracePeriodSeconds":"x"}"#] {
        let (code, words) = refused(&mut bench, &line, JSON, body.as_bytes());
        assert_eq!(code, 400, "{body}: {words}");
    }
    assert_eq!(bench.get(&format!("{PODS}/a"))["metadata"]["deletionTimestamp"], json!(null));
}

#[test]
fn a_patch_that_is_none() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let map = "into Go value of type map[string]interface {}";
    let line = format!("PATCH {PODS}/a?fieldManager=me");
    for (content_type, body, words) in [
        (JSON_PATCH, "{}", "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp".to_owned()),
        (JSON_PATCH, r#"["x"]"#, "error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp".to_owned()),
        (JSON_PATCH, r#"[{"op":1}]"#, "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string".to_owned()),
        (JSON_PATCH, "[", "error decoding patch: unexpected end of JSON input".to_owned()),
        (MERGE, "[]", format!("error decoding patch: json: cannot unmarshal array {map}")),
        (MERGE, "x", "error decoding patch: invalid character 'x' looking for beginning of value".to_owned()),
        (STRATEGIC, "\"x\"", format!("json: cannot unmarshal string {map}")),
        (STRATEGIC, "", "unexpected end of JSON input".to_owned()),
        (APPLY, "- 1", format!("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array {map}")),
        (APPLY, r#"{"kind":1}"#, "Incorrect version specified in apply patch. Specified patch version: , expected: v1".to_owned()),
        (APPLY, r#"{"apiVersion":"v1","kind":1}"#, "Object 'Kind' is missing in the applied configuration".to_owned()),
    ] {
        assert_eq!(refused(&mut bench, &line, content_type, body.as_bytes()), (400, words));
    }
    let (code, words) = refused(&mut bench, &line, APPLY, b"{");
    assert!(
        code == 400
            && words.starts_with("error decoding YAML: error converting YAML to JSON: yaml: "),
        "{words}"
    );
}

#[test]
fn a_custom_resource_says_its_kind() {
    let mut bench = Bench::new();
    let definition = json!({"metadata": {"name": "as.x.y"}, "spec": {"group": "x.y", "scope": "Cluster",
        "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true,
        "schema": {"openAPIV3Schema": {"type": "object"}}}]}});
    bench.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
    for (body, code, words) in [
        (
            r#"{"kind":1}"#,
            400,
            "the object provided is unrecognized (must be of type A): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({\"kind\":1})",
        ),
        (
            "{}",
            400,
            "the object provided is unrecognized (must be of type A): Object 'Kind' is missing in '{}' ({})",
        ),
        (
            r#"{"kind":"A","apiVersion":"x.y/v2"}"#,
            400,
            "the API version in the data (x.y/v2) does not match the expected API version (x.y/v1)",
        ),
        (
            r#"{"kind":"B","apiVersion":"x.y/v1","metadata":{"name":"b"}}"#,
            422,
            "B.x.y \"b\" is invalid: kind: Invalid value: \"B\": must be A",
        ),
    ] {
        let found = refused(&mut bench, "POST /apis/x.y/v1/as", JSON, body.as_bytes());
        assert_eq!(found, (code, words.to_owned()));
    }
}
