//! Events as rows: one per event object, its count kept up to date.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Event;

use super::kept::{Kept, Version, version};
use super::probe_report::{Failures, ProbeResult, probe_report};
use crate::kinds::Probe;

/// How many moments one row remembers.
const MOMENTS: usize = 64;

/// One event object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// The event object's own name.
    pub name: Arc<str>,
    pub(super) version: Version,
    /// The kind that it is about, in lower case: `pod`.
    pub kind: Arc<str>,
    /// The name of the object that it is about.
    pub object: Arc<str>,
    /// That object's uid.
    pub uid: Arc<str>,
    /// The container that it is about, from `involvedObject.fieldPath`.
    pub container: Option<Arc<str>>,
    /// Whether its type is Warning.
    pub warning: bool,
    /// One word: `Unhealthy`.
    pub reason: Arc<str>,
    /// A sentence; its text differs between versions.
    pub message: Box<str>,
    /// How often it happened; a lower bound, since servers drop events.
    pub count: u32,
    /// When it happened first.
    pub first: Timestamp,
    /// When it happened last.
    pub last: Timestamp,
    /// The probe that failed, where it tells of that.
    pub probe: Option<Probe>,
    /// When probes failed or containers were killed.
    pub(super) moments: Vec<Failures>,
}

/// The events of a namespace, in the order of their last occurrence.
#[derive(Debug, Clone, Default)]
pub(super) struct EventRows {
    pub(super) kept: Kept<EventRow>,
    order: BTreeSet<(Timestamp, Version, Arc<str>)>,
    /// The words that thousands of rows share.
    words: BTreeSet<Arc<str>>,
    by_uid: HashMap<Arc<str>, BTreeSet<Arc<str>>>,
}

impl EventRows {
    /// The rows, the newest last.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &EventRow> {
        self.order.iter().filter_map(|(_, _, name)| self.kept.get(name))
    }

    /// The rows about the object with this uid.
    pub(super) fn of(&self, uid: &str) -> impl Iterator<Item = &EventRow> {
        self.by_uid.get(uid).into_iter().flatten().filter_map(|name| self.kept.get(name))
    }

    /// Takes the event in; its row and how often it happened since the last time, if it is news.
    pub(super) fn apply(&mut self, event: &Event) -> Option<(&EventRow, u32)> {
        let version = version(&event.metadata);
        let name: Arc<str> = event.metadata.name.as_deref().unwrap_or_default().into();
        if !self.kept.accepts(&name, version) {
            return None;
        }
        let previous = self.take(&name);
        let row = self.row(event, previous.as_ref());
        let before = previous.filter(|one| one.uid == row.uid).map_or(0, |one| one.count);
        let more = row.count.saturating_sub(before);
        self.order.insert((row.last, version, name.clone()));
        self.by_uid.entry(row.uid.clone()).or_default().insert(name.clone());
        self.kept.put(name.clone(), version, row);
        self.kept.get(&name).map(|row| (row, more))
    }

    /// The event expired or was deleted.
    pub(super) fn delete(&mut self, event: &Event) {
        let name = event.metadata.name.as_deref().unwrap_or_default();
        if let Some(row) = self.kept.delete(name, version(&event.metadata)) {
            self.forget(&row);
        }
    }

    /// A list is complete.
    pub(super) fn end_list(&mut self) {
        for row in self.kept.end_list() {
            self.forget(&row);
        }
    }

    fn take(&mut self, name: &str) -> Option<EventRow> {
        let row = self.kept.take(name)?;
        self.forget(&row);
        Some(row)
    }

    fn forget(&mut self, row: &EventRow) {
        self.order.remove(&(row.last, row.version, row.name.clone()));
        if let Some(names) = self.by_uid.get_mut(&row.uid) {
            names.remove(&row.name);
            if names.is_empty() {
                self.by_uid.remove(&row.uid);
            }
        }
    }

    fn row(&mut self, event: &Event, previous: Option<&EventRow>) -> EventRow {
        let about = &event.involved_object;
        let (first, last) = (first(event), last(event));
        let message = event.message.as_deref().unwrap_or_default().trim_end();
        let report = probe_report(message).filter(|one| one.result == ProbeResult::Failed);
        let mut row = EventRow {
            name: event.metadata.name.as_deref().unwrap_or_default().into(),
            version: version(&event.metadata),
            kind: self.word(&about.kind.as_deref().unwrap_or_default().to_lowercase()),
            object: self.word(about.name.as_deref().unwrap_or_default()),
            uid: self.word(about.uid.as_deref().unwrap_or_default()),
            container: about.field_path.as_deref().and_then(container).map(|one| self.word(one)),
            warning: event.type_.as_deref() == Some("Warning"),
            reason: self.word(event.reason.as_deref().unwrap_or_default()),
            message: message.into(),
            count: count(event),
            first,
            last,
            probe: report.map(|one| one.probe),
            moments: Vec::new(),
        };
        if row.probe.is_some() || &*row.reason == "Killing" {
            row.moments = moments(&row, previous);
        }
        row
    }

    fn word(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.words.get(word) {
            return known.clone();
        }
        let word: Arc<str> = word.into();
        self.words.insert(word.clone());
        word
    }
}

/// The moments of a row: those that were known, and what is new.
fn moments(row: &EventRow, previous: Option<&EventRow>) -> Vec<Failures> {
    let mut failures = previous.map(|one| one.moments.clone()).unwrap_or_default();
    let known = previous.map_or(0, |one| one.count);
    let more = row.count.saturating_sub(known);
    if more > 0 {
        let from = if more == 1 { row.last } else { previous.map_or(row.first, |one| one.last) };
        failures.push(Failures { to: row.last, from: from.min(row.last), n: more });
    }
    let surplus = failures.len().saturating_sub(MOMENTS);
    failures.drain(..surplus);
    failures
}

/// The container in `spec.containers{name}`.
///
/// Source: `pkg/kubelet/container/ref.go`.
fn container(field_path: &str) -> Option<&str> {
    let (_, rest) = field_path.split_once('{')?;
    rest.strip_suffix('}')
}

fn count(event: &Event) -> u32 {
    let series = event.series.as_ref().and_then(|series| series.count);
    u32::try_from(series.or(event.count).unwrap_or(1)).unwrap_or(1).max(1)
}

fn first(event: &Event) -> Timestamp {
    let created = event.metadata.creation_timestamp.as_ref().map(|time| time.0);
    let first = event.first_timestamp.as_ref().map(|time| time.0);
    first.or(event.event_time.as_ref().map(|time| time.0)).or(created).unwrap_or_default()
}

fn last(event: &Event) -> Timestamp {
    let series = event.series.as_ref().and_then(|series| series.last_observed_time.as_ref());
    let last = event.last_timestamp.as_ref().map(|time| time.0);
    series.map(|time| time.0).or(last).unwrap_or_else(|| first(event))
}
