use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::{Object, Store};
use super::{Event, Kind, Recorder};

const RECORDED: &str = include_str!("../../../tests/recordings/k8s-1.36.2/events.watch.jsonl");

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn start() -> Timestamp {
    time("2026-11-22T20:46:11.801534123Z")
}

fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "namespace": "lab", "uid": "u", "resourceVersion": "7" },
    })
}

fn unhealthy<'a>(pod: &'a Value, message: &'a str) -> Event<'a> {
    Event {
        source: "kubelet",
        host: Some("node-1"),
        regarding: pod,
        field_path: Some("spec.containers{app}"),
        kind: Kind::Warning,
        reason: "Unhealthy",
        message,
    }
}

fn after(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

fn events(store: &Store) -> Vec<Object> {
    store.list("events", None).cloned().collect()
}

/// Messages with their counts, in the order of their names, so of their making.
fn counted(store: &Store) -> Vec<String> {
    let line = |event: &Object| {
        format!("{} x{}", event["message"].as_str().unwrap(), event["count"].as_u64().unwrap())
    };
    events(store).iter().map(line).collect()
}

#[test]
fn an_event_has_every_field_of_a_recorded_one() {
    for line in RECORDED.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let mut recorded = line["object"].clone();
        if line["type"] != "ADDED" {
            continue;
        }
        let written = tell_again(&recorded);
        let name = recorded["metadata"]["name"].as_str().unwrap().to_owned();
        for key in ["managedFields", "uid", "resourceVersion", "name", "creationTimestamp"] {
            recorded["metadata"].as_object_mut().unwrap().remove(key);
        }
        if recorded["source"] == json!({}) {
            recorded["reportingInstance"] = json!("default-scheduler-sandbox");
        }
        let mut ours = Value::clone(&written);
        let our_name = ours["metadata"]["name"].as_str().unwrap().to_owned();
        assert_eq!(our_name.len(), name.len(), "{our_name} is made as {name}");
        for key in ["uid", "resourceVersion", "name", "creationTimestamp"] {
            assert!(ours["metadata"].as_object_mut().unwrap().remove(key).is_some());
        }
        assert_eq!(ours, recorded);
    }
}

/// A recorded event, told by our recorder at its time.
fn tell_again(recorded: &Value) -> Object {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    tell(&mut recorder, &mut store, recorded);
    events(&store).remove(0)
}

fn tell(recorder: &mut Recorder, store: &mut Store, recorded: &Value) {
    let about = &recorded["involvedObject"];
    let object = json!({
        "apiVersion": about["apiVersion"],
        "kind": about["kind"],
        "metadata": {
            "name": about["name"], "namespace": about["namespace"],
            "uid": about["uid"], "resourceVersion": about["resourceVersion"],
        },
    });
    let text = |key: &str| recorded[key].as_str().unwrap();
    let event = Event {
        source: text("reportingComponent"),
        host: recorded["source"]["host"].as_str(),
        regarding: &object,
        field_path: about["fieldPath"].as_str(),
        kind: if text("type") == "Normal" { Kind::Normal } else { Kind::Warning },
        reason: text("reason"),
        message: text("message"),
    };
    match recorded["eventTime"].as_str() {
        Some(at) => recorder.series_event(store, event, text("action"), time(at)),
        None => recorder.event(store, event, time(text("lastTimestamp"))),
    }
}

#[test]
fn a_recording_told_again_is_counted_the_same() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let mut told = Vec::new();
    let mut ours = Vec::new();
    for line in RECORDED.lines() {
        let recorded = serde_json::from_str::<Value>(line).unwrap()["object"].clone();
        let before = store.revision();
        tell(&mut recorder, &mut store, &recorded);
        let written = store.changes_since(before).unwrap().last().unwrap().object.clone();
        let counts = |event: &Value| {
            (event["message"].clone(), event["count"].clone(), event["firstTimestamp"].clone())
        };
        told.push(counts(&recorded));
        ours.push(counts(&written));
    }
    assert_eq!(ours, told);
}

#[test]
fn the_same_again_is_counted_and_moves_its_last_time() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let pod = pod("web");
    recorder.event(&mut store, unhealthy(&pod, "no"), start());
    recorder.event(&mut store, unhealthy(&pod, "no"), after(10));
    recorder.event(&mut store, unhealthy(&pod, "never"), after(20));
    assert_eq!(counted(&store), ["no x2", "never x1"]);
    let first = &events(&store)[0];
    assert_eq!(first["metadata"]["name"], "web.18ea78ef91f06eab");
    assert_eq!(first["firstTimestamp"], "2026-11-22T20:46:11Z");
    assert_eq!(first["lastTimestamp"], "2026-11-22T20:46:21Z");
    // Another teller, the same words.
    let other = Event { host: Some("node-2"), ..unhealthy(&pod, "no") };
    recorder.event(&mut store, other, after(30));
    assert_eq!(counted(&store), ["no x2", "never x1", "no x1"]);
}

