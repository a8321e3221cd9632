//! What the tests stand on.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{Answer, Reply, Request, WatchPlan, handle};
use crate::sandbox::admit;
use crate::sandbox::store::Store;

/// A cluster with one namespace, at a moment.
pub(super) struct Bench {
    pub(super) store: Store,
    pub(super) now: Timestamp,
}

impl Bench {
    pub(super) fn new() -> Self {
        let now = "2026-11-22T20:46:11Z".parse().unwrap();
        let mut bench = Self { store: Store::default(), now };
        bench.add("namespaces", json!({"metadata": {"name": "lab"}}));
        bench
    }

    /// Puts an object into the store as a controller would.
    pub(super) fn add(&mut self, resource: &str, object: Value) {
        admit::create(&mut self.store, resource, object, self.now).unwrap();
    }

    pub(super) fn send(&mut self, request: &Request) -> Reply {
        handle(&mut self.store, request, self.now)
    }

    /// The answer to a request, with its body read.
    pub(super) fn ask(&mut self, method: &str, target: &str, body: Value) -> (Answer, Value) {
        self.ask_as(method, target, "application/json", body)
    }

    pub(super) fn ask_as(
        &mut self,
        method: &str,
        target: &str,
        content_type: &str,
        body: Value,
    ) -> (Answer, Value) {
        let mut request = Request::new(method, target);
        request.content_type = content_type.to_owned();
        request.user_agent = "kubectl/v1.36.2 (linux/amd64)".to_owned();
        if !body.is_null() {
            request.body = body.to_string().into_bytes();
        }
        let Reply::Answer(answer) = self.send(&request) else { panic!("{target} is no answer") };
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer, body)
    }

    /// The body of an answer that must be a success.
    pub(super) fn get(&mut self, target: &str) -> Value {
        let (answer, body) = self.ask("GET", target, Value::Null);
        assert_eq!(answer.status, 200, "{body}");
        body
    }

    /// The code and the words of an answer that must be a failure.
    pub(super) fn refused(&mut self, method: &str, target: &str, body: Value) -> (u16, String) {
        let (answer, body) = self.ask(method, target, body);
        assert!(answer.status >= 400, "{body}");
        (answer.status, body["message"].as_str().unwrap().to_owned())
    }

    pub(super) fn post(&mut self, target: &str, object: Value) -> Value {
        let (answer, body) = self.ask("POST", target, object);
        assert_eq!(answer.status, 201, "{body}");
        body
    }

    pub(super) fn watch(&mut self, target: &str) -> WatchPlan {
        let Reply::Watch(plan) = self.send(&Request::new("GET", target)) else {
            panic!("no watch")
        };
        *plan
    }

    /// What a watch says by now: `ADDED a`.
    pub(super) fn heard(&self, plan: &mut WatchPlan) -> Vec<String> {
        let lines = plan.next(&self.store, self.now).lines;
        let event = |line: &Vec<u8>| {
            assert_eq!(line.last(), Some(&b'\n'));
            let event: Value = serde_json::from_slice(line).unwrap();
            let object = &event["object"];
            let named = object["metadata"]["name"].as_str();
            let named = named.or(object["rows"][0]["object"]["metadata"]["name"].as_str());
            let words = named.or(object["message"].as_str()).unwrap_or_default();
            format!("{} {words}", event["type"].as_str().unwrap())
        };
        lines.iter().map(event).collect()
    }
}

/// A pod as a person writes it.
pub(super) fn pod(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}})
}

pub(super) const PODS: &str = "/api/v1/namespaces/lab/pods";
