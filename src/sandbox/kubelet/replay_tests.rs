//! The recorded pods once more, under the simulated kubelet: what it says of them has to be
//! what a real kubelet of 1.36 said, step by step, within a second.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::chance::Chance;
use super::clock::after;
use super::harness::Harness;
use crate::sandbox::ChangeKind;

const PODS: &str = include_str!("../../../tests/recordings/k8s-1.36.2/pods.watch.jsonl");
const EVENTS: &str = include_str!("../../../tests/recordings/k8s-1.36.2/events.watch.jsonl");

/// What was left to chance while it was recorded, from the times of what followed: by how
/// much (of half its length) each wait was longer, and which part of a period probes of a
/// kubelet that has just started let pass.
const CHANCES: &[(&str, f64)] = &[
    ("goproxy/goproxy/Readiness", 0.3),
    ("crasher/7", 0.52),
    ("crasher/10", 0.88),
    ("crasher/13", 0.58),
    ("crasher/16", 0.52),
    ("crasher/17", 0.25),
    ("crasher/20", 0.7),
];

/// The seconds between the tries of the pod without an image, each from 10 to 15.
const TRIES: &[i32] =
    &[13, 15, 15, 15, 11, 12, 13, 13, 14, 12, 12, 11, 15, 14, 11, 15, 14, 13, 13, 12];

/// The kubelet was started shortly before the pods were: the readiness probe of the slowest
/// period still waited a part of it, the others did not.
const KUBELET_STARTED: &str = "2026-11-22T20:46:05Z";

/// When the recording of a pod ends; it goes on here.
const END: &str = "2026-11-22T20:51:30Z";

fn lines(recording: &str) -> impl Iterator<Item = Value> {
    recording.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What somebody else than the kubelet did to a pod: bound it, labelled it, deleted it.
struct Deed {
    at: Timestamp,
    object: Value,
}

fn deeds() -> Vec<Deed> {
    let bound: BTreeMap<String, Timestamp> = lines(EVENTS)
        .map(|event| event["object"].clone())
        .filter(|event| event["reason"] == "Scheduled")
        .map(|event| {
            let pod = text(&event["involvedObject"]["name"]).to_owned();
            (pod, time(text(&event["eventTime"])))
        })
        .collect();
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut deeds = Vec::new();
    for change in lines(PODS) {
        let mut object = change["object"].clone();
        let meta = object["metadata"].clone();
        let name = text(&meta["name"]).to_owned();
        if object["spec"]["nodeName"].is_null() || meta["deletionGracePeriodSeconds"] == 0 {
            continue;
        }
        let before = known.insert(name.clone(), meta.clone());
        let at = match before {
            None => bound[&name],
            Some(before) if !meta["deletionTimestamp"].is_null() => {
                if !before["deletionTimestamp"].is_null() {
                    continue;
                }
                let grace = meta["deletionGracePeriodSeconds"].as_i64().unwrap();
                let end = time(text(&meta["deletionTimestamp"]));
                after(end, SignedDuration::from_millis(330 - grace * 1000))
            }
            Some(before) if before["labels"] != meta["labels"] => time("2026-11-22T20:46:24.1Z"),
            Some(_) => continue,
        };
        for key in ["managedFields", "resourceVersion"] {
            object["metadata"].as_object_mut().unwrap().remove(key);
        }
        deeds.push(Deed { at, object });
    }
    deeds.sort_by_key(|deed| deed.at);
    deeds
}

fn replayed() -> Harness {
    let told = CHANCES.iter().map(|(what, number)| ((*what).to_owned(), *number));
    // The kubelet takes up pods once a second.
    let tries = TRIES.iter().map(|wait| (f64::from(*wait) - 10.5) / 5.0);
    let tries = tries.enumerate().map(|(sync, number)| (format!("badimage/{}", sync + 2), number));
    let chances = told.chain(tries).collect();
    let mut harness = Harness::with(time(KUBELET_STARTED), Chance::Told(chances));
    for map in ["kube-root-ca.crt", "openshift-service-ca.crt"] {
        let data = json!({ "ca.crt": "", "service-ca.crt": "" });
        harness.create("configmaps", map, json!({ "data": data }));
    }
    for Deed { at, object } in deeds() {
        harness.run_until(at);
        let name = text(&object["metadata"]["name"]).to_owned();
        if harness.pod(&name).is_null() {
            // The store gives it a uid of its own; the recorded one comes with the binding.
            let unbound = json!({ "metadata": { "name": name, "namespace": "lab" } });
            harness.store.create("pods", unbound, at).unwrap();
            harness.store.replace("pods", object).unwrap();
            harness.settle();
        } else {
            harness.change(&name, |pod| {
                let version = pod["metadata"]["resourceVersion"].clone();
                pod["metadata"] = object["metadata"].clone();
                pod["metadata"]["resourceVersion"] = version;
            });
        }
    }
    harness.run_until(time(END));
    harness
}

/// Ids of containers are told apart, nothing more; digests are not compared.
fn normalised(status: &Value, ids: &mut Vec<String>) -> Value {
    match status {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), normalised_field(key, value, ids)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| normalised(item, ids)).collect(),
        other => other.clone(),
    }
}

