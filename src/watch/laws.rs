//! Whatever order changes arrive in, the rows are those of a fresh list.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::lane::Marks;
use super::{Change, EventRow, Followed, Model, PodState, Seen};
use crate::kinds::Probe;

/// One version of one object; its place in the history is its resource version.
#[derive(Debug, Clone)]
enum Version {
    Pod { name: u8, restarts: i32, ready: bool },
    PodGone { name: u8 },
    Event { name: u8, pod: u8, count: i32 },
    EventGone { name: u8 },
}

fn versions() -> impl Strategy<Value = Vec<Version>> {
    let version = prop_oneof![
        (0..3u8, 0..4, any::<bool>()).prop_map(|(name, restarts, ready)| Version::Pod {
            name,
            restarts,
            ready
        }),
        (0..3u8).prop_map(|name| Version::PodGone { name }),
        (0..4u8, 0..3u8, 1..9).prop_map(|(name, pod, count)| Version::Event { name, pod, count }),
        (0..4u8).prop_map(|name| Version::EventGone { name }),
    ];
    prop::collection::vec(version, 0..24)
}

fn metadata(name: &str, version: usize) -> Value {
    json!({"name": name, "uid": name, "resourceVersion": version.to_string()})
}

fn pod(name: u8, version: usize, restarts: i32, ready: bool) -> Value {
    let status = json!({"name": "c", "image": "", "imageID": "", "restartCount": restarts,
        "ready": ready, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}});
    json!({"kind": "Pod", "object": {"metadata": metadata(&format!("pod-{name}"), version),
        "spec": {"containers": [{"name": "c", "livenessProbe": {}}]},
        "status": {"phase": "Running", "containerStatuses": [status]}}})
}

fn event(name: u8, version: usize, pod: u8, count: i32) -> Value {
    let at = format!("2026-01-01T00:00:{:02}Z", version % 60);
    let about = format!("pod-{pod}");
    json!({"kind": "Event", "object": {"metadata": metadata(&format!("event-{name}"), version),
        "involvedObject": {"kind": "Pod", "name": about, "uid": about, "fieldPath": "spec.containers{c}"},
        "reason": "Unhealthy", "message": "Liveness probe failed: x", "type": "Warning",
        "count": count, "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": at}})
}

fn change(version: &Version, number: usize) -> Change {
    let seen = |value: Value| Arc::new(serde_json::from_value::<Seen>(value).unwrap());
    match *version {
        Version::Pod { name, restarts, ready } => {
            Change::Applied(seen(pod(name, number, restarts, ready)))
        }
        Version::PodGone { name } => Change::Deleted(seen(pod(name, number, 0, false))),
        Version::Event { name, pod, count } => {
            Change::Applied(seen(event(name, number, pod, count)))
        }
        Version::EventGone { name } => Change::Deleted(seen(event(name, number, 0, 1))),
    }
}

/// What a fresh list would bring.
fn survivors(changes: &[Change]) -> Vec<Change> {
    let mut last: BTreeMap<String, Change> = BTreeMap::new();
    for change in changes {
        let (Change::Applied(seen) | Change::Deleted(seen)) = change else { continue };
        let name = match &**seen {
            Seen::Pod(pod) => pod.metadata.name.clone(),
            Seen::Event(event) => event.metadata.name.clone(),
            _ => None,
        };
        last.insert(name.unwrap(), change.clone());
    }
    last.into_values().filter(|change| matches!(change, Change::Applied(_))).collect()
}

fn list(changes: Vec<Change>) -> Vec<Change> {
    let mut list = vec![Change::Relisting(Followed::Pods), Change::Relisting(Followed::Events)];
    list.extend(changes);
    list.extend([Change::Listed(Followed::Pods), Change::Listed(Followed::Events)]);
    list
}

/// The rows, without what only someone who was there all the time can know.
fn rows(changes: &[Change]) -> (Vec<PodState>, Vec<EventRow>, Vec<u32>) {
    let mut model = Model::default();
    for change in changes {
        model.apply(change, Timestamp::UNIX_EPOCH);
    }
    let pods: Vec<PodState> = model.pods().cloned().map(without_marks).collect();
    let events = model.events().cloned();
    let events = events.map(|row| EventRow { moments: Vec::new(), ..row }).collect();
    let failures = pods.iter().map(|pod| model.probe_failures(&pod.row.name, Probe::Liveness));
    let failures = failures.collect();
    (pods, events, failures)
}

fn without_marks(mut pod: PodState) -> PodState {
    for container in &mut pod.containers {
        container.marks = Marks::default();
    }
    pod
}

proptest! {
    #[test]
    fn shuffled_and_repeated_changes_end_as_a_fresh_list(
        (changes, shuffled) in versions().prop_flat_map(|versions| {
            let changes: Vec<Change> =
                versions.iter().enumerate().map(|(n, one)| change(one, n + 1)).collect();
            let twice = [changes.clone(), changes.clone()].concat();
            (Just(changes), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(rows(&shuffled), rows(&list(survivors(&changes))));
    }

    #[test]
    fn a_list_puts_right_what_was_missed(
        (changes, heard, listed) in versions().prop_flat_map(|versions| {
            let changes: Vec<Change> =
                versions.iter().enumerate().map(|(n, one)| change(one, n + 1)).collect();
            let listed = survivors(&changes);
            let some = prop::sample::subsequence(changes.clone(), 0..=changes.len());
            (Just(changes), some.prop_shuffle(), Just(listed).prop_shuffle())
        })
    ) {
        let after = [heard, list(listed)].concat();
        prop_assert_eq!(rows(&after), rows(&list(survivors(&changes))));
    }
}

#[test]
fn a_first_list_is_no_news_and_a_later_one_is() {
    let mut model = Model::default();
    let mut words = |changes: Vec<Change>| -> Vec<String> {
        let tell = |one: &Change| model.apply(one, Timestamp::UNIX_EPOCH);
        changes.iter().flat_map(tell).map(|seen| seen.words()).collect()
    };
    let applied =
        |version, restarts| change(&Version::Pod { name: 1, restarts, ready: true }, version);
    assert_eq!(words(list(vec![applied(1, 1)])), Vec::<String>::new());
    assert_eq!(
        words(list(vec![applied(5, 3)])),
        ["pod/pod-1: container c restarted twice (3 in all)"]
    );
    assert_eq!(words(list(vec![])), ["pod/pod-1: is gone"]);
}
