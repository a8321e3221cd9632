use std::sync::Arc;

use jiff::Timestamp;

use crate::sandbox::store::{Change, Store};

/// A watch under way: what it still has to say is a function of the store and the time.
#[derive(Debug, Clone)]
pub struct WatchPlan {
    resource: Arc<str>,
}

/// What a watch says next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WatchLines {
    /// Each is one event as JSON with its line end.
    pub lines: Vec<Vec<u8>>,
    /// Whether the stream ends after them.
    pub ended: bool,
}

impl WatchPlan {
    /// The header `Content-Type`.
    pub fn content_type(&self) -> &'static str {
        "application/json"
    }

    /// Whether [`next`](Self::next) would say something of this change: a cheap test, so
    /// that a server with thousands of watches wakes the few that it concerns.
    pub fn concerns(&self, change: &Change) -> bool {
        change.resource == self.resource
    }

    /// What is to be sent by now.
    pub fn next(&mut self, _store: &Store, _now: Timestamp) -> WatchLines {
        WatchLines::default()
    }

    /// When [`next`](Self::next) has something to say though nothing changes: a bookmark
    /// or the end.
    pub fn next_due(&self) -> Option<Timestamp> {
        None
    }
}
