//! The recorded pods once more, under the simulated kubelet: what it says of them has to be
//! what a real kubelet of 1.36 said.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::chance::Chance;
use super::clock::after;
use super::kubelet::Kubelet;
use super::node::Node;
use crate::sandbox::Store;
use crate::sandbox::images::Images;

const PODS: &str = include_str!("../../../tests/recordings/k8s-1.36.2/pods.watch.jsonl");
const EVENTS: &str = include_str!("../../../tests/recordings/k8s-1.36.2/events.watch.jsonl");

fn lines(recording: &str) -> impl Iterator<Item = Value> {
    recording.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What somebody else than the kubelet did to a pod, and when.
struct Done {
    at: Timestamp,
    object: Value,
}

/// The pods as they were bound, changed and deleted.
fn done_by_others() -> Vec<Done> {
    let mut bound: BTreeMap<String, Timestamp> = BTreeMap::new();
    for event in lines(EVENTS) {
        let object = &event["object"];
        if object["reason"] == "Scheduled" {
            let pod = object["involvedObject"]["name"].as_str().unwrap();
            bound.insert(pod.to_owned(), time(object["eventTime"].as_str().unwrap()));
        }
    }
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut done = Vec::new();
    for change in lines(PODS) {
        let mut object = change["object"].clone();
        let pod = name(&object).to_owned();
        if object["spec"]["nodeName"].is_null() || change["type"] == "DELETED" {
            continue;
        }
        let before = known.insert(pod.clone(), object["metadata"].clone());
        let at = match before {
            None => bound[&pod],
            Some(before) => {
                let other = ["labels", "deletionTimestamp"];
                if other.iter().all(|key| before[*key] == object["metadata"][*key]) {
                    continue;
                }
                match object["metadata"]["deletionGracePeriodSeconds"].as_i64() {
                    Some(0) => continue,
                    Some(grace) => {
                        let end = time(object["metadata"]["deletionTimestamp"].as_str().unwrap());
                        after(end, SignedDuration::from_millis(320 - grace * 1000))
                    }
                    None => time("2026-11-22T20:46:24.1Z"),
                }
            }
        };
        if let Value::Object(meta) = &mut object["metadata"] {
            meta.remove("managedFields");
            meta.remove("resourceVersion");
        }
        done.push(Done { at, object });
    }
    done.sort_by_key(|done| done.at);
    done
}

#[test]
fn show() {
    let node = Node::new("node1", Ipv4Addr::new(10, 20, 1, 1), [10, 20, 1]);
    let started = time("2026-11-22T20:46:05Z");
    let mut world = World {
        kubelet: Kubelet::of_test(node, started, Chance::Told(BTreeMap::new())),
        store: Store::default(),
        seen: 0,
        pods: Vec::new(),
        events: Vec::new(),
    };
    for done in done_by_others() {
        world.run_until(done.at);
        let pod = name(&done.object).to_owned();
        match world.store.get("pods", "lab", &pod) {
            None => {
                let created = world.store.create("pods", done.object.clone(), done.at).unwrap();
                let mut object = Value::clone(&created);
                object["metadata"]["uid"] = done.object["metadata"]["uid"].clone();
                object["metadata"]["creationTimestamp"] = done.object["metadata"]["creationTimestamp"].clone();
                world.store.replace("pods", object).unwrap();
            }
            Some(_) => {
                world.store.modify("pods", "lab", &pod, |pod| {
                    let version = pod["metadata"]["resourceVersion"].clone();
                    pod["metadata"] = done.object["metadata"].clone();
                    pod["metadata"]["resourceVersion"] = version;
                });
            }
        }
    }
    world.run_until(time("2026-11-22T20:51:30Z"));
    for (at, pod) in &world.pods {
        println!("{} {} {}", at, name(pod), serde_json::to_string(&pod["status"]).unwrap());
    }
    for (at, e) in &world.events {
        println!("{} {} {} {} x{} {}", at, e["involvedObject"]["name"], e["involvedObject"]["fieldPath"], e["reason"], e["count"], e["message"]);
    }
}

struct World {
    kubelet: Kubelet,
    store: Store,
    seen: u64,
    pods: Vec<(Timestamp, Value)>,
    events: Vec<(Timestamp, Value)>,
}

impl World {
    fn run_until(&mut self, until: Timestamp) {
        let images = Images::default();
        let mut now = Timestamp::MIN;
        loop {
            let changes: Vec<_> = self.store.changes_since(self.seen).unwrap().cloned().collect();
            for change in changes {
                self.seen = change.revision;
                let at = if now == Timestamp::MIN { until } else { now };
                match &*change.resource {
                    "pods" => self.pods.push((at, Value::clone(&change.object))),
                    "events" => self.events.push((at, Value::clone(&change.object))),
                    _ => {}
                }
                self.kubelet.observe(&change, at);
            }
            match self.kubelet.next_due() {
                Some(due) if due <= until => {
                    now = due;
                    self.kubelet.advance(&mut self.store, &images, due);
                }
                _ => break,
            }
        }
        self.kubelet.advance(&mut self.store, &images, until);
        let _ = json!(0);
    }
}
