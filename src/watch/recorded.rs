//! What a person reads while the two recorded clusters live.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{Change, Model, Seen};
use crate::kinds::Probe;

/// Both watches of a recording, merged by the time at which things happened.
pub(super) fn changes(pods: &str, events: &str) -> Vec<(Timestamp, Change)> {
    let mut all: Vec<(Timestamp, u64, Change)> = Vec::new();
    for (line, is_pod) in
        pods.lines().map(|line| (line, true)).chain(events.lines().map(|line| (line, false)))
    {
        let line: Value = serde_json::from_str(line).unwrap();
        let object = &line["object"];
        let version = object["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap();
        let kind = if is_pod { "Pod" } else { "Event" };
        let seen: Seen =
            serde_json::from_value(serde_json::json!({"kind": kind, "object": object})).unwrap();
        let change = match line["type"].as_str() {
            Some("DELETED") => Change::Deleted(Arc::new(seen)),
            _ => Change::Applied(Arc::new(seen)),
        };
        all.push((latest_time(object), version, change));
    }
    all.sort_by_key(|(_, version, _)| *version);
    // Time does not go back.
    let mut now = Timestamp::MIN;
    all.into_iter()
        .map(|(at, _, change)| {
            now = now.max(at);
            (now, change)
        })
        .collect()
}

/// The latest time that an object mentions outside of its past.
fn latest_time(value: &Value) -> Timestamp {
    match value {
        Value::String(text) => {
            text.parse().ok().filter(|_| text.ends_with('Z')).unwrap_or(Timestamp::MIN)
        }
        Value::Array(items) => items.iter().map(latest_time).max().unwrap_or(Timestamp::MIN),
        Value::Object(fields) => {
            let past = ["managedFields", "deletionTimestamp"];
            let present = fields.iter().filter(|(key, _)| !past.contains(&key.as_str()));
            present.map(|(_, value)| latest_time(value)).max().unwrap_or(Timestamp::MIN)
        }
        _ => Timestamp::MIN,
    }
}

pub(super) const OLD: (&str, &str) = (
    include_str!("../../tests/recordings/k8s-1.20.2/pods.watch.jsonl"),
    include_str!("../../tests/recordings/k8s-1.20.2/events.watch.jsonl"),
);
pub(super) const NEW: (&str, &str) = (
    include_str!("../../tests/recordings/k8s-1.36.2/pods.watch.jsonl"),
    include_str!("../../tests/recordings/k8s-1.36.2/events.watch.jsonl"),
);

/// The words about one pod, each with the seconds since the first change.
fn story((pods, events): (&str, &str), pod: &str, seconds: i64) -> String {
    let mut model = Model::default();
    let changes = changes(pods, events);
    let start = changes[0].0;
    let mut story = String::new();
    for (now, change) in changes {
        let second = now.duration_since(start).as_secs();
        for seen in model.apply(&change, now) {
            if seen.object() == format!("pod/{pod}") && second <= seconds {
                story.push_str(&format!("{second:>3} {seen}\n"));
            }
        }
    }
    story
}

#[test]
fn a_failing_exec_probe_is_told_from_the_first_failure_to_the_restart() {
    insta::assert_snapshot!(story(NEW, "liveness-exec", 130), @r"
      1 created
      1 placed on node1
      1 container liveness started
      1 container liveness is ready
     36 liveness probe failed 1 of 3, restart in ~10 s: cat: can't open '/tmp/healthy': No such file or directory
     41 liveness probe failed 2 of 3, restart in ~5 s: cat: can't open '/tmp/healthy': No such file or directory
     46 liveness probe failed 3 of 3, restart now: cat: can't open '/tmp/healthy': No such file or directory
     46 container liveness is being stopped: its liveness probe failed
     76 container liveness restarted (restart 1), it had ended: Error, exit code 137 (SIGKILL)
    111 liveness probe failed 1 of 3, restart in ~10 s: cat: can't open '/tmp/healthy': No such file or directory
    116 liveness probe failed 2 of 3, restart in ~5 s: cat: can't open '/tmp/healthy': No such file or directory
    121 liveness probe failed 3 of 3, restart now: cat: can't open '/tmp/healthy': No such file or directory
    121 container liveness is being stopped: its liveness probe failed
    ");
    insta::assert_snapshot!(story(OLD, "liveness-exec", 130), @r"
      0 created
      0 placed on node1
      1 container liveness started
      1 container liveness is ready
     34 liveness probe failed 1 of 3, restart in ~10 s: cat: can't open '/tmp/healthy': No such file or directory
     39 liveness probe failed 2 of 3, restart in ~5 s: cat: can't open '/tmp/healthy': No such file or directory
     44 liveness probe failed 3 of 3, restart now: cat: can't open '/tmp/healthy': No such file or directory
     44 container liveness is being stopped: its liveness probe failed
     74 container liveness restarted (restart 1), it had ended: Error, exit code 137 (SIGKILL)
    109 liveness probe failed 1 of 3, restart in ~10 s: cat: can't open '/tmp/healthy': No such file or directory
    114 liveness probe failed 2 of 3, restart in ~5 s: cat: can't open '/tmp/healthy': No such file or directory
    119 container liveness is being stopped: its liveness probe failed
    119 liveness probe failed 3 of 3, restart now: cat: can't open '/tmp/healthy': No such file or directory
    ");
}

#[test]
fn a_crashing_pod_and_a_missing_image_are_told_once_each() {
    insta::assert_snapshot!(story(NEW, "crasher", 70), @r"
     2 created
     2 placed on node1
     3 container setup started
     5 container setup ended: Completed, exit code 0
     5 container app started
     5 container app is ready
     9 container app ended: Error, exit code 7
     9 container app restarted (restart 1), it had ended: Error, exit code 7
     9 container app is ready
    13 container app ended: Error, exit code 7
    25 container app keeps ending, restarted once so far: CrashLoopBackOff
    25 container app restarted (restart 2), it had ended: Error, exit code 7
    25 container app is ready
    29 container app ended: Error, exit code 7
    57 container app keeps ending, restarted twice so far: CrashLoopBackOff
    57 container app restarted (restart 3), it had ended: Error, exit code 7
    57 container app is ready
    60 container app ended: Error, exit code 7
    ");
    insta::assert_snapshot!(story(NEW, "badimage", 300), @r#"
      2 created
      2 placed on node1
      4 image k8s.gcr.io/no-such-image:9 cannot be pulled: ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "k8s.gcr.io/no-such-image:9": failed to resolve image: k8s.gcr.io/no-such-image:9: not found
    278 is being deleted
    279 container app ended: ContainerStatusUnknown, exit code 137 (SIGKILL)
    279 is gone
    "#);
    insta::assert_snapshot!(story(OLD, "badimage", 300), @r#"
      2 created
      2 placed on node1
      3 image k8s.gcr.io/no-such-image:9 cannot be pulled: ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "k8s.gcr.io/no-such-image:9": failed to resolve reference "k8s.gcr.io/no-such-image:9": k8s.gcr.io/no-such-image:9: not found
    278 is being deleted
    "#);
    insta::assert_snapshot!(story(NEW, "goproxy", 300), @r"
      2 created
      2 placed on node1
      2 container goproxy started
     15 container goproxy is ready
    278 is being deleted
    279 container goproxy is being stopped
    ");
}

#[test]
fn counts_are_those_of_the_whole_life_of_a_pod() {
    let (pods, events) = NEW;
    let mut model = Model::default();
    let changes = changes(pods, events);
    let end = changes.iter().position(|(_, change)| matches!(change, Change::Deleted(_))).unwrap();
    for (now, change) in &changes[..end] {
        model.apply(change, *now);
    }
    let count = |pod: &str| {
        (
            model.probe_failures(pod, Probe::Liveness),
            model.restarts(pod),
            model.events_of(pod).len(),
        )
    };
    assert_eq!(count("liveness-exec"), (12, 3, 10));
    assert_eq!(count("liveness-http"), (18, 5, 11));
}
