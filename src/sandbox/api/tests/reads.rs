use serde_json::{Value, json};

use super::super::{ConnectKind, Reply, Request};
use super::bench::{Bench, PODS, pod};

#[test]
fn discovery_tells_names_in_both_ways() {
    let mut bench = Bench::new();
    let list = bench.get("/api/v1");
    let pods =
        list["resources"].as_array().unwrap().iter().find(|one| one["name"] == "pods").unwrap();
    assert_eq!((&pods["shortNames"], &pods["singularName"]), (&json!(["po"]), &json!("pod")));
    let groups = bench.get("/apis");
    assert!(groups["groups"].as_array().unwrap().iter().any(|one| one["name"] == "apps"));
    assert_eq!(bench.get("/apis/autoscaling")["preferredVersion"]["version"], "v2");
    let mut request = Request::new("GET", "/apis");
    request.accept =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
            .to_owned();
    let Reply::Answer(answer) = bench.send(&request) else { panic!() };
    assert_eq!(
        answer.content_type,
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    );
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(body["items"][1]["metadata"]["name"], "apps");
    assert_eq!(bench.get("/version")["gitVersion"], "v1.36.2");
    assert_eq!(bench.ask("GET", "/readyz", Value::Null).0.body, b"ok");
}

#[test]
fn what_is_not_there_is_told() {
    let mut bench = Bench::new();
    let rows = [
        ("GET", "/api/v1/namespaces/lab/pods/x", 404, "pods \"x\" not found"),
        (
            "GET",
            "/apis/apps/v1/namespaces/lab/deployments/x",
            404,
            "deployments.apps \"x\" not found",
        ),
        ("GET", "/nothing", 404, "the server could not find the requested resource"),
        (
            "GET",
            "/apis/metrics.k8s.io/v1beta1/pods",
            404,
            "the server could not find the requested resource",
        ),
        (
            "PUT",
            "/api/v1/namespaces/lab/pods",
            405,
            "the server does not allow this method on the requested resource",
        ),
        (
            "POST",
            "/api/v1/pods",
            405,
            "the server does not allow this method on the requested resource",
        ),
        (
            "GET",
            "/api/v1/pods?labelSelector=a+b",
            400,
            "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
        ),
        ("GET", "/api/v1/pods?fieldSelector=x=y", 400, "field label not supported: x"),
        (
            "GET",
            "/api/v1/pods?resourceVersion=99",
            504,
            "Timeout: Too large resource version: 99, current: 1",
        ),
    ];
    for (method, target, code, words) in rows {
        assert_eq!(
            bench.refused(method, target, Value::Null),
            (code, words.to_owned()),
            "{target}"
        );
    }
    let (_, body) = bench.ask("GET", "/apis/apps/v1/namespaces/lab/deployments/x", Value::Null);
    assert_eq!(body["reason"], "NotFound");
    assert_eq!(body["details"], json!({"name": "x", "group": "apps", "kind": "deployments"}));
}

#[test]
fn a_body_that_is_too_long_is_refused() {
    let mut bench = Bench::new();
    let long = json!({"data": "x".repeat(3 << 20)});
    assert_eq!(bench.refused("POST", PODS, long).0, 413);
}

#[test]
fn lists_have_items_without_their_types() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let list = bench.get("/api/v1/pods");
    assert_eq!(
        (&list["kind"], &list["metadata"]["resourceVersion"]),
        (&json!("PodList"), &json!("2"))
    );
    assert!(list["items"][0]["kind"].is_null());
    assert_eq!(list["items"][0]["metadata"]["name"], "a");
}

#[test]
fn tables_and_metadata_are_sent_on_demand() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let ask = |bench: &mut Bench, accept: &str, target: &str| {
        let mut request = Request::new("GET", target);
        request.accept = accept.to_owned();
        let Reply::Answer(answer) = bench.send(&request) else { panic!() };
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    let table = ask(&mut bench, accept, PODS);
    let cells = table["rows"][0]["cells"].as_array().unwrap();
    assert_eq!(cells[..4], [json!("a"), json!("0/1"), json!("Pending"), json!("0")]);
    assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    let none = ask(&mut bench, accept, &format!("{PODS}/a?includeObject=None"));
    assert_eq!(none["rows"][0]["object"], Value::Null);
    let accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    let metadata = ask(&mut bench, accept, PODS);
    assert_eq!(metadata["kind"], "PartialObjectMetadataList");
    assert!(metadata["items"][0]["spec"].is_null());
}

#[test]
fn logs_and_streams_are_read_from_the_query() {
    let mut bench = Bench::new();
    let mut two = pod("a");
    two["spec"]["nodeName"] = json!("node-1");
    two["spec"]["containers"] = json!([{"name": "c", "image": "i"}, {"name": "d", "image": "i"}]);
    two["spec"]["initContainers"] = json!([{"name": "i", "image": "i"}]);
    bench.post(PODS, two);
    let words = "a container name must be specified for pod a, choose one of: [c d] or one of the init containers: [i]";
    assert_eq!(
        bench.refused("GET", &format!("{PODS}/a/log"), Value::Null),
        (400, words.to_owned())
    );
    let target =
        format!("{PODS}/a/log?container=d&follow=true&tailLines=3&sinceSeconds=60&timestamps=true");
    let Reply::Log(log) = bench.send(&Request::new("GET", &target)) else { panic!() };
    assert_eq!((log.container.as_str(), log.follow, log.tail_lines), ("d", true, Some(3)));
    assert_eq!(log.since, bench.now.checked_sub(jiff::SignedDuration::from_secs(60)).ok());
    assert_eq!(bench.refused("GET", &format!("{PODS}/a/log?container=x"), Value::Null).0, 400);
    let target = format!(
        "{PODS}/a/exec?command=sh&command=-c&container=c&stdin=true&stdout=true&tty=true&stderr=true"
    );
    let Reply::Connect(exec) = bench.send(&Request::new("GET", &target)) else { panic!() };
    assert_eq!(
        (exec.kind, exec.command.len(), exec.stdin, exec.stderr),
        (ConnectKind::Exec, 2, true, false)
    );
    let Reply::Connect(forward) =
        bench.send(&Request::new("POST", &format!("{PODS}/a/portforward?ports=80,81")))
    else {
        panic!()
    };
    assert_eq!(forward.ports, [80, 81]);
    bench.post(PODS, pod("b"));
    let words = "pod b does not have a host assigned".to_owned();
    assert_eq!(
        bench.refused("GET", &format!("{PODS}/b/exec?command=ls"), Value::Null),
        (400, words)
    );
}

#[test]
fn whoever_one_wants_to_be_may_do_what_roles_give() {
    let mut bench = Bench::new();
    let mut request = Request::new("GET", PODS);
    request.impersonate = Some(super::super::Impersonation {
        user: "system:serviceaccount:lab:app".to_owned(),
        groups: Vec::new(),
    });
    let Reply::Answer(answer) = bench.send(&request) else { panic!() };
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        body["message"],
        "pods is forbidden: User \"system:serviceaccount:lab:app\" cannot list resource \"pods\" in API group \"\" in the namespace \"lab\""
    );
    let review = json!({"spec": {"resourceAttributes": {"verb": "list", "resource": "pods"}}});
    let answer = bench.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review);
    assert_eq!(answer["status"]["allowed"], true);
}
