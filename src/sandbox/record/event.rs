use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::store::seconds;

/// Whether an event is an expected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `Normal`.
    Normal,
    /// `Warning`.
    Warning,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// Something worth telling about an object.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Who tells it: `kubelet`, `deployment-controller`.
    pub source: &'a str,
    /// On which node it is, where it is on one.
    pub host: Option<&'a str>,
    /// The object that it is about, as the teller knew it.
    pub regarding: &'a Value,
    /// The part of it: `spec.containers{web}`.
    pub field_path: Option<&'a str>,
    /// Expected or not.
    pub kind: Kind,
    /// `Pulled`.
    pub reason: &'a str,
    /// In words.
    pub message: &'a str,
}

impl Event<'_> {
    /// The namespace that the event lives in: that of its object, else `default`.
    ///
    /// Source: `client-go/tools/record/event.go`, `makeEvent`.
    pub(super) fn namespace(&self) -> &str {
        match self.regarding["metadata"]["namespace"].as_str() {
            None | Some("") => "default",
            Some(namespace) => namespace,
        }
    }

    /// The name of its object.
    pub(super) fn object_name(&self) -> &str {
        self.regarding["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// The object as events refer to it.
    ///
    /// Source: `client-go/tools/reference/ref.go`, `GetReference`.
    pub(super) fn reference(&self) -> Value {
        let meta = &self.regarding["metadata"];
        let mut reference = serde_json::Map::new();
        let parts = [
            ("kind", &self.regarding["kind"]),
            ("namespace", &meta["namespace"]),
            ("name", &meta["name"]),
            ("uid", &meta["uid"]),
            ("apiVersion", &self.regarding["apiVersion"]),
            ("resourceVersion", &meta["resourceVersion"]),
        ];
        for (key, value) in parts {
            if value.as_str().is_some_and(|text| !text.is_empty()) {
                reference.insert(key.to_owned(), value.clone());
            }
        }
        if let Some(path) = self.field_path {
            reference.insert("fieldPath".to_owned(), json!(path));
        }
        Value::Object(reference)
    }

    /// What tells this event's teller, object and kind from others. Events of one such
    /// key share a budget; that the kind is part of it, the recording of 1.36 shows.
    ///
    /// Source: `client-go/tools/record/events_cache.go`, `getSpamKey`.
    pub(super) fn teller_key(&self) -> String {
        let meta = &self.regarding["metadata"];
        let parts = [
            self.source,
            self.host.unwrap_or_default(),
            text(&self.regarding["kind"]),
            text(&meta["namespace"]),
            text(&meta["name"]),
            text(&meta["uid"]),
            text(&self.regarding["apiVersion"]),
            self.kind.word(),
        ];
        parts.join("\u{0}")
    }

    /// What tells events apart that differ in more than their message.
    ///
    /// Source: `events_cache.go`, `EventAggregatorByReasonFunc`.
    pub(super) fn reason_key(&self) -> String {
        [&self.teller_key(), self.reason].join("\u{0}")
    }

    /// What tells this event from all that are not the same again.
    ///
    /// Source: `events_cache.go`, `getEventKey`.
    pub(super) fn whole_key(&self) -> String {
        let path = self.field_path.unwrap_or_default();
        [&self.reason_key(), path, self.message].join("\u{0}")
    }

    /// As the recorder of `client-go/tools/record` writes it; the scheduler's is another.
    pub(super) fn object(&self, name: &str, stamps: Stamps, message: &str) -> Value {
        let mut source = json!({ "component": self.source });
        if let Some(host) = self.host {
            source["host"] = json!(host);
        }
        json!({
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": { "name": name, "namespace": self.namespace() },
            "involvedObject": self.reference(),
            "reason": self.reason,
            "message": message,
            "source": source,
            "firstTimestamp": seconds(stamps.first),
            "lastTimestamp": seconds(stamps.last),
            "count": stamps.count,
            "type": self.kind.word(),
            "eventTime": null,
            "reportingComponent": self.source,
            "reportingInstance": self.host.unwrap_or_default(),
        })
    }

    /// As writers of `events.k8s.io` make it, in the form of `v1`.
    ///
    /// Source: `client-go/tools/events/event_recorder.go`, `makeEvent`.
    pub(super) fn series_object(&self, name: &str, action: &str, now: Timestamp) -> Value {
        json!({
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": { "name": name, "namespace": self.namespace() },
            "involvedObject": self.reference(),
            "reason": self.reason,
            "message": self.message,
            "source": {},
            "firstTimestamp": null,
            "lastTimestamp": null,
            "type": self.kind.word(),
            "eventTime": microseconds(now),
            "action": action,
            "reportingComponent": self.source,
            "reportingInstance": format!("{}-sandbox", self.source),
        })
    }
}

/// How often, and when for the first and the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamps {
    pub(super) count: u64,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

/// As `metav1.MicroTime` is written.
pub(super) fn microseconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
