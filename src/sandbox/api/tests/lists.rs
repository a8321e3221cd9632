use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::{Reply, Request};
use super::bench::{Bench, PODS, pod};

#[test]
fn pages_are_of_one_version_whatever_happens_between_them() {
    let mut bench = Bench::new();
    for name in ["a", "b", "c", "d", "e"] {
        bench.post(PODS, pod(name));
    }
    let first = bench.get(&format!("{PODS}?limit=2"));
    assert_eq!(first["metadata"]["remainingItemCount"], 3);
    let token = first["metadata"]["continue"].as_str().unwrap().to_owned();
    bench.ask("DELETE", &format!("{PODS}/c"), Value::Null);
    bench.post(PODS, pod("bb"));
    let second = bench.get(&format!("{PODS}?limit=2&continue={token}"));
    let names = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|one| one["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&second), ["c", "d"]);
    assert_eq!(second["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
    let token = second["metadata"]["continue"].as_str().unwrap().to_owned();
    let last = bench.get(&format!("{PODS}?limit=2&continue={token}"));
    assert_eq!(names(&last), ["e"]);
    assert!(last["metadata"]["continue"].is_null());
    let version = first["metadata"]["resourceVersion"].as_str().unwrap();
    let exact = bench.get(&format!("{PODS}?resourceVersion={version}&resourceVersionMatch=Exact"));
    assert_eq!(names(&exact), ["a", "b", "c", "d", "e"]);
}

#[test]
fn watches_hear_what_concerns_them() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let mut all = bench.watch("/api/v1/pods?watch=true");
    let mut from = bench.watch("/api/v1/pods?watch=true&resourceVersion=2");
    let mut app = bench.watch(&format!("{PODS}?watch=true&labelSelector=app%3Db"));
    let mut one = bench.watch(&format!("{PODS}/a?watch=true"));
    assert_eq!(bench.heard(&mut all), ["ADDED a"]);
    assert_eq!(bench.heard(&mut from), [""; 0]);
    assert_eq!(bench.heard(&mut one), ["ADDED a"]);
    bench.post(PODS, pod("b"));
    bench.ask_as(
        "PATCH",
        &format!("{PODS}/b"),
        "application/merge-patch+json",
        json!({"metadata": {"labels": {"app": "c"}}}),
    );
    bench.ask("DELETE", &format!("{PODS}/a"), Value::Null);
    assert_eq!(bench.heard(&mut all), ["ADDED b", "MODIFIED b", "DELETED a"]);
    assert_eq!(bench.heard(&mut from), ["ADDED b", "MODIFIED b", "DELETED a"]);
    assert_eq!(bench.heard(&mut app), ["ADDED b", "DELETED b"]);
    assert_eq!(bench.heard(&mut one), ["DELETED a"]);
}

#[test]
fn a_watch_says_where_it_is_and_when_it_ends() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let target = format!(
        "{PODS}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=90"
    );
    let mut plan = bench.watch(&target);
    let lines = plan.next(&bench.store, bench.now).lines;
    let last: Value = serde_json::from_slice(lines.last().unwrap()).unwrap();
    assert_eq!(last["type"], "BOOKMARK");
    assert_eq!(last["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
    assert_eq!(last["object"]["metadata"]["resourceVersion"], "2");
    assert_eq!(plan.next_due(), bench.now.checked_add(SignedDuration::from_secs(60)).ok());
    bench.now = plan.next_due().unwrap();
    assert_eq!(bench.heard(&mut plan), ["BOOKMARK "]);
    bench.now = plan.next_due().unwrap();
    assert!(plan.next(&bench.store, bench.now).ended);
}

#[test]
fn a_version_that_is_forgotten_is_an_error_in_the_stream() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let long = "x".repeat(50_000);
    for n in 0..1_500 {
        bench.store.modify("pods", "lab", "a", |pod| {
            pod["metadata"]["annotations"] = json!({"n": n.to_string(), "long": long});
        });
    }
    let mut plan = bench.watch(&format!("{PODS}?watch=true&resourceVersion=2"));
    let said = plan.next(&bench.store, bench.now);
    assert!(said.ended);
    let event: Value = serde_json::from_slice(&said.lines[0]).unwrap();
    assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(410)));
    assert_eq!(event["object"]["reason"], "Expired");
}

#[test]
fn a_watched_table_has_its_columns_once() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let mut request = Request::new("GET", &format!("{PODS}?watch=true"));
    request.accept = "application/json;as=Table;v=v1;g=meta.k8s.io".to_owned();
    let Reply::Watch(mut plan) = bench.send(&request) else { panic!() };
    bench.post(PODS, pod("b"));
    let lines = plan.next(&bench.store, bench.now).lines;
    let events: Vec<Value> =
        lines.iter().map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert!(events[0]["object"]["columnDefinitions"].is_array());
    assert!(events[1]["object"]["columnDefinitions"].is_null());
    assert_eq!(events[1]["object"]["rows"][0]["cells"][0], "b");
}
