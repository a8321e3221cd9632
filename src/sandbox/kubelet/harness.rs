//! A cluster of a store and a kubelet, for tests: time passes when a test says so.

use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::chance::Chance;
use super::clock::after;
use super::kubelet::Kubelet;
use super::node::Node;
use crate::sandbox::images::Images;
use crate::sandbox::{ChangeKind, Store};

/// The cluster, and everything that its store has seen.
pub(super) struct Harness {
    pub(super) kubelet: Kubelet,
    pub(super) store: Store,
    pub(super) now: Timestamp,
    images: Images,
    seen: u64,
    /// Every version of every pod.
    pub(super) pods: Vec<Version>,
    /// The same of events.
    pub(super) events: Vec<Version>,
}

pub(super) struct Version {
    pub(super) kind: ChangeKind,
    pub(super) object: Value,
}

pub(super) fn start() -> Timestamp {
    "2026-11-22T20:46:00Z".parse().unwrap()
}

impl Harness {
    /// A cluster whose kubelet has been running for long.
    pub(super) fn new() -> Self {
        Self::with(Timestamp::MIN, Chance::default())
    }

    pub(super) fn with(started: Timestamp, chance: Chance) -> Self {
        let node = Node::new("node1", Ipv4Addr::new(10, 20, 1, 1), [10, 20, 1]);
        Self {
            kubelet: Kubelet::of_test(node, started, chance),
            store: Store::default(),
            now: start(),
            images: images(),
            seen: 0,
            pods: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Has a pod bound to the node at once; what the API would add is added.
    pub(super) fn bind(&mut self, name: &str, mut spec: Value) {
        spec["nodeName"] = json!("node1");
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": name, "namespace": "lab", "generation": 1 },
            "spec": spec,
            "status": { "phase": "Pending" },
        });
        self.store.create("pods", pod, self.now).unwrap();
        self.settle();
    }

    /// A pod of one container, by its command line in `sh`.
    pub(super) fn bind_script(&mut self, name: &str, script: &str) {
        let container =
            json!({ "name": "app", "image": "busybox", "command": ["sh", "-c", script] });
        self.bind(name, json!({ "containers": [container] }));
    }

    pub(super) fn create(&mut self, resource: &str, name: &str, mut object: Value) {
        object["metadata"] = json!({ "name": name, "namespace": "lab" });
        self.store.create(resource, object, self.now).unwrap();
        self.settle();
    }

    pub(super) fn change(&mut self, pod: &str, change: impl FnOnce(&mut Value)) {
        self.store.modify("pods", "lab", pod, change).unwrap();
        self.settle();
    }

    /// As `kubectl delete` does it.
    pub(super) fn delete(&mut self, pod: &str, grace: i64) {
        let end = super::clock::seconds(super::clock::after_seconds(self.now, grace));
        self.change(pod, |pod| {
            pod["metadata"]["deletionTimestamp"] = json!(end);
            pod["metadata"]["deletionGracePeriodSeconds"] = json!(grace);
            pod["metadata"]["generation"] = json!(2);
        });
    }

    pub(super) fn run_for(&mut self, seconds: f64) {
        let by = SignedDuration::from_millis((seconds * 1000.0) as i64);
        self.run_until(after(self.now, by));
    }

    pub(super) fn run_until(&mut self, until: Timestamp) {
        self.settle();
        while let Some(due) = self.kubelet.next_due().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.kubelet.advance(&mut self.store, &self.images, self.now);
            self.settle();
        }
        self.now = until;
    }

    /// Tells the kubelet what is new in the store.
    pub(super) fn settle(&mut self) {
        let changes: Vec<_> = self.store.changes_since(self.seen).unwrap().cloned().collect();
        for change in changes {
            self.seen = change.revision;
            self.kubelet.observe(&change, self.now);
            let object = Value::clone(&change.object);
            let version = Version { kind: change.kind, object };
            match &*change.resource {
                "pods" => self.pods.push(version),
                "events" => self.events.push(version),
                _ => {}
            }
        }
    }

    pub(super) fn pod(&self, name: &str) -> Value {
        self.store.get("pods", "lab", name).map_or(Value::Null, |pod| Value::clone(pod))
    }

    /// A pod as it was last, also one that is gone.
    pub(super) fn last_version(&self, pod: &str) -> &Value {
        let of_pod = |version: &&Version| version.object["metadata"]["name"] == pod;
        &self.pods.iter().rev().find(of_pod).unwrap().object
    }

    /// A log, or what is said in its place.
    pub(super) fn log(&self, pod: &str, container: &str, previous: bool) -> Result<String, String> {
        let logs = self.kubelet.logs("lab", pod, container, previous);
        let logs = logs.map_err(|error| error.to_string())?;
        let bytes: Vec<u8> = logs.log.lines().flat_map(|line| line.text.clone()).collect();
        Ok(String::from_utf8(bytes).unwrap())
    }

    /// The events of a pod in the order of their last time: `Killing: Stopping … x2`. What
    /// every start of a container tells is left out where it went well.
    pub(super) fn told(&self, pod: &str) -> Vec<String> {
        let mut events: Vec<_> = self
            .store
            .list("events", Some("lab"))
            .filter(|event| event["involvedObject"]["name"] == pod)
            .collect();
        events.sort_by_key(|event| event["lastTimestamp"].as_str().map(str::to_owned));
        let shown = events.iter().map(|event| {
            let times = match event["count"].as_u64() {
                Some(1) | None => String::new(),
                Some(count) => format!(" x{count}"),
            };
            let uid = text(&event["involvedObject"]["uid"]);
            let message = text(&event["message"]).replace(uid, "UID");
            format!("{}: {}{times}", text(&event["reason"]), message.trim_end())
        });
        let usual = ["Pulling", "Pulled", "Created", "Started"];
        shown.filter(|line| !usual.iter().any(|usual| line.starts_with(usual))).collect()
    }

    /// What a pod's versions looked like, one after the other, where they changed:
    /// `Running 1/1 restarts=0 | app: running`.
    pub(super) fn story(&self, pod: &str) -> Vec<String> {
        let mut story: Vec<String> = Vec::new();
        for version in self.pods.iter().filter(|version| version.object["metadata"]["name"] == pod)
        {
            let line = match version.kind {
                ChangeKind::Deleted => "gone".to_owned(),
                _ => line(&version.object),
            };
            if story.last() != Some(&line) {
                story.push(line);
            }
        }
        story
    }
}

fn line(pod: &Value) -> String {
    let status = &pod["status"];
    let lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
    let containers = lists.iter().flat_map(|list| status[*list].as_array().into_iter().flatten());
    let shown = containers.map(|container| {
        let state = match container["state"].as_object().and_then(|state| state.iter().next()) {
            Some((kind, of)) => match of["reason"].as_str() {
                Some(reason) => format!("{kind} {reason}"),
                None => kind.clone(),
            },
            None => "?".to_owned(),
        };
        let mut shown = format!("{} {state}", text(&container["name"]));
        if container["ready"] == true {
            shown.push_str(" ready");
        }
        if container["restartCount"] != 0 {
            shown.push_str(&format!(" restarts={}", container["restartCount"]));
        }
        shown
    });
    let mut line = text(&status["phase"]).to_owned();
    if !pod["metadata"]["deletionTimestamp"].is_null() {
        line.push_str(" (deleting)");
    }
    for container in shown {
        line.push_str(" | ");
        line.push_str(&container);
    }
    line
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn images() -> Images {
    Images::default()
}