#[test]
fn events_of_one_moment_have_names_of_their_own_in_order() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let pod = pod("web");
    for message in ["z", "y", "x"] {
        recorder.event(&mut store, unhealthy(&pod, message), start());
    }
    // Another component's recorder, at the same moment.
    Recorder::default().event(&mut store, unhealthy(&pod, "w"), start());
    assert_eq!(counted(&store), ["z x1", "y x1", "x x1", "w x1"]);
}

#[test]
fn the_tenth_message_of_one_reason_is_combined() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let pod = pod("web");
    for number in 0..12 {
        let message = format!("failed {number}");
        recorder.event(&mut store, unhealthy(&pod, &message), after(number));
    }
    let counted = counted(&store);
    assert_eq!(counted.len(), 10);
    assert_eq!(counted[8], "failed 8 x1");
    assert_eq!(counted[9], "(combined from similar events): failed 11 x3");
    // After ten minutes of quiet they are told apart again.
    recorder.event(&mut store, unhealthy(&pod, "once more"), after(11 + 601));
    assert_eq!(self::counted(&store)[10], "once more x1");
}

#[test]
fn after_a_burst_of_25_one_passes_every_five_minutes() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let pod = pod("web");
    for second in 0..40 {
        recorder.event(&mut store, unhealthy(&pod, "no"), after(second));
    }
    assert_eq!(counted(&store), ["no x25"]);
    recorder.event(&mut store, unhealthy(&pod, "no"), after(299));
    assert_eq!(counted(&store), ["no x25"]);
    recorder.event(&mut store, unhealthy(&pod, "no"), after(300));
    assert_eq!(counted(&store), ["no x42"], "those held back are counted with the next");
    // Another object has a budget of its own, and so have events of the other kind.
    let normal = Event { kind: Kind::Normal, ..unhealthy(&pod, "yes") };
    recorder.event(&mut store, normal, after(300));
    recorder.event(&mut store, unhealthy(&self::pod("api"), "no"), after(300));
    assert_eq!(counted(&store), ["no x1", "no x42", "yes x1"]);
}

#[test]
fn an_event_that_was_deleted_comes_back_with_its_count() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let pod = pod("web");
    recorder.event(&mut store, unhealthy(&pod, "no"), start());
    let name = events(&store)[0]["metadata"]["name"].as_str().unwrap().to_owned();
    store.remove("events", "lab", &name);
    recorder.event(&mut store, unhealthy(&pod, "no"), after(5));
    assert_eq!(counted(&store), ["no x2"]);
}

#[test]
fn a_schedulers_event_becomes_a_series() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let pod = pod("web");
    let failed = |message| Event {
        source: "default-scheduler",
        host: None,
        field_path: None,
        reason: "FailedScheduling",
        ..unhealthy(&pod, message)
    };
    recorder.series_event(&mut store, failed("0/2"), "Scheduling", start());
    assert!(events(&store)[0]["series"].is_null());
    recorder.series_event(&mut store, failed("0/3"), "Scheduling", after(60));
    recorder.series_event(&mut store, failed("0/3"), "Scheduling", after(120));
    let written = events(&store);
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["message"], "0/2");
    assert_eq!(
        written[0]["series"],
        json!({ "count": 2, "lastObservedTime": "2026-11-22T20:47:11.801534Z" })
    );
    recorder.series_event(&mut store, failed("0/3"), "Scheduling", after(120 + 361));
    assert_eq!(events(&store).len(), 2, "the series was over");
}

#[test]
fn nothing_is_told_into_a_namespace_that_goes_away() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let ending =
        json!({ "metadata": { "name": "lab", "deletionTimestamp": "2026-11-22T20:46:11Z" } });
    store.create("namespaces", ending, start()).unwrap();
    recorder.event(&mut store, unhealthy(&pod("web"), "no"), start());
    assert_eq!(events(&store), Vec::<Object>::new());
}

#[test]
fn an_object_without_a_namespace_is_told_of_in_default() {
    let (mut store, mut recorder) = (Store::default(), Recorder::default());
    let node = json!({ "kind": "Node", "metadata": { "name": "node-1" } });
    recorder.event(&mut store, unhealthy(&node, "no"), start());
    let written = &events(&store)[0];
    assert_eq!(written["metadata"]["namespace"], "default");
    assert_eq!(written["involvedObject"]["name"], "node-1");
    // Nothing is certain about an object; all of it may be missing.
    recorder.event(&mut store, unhealthy(&json!("text"), "no"), start());
    assert_eq!(events(&store).len(), 2);
}
