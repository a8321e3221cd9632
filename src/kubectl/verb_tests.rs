//! Verbs against a server that answers as it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::loopback::{Answer, Loopback, events, ok};
use crate::cluster::{RunPolicy, Tenure};

fn row(name: &str, version: &str, status: &str) -> Value {
    json!({"cells": [name, status], "object": {"metadata":
        {"name": name, "namespace": "lab", "uid": name, "resourceVersion": version}}})
}

fn columns() -> Value {
    json!([{"name": "Name", "format": "name", "priority": 0}, {"name": "Status", "priority": 0}])
}

fn table(version: &str, rows: &[Value]) -> Value {
    json!({"kind": "Table", "metadata": {"resourceVersion": version},
        "columnDefinitions": columns(), "rows": rows})
}

fn event(kind: &str, row: &Value) -> Value {
    json!({"type": kind, "object": {"kind": "Table", "columnDefinitions": null, "rows": [row]}})
}

fn status(code: u16, reason: &str, message: &str) -> Answer {
    let status = json!({"kind": "Status", "status": "Failure", "code": code, "reason": reason,
        "message": message});
    (code, status.to_string())
}

fn borrowed(before: &[&str]) -> Arc<RunPolicy> {
    let before: BTreeSet<String> = before.iter().map(|uid| (*uid).to_owned()).collect();
    let notes = mpsc::unbounded_channel().0;
    Arc::new(RunPolicy::new("lab", Tenure::Borrowed(before), BTreeMap::new(), notes))
}

#[tokio::test]
async fn get_pods_is_one_request() {
    let server = Loopback::answering(vec![ok(&table("7", &[row("web", "5", "Running")]))]).await;
    let printed = server.run("get pods").await;
    assert_eq!(printed.stdout, "NAME   STATUS\nweb    Running\n");
    assert_eq!((printed.stderr.as_str(), printed.code), ("", 0));
    assert_eq!(server.asked(), ["GET /api/v1/namespaces/lab/pods?limit=500"]);
}

#[tokio::test]
async fn a_long_list_is_asked_for_in_parts() {
    let mut first = table("7", &[row("a", "5", "Running")]);
    first["metadata"]["continue"] = json!("next");
    let second = table("7", &[row("b", "6", "Running")]);
    let server = Loopback::answering(vec![ok(&first), ok(&second)]).await;
    let printed = server.run("get pods --no-headers").await;
    assert_eq!(printed.stdout, "a     Running\nb     Running\n");
    assert!(server.asked()[1].ends_with("?limit=500&continue=next"), "{:?}", server.asked());
}

#[tokio::test]
async fn a_dropped_watch_goes_on_where_it_ended() {
    let server = Loopback::answering(vec![
        ok(&table("7", &[row("web", "5", "Pending")])),
        events(&[event("MODIFIED", &row("web", "9", "Running"))]),
        events(&[event("MODIFIED", &row("web", "11", "Failed"))]),
        status(403, "Forbidden", "no more"),
    ])
    .await;
    let printed = server.run("get pods --watch").await;
    assert_eq!(printed.stdout, "NAME   STATUS\nweb    Pending\nweb    Running\nweb    Failed\n");
    assert_eq!(printed.stderr, "Error from server (Forbidden): no more\n");
    let asked = server.asked();
    let versions: Vec<&str> = asked
        .iter()
        .filter_map(|request| request.split("resourceVersion=").nth(1)?.split('&').next())
        .collect();
    assert_eq!(versions, ["7", "9", "11"]);
}

#[tokio::test]
async fn a_version_that_the_server_forgot_is_listed_anew_without_repeating() {
    let gone =
        json!({"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired"}});
    let server = Loopback::answering(vec![
        ok(&table("7", &[row("a", "5", "Running"), row("b", "6", "Running")])),
        events(&[gone]),
        ok(&table("20", &[row("a", "5", "Running"), row("b", "15", "Failed")])),
        status(403, "Forbidden", "no more"),
    ])
    .await;
    let printed = server.run("get pods -w").await;
    assert_eq!(printed.stdout, "NAME   STATUS\na      Running\nb      Running\nb      Failed\n");
    assert!(server.asked()[3].contains("resourceVersion=20"), "{:?}", server.asked());
}

