use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::Store;
use super::super::store::seconds;
use super::correlate::{Correlator, Verdict};
use super::event::{Event, microseconds};

/// After so long without the like of it, an event of a series is a new one.
///
/// Source: `client-go/tools/events/event_broadcaster.go`, `finishTime`.
const SERIES_ENDS_AFTER: SignedDuration = SignedDuration::from_mins(6);

/// Writes events into the store. Each component of the cluster has one of its own, as
/// in Kubernetes; what it writes depends on what it wrote before.
#[derive(Debug, Default)]
pub struct Recorder {
    correlator: Correlator,
    series: BTreeMap<String, Series>,
    last_name: i128,
}

/// An event of the kind that the scheduler writes.
#[derive(Debug)]
struct Series {
    name: String,
    last: Timestamp,
    count: u64,
}

impl Recorder {
    /// Writes an event, or counts it to one that is the same.
    ///
    /// Source: `client-go/tools/record/event.go`, `recordToSink`.
    pub fn event(&mut self, store: &mut Store, event: Event<'_>, now: Timestamp) {
        let name = self.name(store, &event, now);
        let Some(Verdict { seen, message }) = self.correlator.correlate(&event, name, now) else {
            return;
        };
        let namespace = event.namespace();
        if seen.stamps.count > 1 {
            let counted = store.modify("events", namespace, &seen.name, |object| {
                object["count"] = json!(seen.stamps.count);
                object["lastTimestamp"] = json!(seconds(now));
                object["message"] = json!(message);
            });
            if counted.is_some() {
                return;
            }
        }
        write(store, event.object(&seen.name, seen.stamps, &message), now);
    }

    /// Writes an event as the scheduler does: a second one of the same action and reason
    /// about the same version of an object makes a series, whatever its message; further
    /// ones are only counted by the writer.
    ///
    /// Source: `client-go/tools/events/event_broadcaster.go`, `recordToSink`.
    pub fn series_event(
        &mut self,
        store: &mut Store,
        event: Event<'_>,
        action: &str,
        now: Timestamp,
    ) {
        let version = event.regarding["metadata"]["resourceVersion"].as_str().unwrap_or_default();
        let key = [&event.reason_key(), action, version].join("\u{0}");
        self.series.retain(|_, series| now.duration_since(series.last) <= SERIES_ENDS_AFTER);
        if let Some(series) = self.series.get_mut(&key) {
            series.count += 1;
            series.last = now;
            if series.count == 2 {
                store.modify("events", event.namespace(), &series.name, |object| {
                    object["series"] = json!({ "count": 2, "lastObservedTime": microseconds(now) });
                });
            }
            return;
        }
        let name = self.name(store, &event, now);
        write(store, event.series_object(&name, action, now), now);
        self.series.insert(key, Series { name, last: now, count: 1 });
    }

    /// The object's name and the time in nanoseconds, hexadecimal; moved on where two
    /// events fall on the same moment, which a simulated clock makes likely.
    ///
    /// Source: `client-go/tools/record/event.go`, `makeEvent`.
    fn name(&mut self, store: &Store, event: &Event<'_>, now: Timestamp) -> String {
        let mut stamp = now.as_nanosecond().max(self.last_name + 1);
        loop {
            let name = format!("{}.{stamp:x}", event.object_name());
            if store.get("events", event.namespace(), &name).is_none() {
                self.last_name = stamp;
                return name;
            }
            stamp += 1;
        }
    }
}

/// Stores a new event, but in a namespace that is going away: the API lets nobody
/// create anything there.
fn write(store: &mut Store, object: Value, now: Timestamp) {
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
    let ends = store
        .get("namespaces", "", namespace)
        .is_some_and(|namespace| !namespace["metadata"]["deletionTimestamp"].is_null());
    if !ends {
        // It cannot be there already: its name was free.
        let _ = store.create("events", object, now);
    }
}