fn normalised_field(key: &str, value: &Value, ids: &mut Vec<String>) -> Value {
    match key {
        "containerID" => {
            let id = text(value).to_owned();
            let known = ids.iter().position(|known| *known == id);
            json!(known.unwrap_or_else(|| {
                ids.push(id);
                ids.len() - 1
            }))
        }
        "imageID" => json!(text(value).split('@').next()),
        _ => normalised(value, ids),
    }
}

/// Whether two values are the same but for times that are at most a second apart.
fn agree(ours: &Value, theirs: &Value) -> Result<(), String> {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            keys.into_iter().try_for_each(|key| {
                agree(&ours[key], &theirs[key]).map_err(|why| format!("{key}.{why}"))
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).try_for_each(|(a, b)| agree(a, b))
        }
        (Value::String(a), Value::String(b)) if a == b => Ok(()),
        (Value::String(a), Value::String(b)) => match (a.parse(), b.parse()) {
            (Ok(a), Ok(b)) if apart(a, b) <= 1 => Ok(()),
            _ => Err(format!(" {a:?}, recorded {b:?}")),
        },
        (a, b) if a == b => Ok(()),
        (a, b) => Err(format!(" {a}, recorded {b}")),
    }
}

fn apart(a: Timestamp, b: Timestamp) -> i64 {
    a.duration_since(b).as_secs().abs()
}

/// The versions of a pod from the moment that it was bound.
fn versions(of: impl Iterator<Item = (bool, Value)>, pod: &str) -> Vec<(bool, Value)> {
    let mut ids = Vec::new();
    let mut versions = Vec::new();
    for (is_end, object) in of {
        if object["metadata"]["name"] != pod || object["spec"]["nodeName"].is_null() {
            continue;
        }
        let meta = &object["metadata"];
        let shown = json!({
            "labels": meta["labels"],
            "deletionTimestamp": meta["deletionTimestamp"],
            "deletionGracePeriodSeconds": meta["deletionGracePeriodSeconds"],
            "status": normalised(&object["status"], &mut ids),
        });
        versions.push((is_end, shown));
    }
    versions.dedup();
    versions
}

#[test]
fn statuses_come_in_the_recorded_steps() {
    let harness = replayed();
    for pod in ["simple-api", "liveness-exec", "liveness-http", "goproxy", "crasher", "badimage"] {
        let ours = harness.pods.iter();
        let ours = ours.map(|one| (one.kind == ChangeKind::Deleted, one.object.clone()));
        let ours = versions(ours, pod);
        let theirs = lines(PODS);
        let theirs = theirs.map(|one| (one["type"] == "DELETED", one["object"].clone()));
        let theirs = versions(theirs, pod);
        for (step, theirs) in theirs.iter().enumerate() {
            let Some(ours) = ours.get(step) else {
                panic!("{pod}: {} steps, recorded at least {}", ours.len(), step + 1);
            };
            assert_eq!(ours.0, theirs.0, "{pod}, step {step}: whether it is the end");
            if let Err(why) = agree(&ours.1, &theirs.1) {
                panic!("{pod}, step {step}: {why}\nours:     {}\nrecorded: {}", ours.1, theirs.1);
            }
        }
    }
}

#[test]
fn events_come_as_recorded() {
    let harness = replayed();
    for pod in ["simple-api", "liveness-exec", "liveness-http", "goproxy", "crasher", "badimage"] {
        let of_pod = |event: &Value| {
            event["involvedObject"]["name"] == pod && event["reason"] != "Scheduled"
        };
        let ours: Vec<Value> =
            harness.events.iter().map(|one| one.object.clone()).filter(of_pod).collect();
        let theirs: Vec<Value> =
            lines(EVENTS).map(|event| event["object"].clone()).filter(of_pod).collect();
        for (step, theirs) in theirs.iter().enumerate() {
            let Some(ours) = ours.get(step) else {
                panic!("{pod}: {} events, recorded at least {}", ours.len(), step + 1);
            };
            for key in ["reason", "message", "count", "type", "firstTimestamp", "lastTimestamp"] {
                let (a, b) = (without_durations(&ours[key]), without_durations(&theirs[key]));
                if let Err(why) = agree(&a, &b) {
                    panic!("{pod}, event {step}: {key}{why}\nours:     {ours}\nrecorded: {theirs}");
                }
            }
            assert_eq!(
                ours["involvedObject"]["fieldPath"], theirs["involvedObject"]["fieldPath"],
                "{pod}, event {step}"
            );
        }
    }
}

/// How long a pull took is left to the machine.
fn without_durations(value: &Value) -> Value {
    match value.as_str().and_then(|text| text.split_once(" in ")) {
        Some((head, tail)) if head.starts_with("Successfully pulled image") => {
            json!(format!("{head} in … {}", tail.split_once(". ").map_or("", |(_, rest)| rest)))
        }
        _ => value.clone(),
    }
}