#[tokio::test]
async fn a_server_that_is_gone_is_told_as_kubectl_tells_it() {
    // Nothing listens on the port of a server that has given its last answer.
    let server = Loopback::answering(Vec::new()).await;
    let cluster = server.cluster().await;
    tokio::task::yield_now().await;
    let printed = server.run("get pods").await;
    assert_eq!(
        printed.stderr,
        format!(
            "The connection to the server {} was refused - did you specify the right host or port?\n",
            cluster.host()
        )
    );
    assert_eq!(printed.code, 1);
}

#[tokio::test]
async fn an_object_of_another_namespace_is_not_applied() {
    let server = Loopback::answering(vec![status(404, "NotFound", "no such object")]).await;
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: kube-system}\n";
    let printed = server.run_with("apply -f -", borrowed(&[]), manifest).await;
    assert!(
        printed
            .stderr
            .starts_with("error: podlab does not create configmap/x in namespace `kube-system`"),
        "{printed:?}"
    );
    assert_eq!(printed.code, 1);
    assert!(server.asked().iter().all(|request| request.starts_with("GET ")));
}

#[tokio::test]
async fn in_a_borrowed_namespace_what_was_there_stays() {
    let pod = |name: &str| json!({"metadata": {"name": name, "namespace": "lab", "uid": name}});
    let list = json!({"kind": "PodList", "apiVersion": "v1", "items": [pod("old")]});
    let server = Loopback::answering(vec![ok(&list), ok(&pod("old"))]).await;
    let all = server.run_with("delete pods --all", borrowed(&["old"]), "").await;
    assert_eq!((all.stdout.as_str(), all.code), ("No resources found\n", 0));
    let one = server.run_with("delete pod old", borrowed(&["old"]), "").await;
    assert_eq!(one.stderr, "error: podlab does not delete pod/old: it was there before this run\n");
    assert!(server.asked().iter().all(|request| request.starts_with("GET ")));
}

#[tokio::test]
async fn a_server_side_apply_that_cannot_look_does_not_write() {
    let answer = status(403, "Forbidden", "pods \"web\" is forbidden");
    let server = Loopback::answering(vec![answer, ok(&json!({"kind": "Pod"}))]).await;
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n";
    let printed = server.run_with("apply --server-side -f -", borrowed(&[]), manifest).await;
    assert!(printed.stderr.contains("pods \"web\" is forbidden"), "{printed:?}");
    assert_eq!(printed.code, 1);
    assert_eq!(server.asked(), ["GET /api/v1/namespaces/lab/pods/web"]);
}

#[tokio::test]
async fn the_context_in_use_is_known_by_its_name() {
    let list = table("7", &[row("web", "5", "Running")]);
    let server = Loopback::answering(vec![ok(&list)]).await;
    assert_eq!(server.cluster().await.title(), "dev (simulated)");
    let printed = server.run("get pods --context dev").await;
    assert_eq!((printed.stderr.as_str(), printed.code), ("", 0));
    let printed = server.run("get pods --context prod").await;
    assert_eq!(
        printed.stderr,
        "error: context \"prod\" is not the one that is in use here (\"dev\")\n"
    );
}

#[tokio::test]
async fn waiting_without_time_is_one_look() {
    let pod = |ready: &str| {
        ok(&json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web"},
            "status": {"conditions": [{"type": "Ready", "status": ready}]}}))
    };
    let answers = vec![pod("True"), pod("True"), pod("False"), pod("False")];
    let server = Loopback::answering(answers).await;
    let line = "wait pod/web --for=condition=Ready --timeout=0";
    let met = server.run(line).await;
    assert_eq!((met.stdout.as_str(), met.code), ("pod/web condition met\n", 0));
    let not = server.run(line).await;
    assert_eq!((not.stderr.as_str(), not.code), ("error: condition not met for pods/web\n", 1));
    assert_eq!(server.asked().len(), 4, "{:?}", server.asked());
}

#[tokio::test]
async fn a_flag_that_needs_a_real_kubectl_is_named() {
    let server = Loopback::answering(Vec::new()).await;
    let printed = server.run("get pods --as somebody").await;
    assert!(printed.stderr.contains("`kubectl get --as`"), "{printed:?}");
    assert_eq!(server.run("get pods --nope").await.stderr.lines().count(), 2);
}

#[test]
fn a_verb_can_run_on_any_thread() {
    fn sent<T: Send>(_: &T) {}
    fn check(session: &super::Session, io: &mut super::Io) {
        sent(&super::run_line(&[], session, io));
    }
    let _ = check;
}
