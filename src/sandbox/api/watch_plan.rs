use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::call::Call;
use super::list_options::ListOptions;
use super::output::{Output, bytes};
use super::read::selected;
use crate::sandbox::admit::{Cause, Status, store_status};
use crate::sandbox::store::{Change, ChangeKind, Object, Store};

/// How long a watch goes on that does not say it.
///
/// Source: `apiserver/pkg/endpoints/handlers/get.go`: half an hour to an hour.
const USUAL_LENGTH: SignedDuration = SignedDuration::from_mins(45);
/// How often a client hears where its watch is, though nothing happened.
const BOOKMARK_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// About how many bytes are said at once.
const AT_ONCE: usize = 256 * 1024;

/// A watch under way: what it still has to say is a function of the store and the time.
#[derive(Debug, Clone)]
pub(crate) struct WatchPlan {
    resource: Arc<str>,
    namespace: Option<String>,
    options: ListOptions,
    output: Output,
    /// What is there at the beginning and still to be said.
    initial: VecDeque<Object>,
    /// A bookmark that ends what was there at the beginning.
    ends_initial_events: bool,
    /// The version up to which everything is said.
    cursor: u64,
    said_anything: bool,
    /// When the next bookmark is due, where the client wants them.
    next_bookmark: Option<Timestamp>,
    ends_at: Timestamp,
}

/// What a watch says next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct WatchLines {
    /// Each is one event as JSON with its line end. There may be more at once: it is to
    /// be asked again until there are none.
    pub lines: Vec<Vec<u8>>,
    /// Whether the stream ends after them.
    pub ended: bool,
}

impl WatchPlan {
    pub(super) fn new(
        call: &Call<'_>,
        options: ListOptions,
        output: Output,
    ) -> Result<Self, Status> {
        let request = call.request;
        let bookmarks = request.says("allowWatchBookmarks");
        let sends_initial = initial_events(call)?;
        let from_now = options.resource_version.is_none_or(|version| version == 0);
        let with_initial = sends_initial.unwrap_or(from_now);
        let current = call.store.revision();
        let whole = with_initial || from_now;
        let seconds = request.parameter("timeoutSeconds").and_then(|text| text.parse::<i64>().ok());
        let seconds = seconds.filter(|seconds| *seconds > 0);
        let length = seconds.map_or(USUAL_LENGTH, |s| SignedDuration::from_secs(s.min(86_400)));
        Ok(Self {
            resource: call.key().into(),
            namespace: call.target.namespace.clone(),
            initial: if with_initial { selected(call, &options).into() } else { VecDeque::new() },
            ends_initial_events: sends_initial == Some(true) && bookmarks,
            cursor: options.resource_version.filter(|_| !whole).unwrap_or(current),
            options,
            output,
            said_anything: false,
            next_bookmark: if bookmarks { call.now.checked_add(BOOKMARK_PAUSE).ok() } else { None },
            ends_at: call.now.checked_add(length).unwrap_or(Timestamp::MAX),
        })
    }

    /// The header `Content-Type`.
    pub(crate) fn content_type(&self) -> &'static str {
        "application/json"
    }

    /// Whether [`next`](Self::next) would say something of this change: a cheap test, so
    /// that a server with thousands of watches wakes the few that it concerns.
    pub(crate) fn concerns(&self, change: &Change) -> bool {
        change.resource == self.resource
            && (self.selects(&change.object)
                || change.previous.as_ref().is_some_and(|one| self.selects(one)))
    }

    /// What is to be sent by now.
    pub(crate) fn next(&mut self, store: &Store, now: Timestamp) -> WatchLines {
        let mut said = Said::default();
        self.say_initial(&mut said, now);
        if self.initial.is_empty() {
            if std::mem::take(&mut self.ends_initial_events) {
                said.line(self.output.bookmark(self.cursor, true));
            }
            if let Err(status) = self.say_changes(&mut said, store, now) {
                said.line(error_line(&status));
                said.ended = true;
            }
        }
        if self.next_bookmark.is_some_and(|due| due <= now) && said.is_empty() {
            said.line(self.output.bookmark(self.cursor, false));
        }
        if self.next_bookmark.is_some() && !said.is_empty() {
            self.next_bookmark = now.checked_add(BOOKMARK_PAUSE).ok();
        }
        WatchLines { ended: said.ended || self.ends_at <= now, lines: said.lines }
    }

    /// When [`next`](Self::next) has something to say though nothing changes: a bookmark
    /// or the end.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        Some(self.next_bookmark.map_or(self.ends_at, |bookmark| bookmark.min(self.ends_at)))
    }

    fn say_initial(&mut self, said: &mut Said, now: Timestamp) {
        while !said.is_enough() {
            let Some(object) = self.initial.pop_front() else { return };
            self.say("ADDED", &object, said, now);
        }
    }

    fn say(&mut self, kind: &str, object: &Object, said: &mut Said, now: Timestamp) {
        let first = !std::mem::replace(&mut self.said_anything, true);
        said.line(self.output.event(kind, object, first, now));
    }

    fn say_changes(
        &mut self,
        said: &mut Said,
        store: &Store,
        now: Timestamp,
    ) -> Result<(), Status> {
        let resource = Arc::clone(&self.resource);
        let changes =
            store.changes_of(&resource, self.cursor).map_err(|error| store_status(&error))?;
        for change in changes {
            if said.is_enough() {
                return Ok(());
            }
            self.cursor = change.revision;
            if let Some((kind, object)) = self.seen(change) {
                self.say(kind, &object, said, now);
            }
        }
        self.cursor = self.cursor.max(store.revision());
        Ok(())
    }

    /// A change as this watch sees it: what no longer fits is gone, what fits now is new.
    ///
    /// Source: `apiserver/pkg/storage/cacher/cache_watcher.go`, `convertToWatchEvent`.
    fn seen(&self, change: &Change) -> Option<(&'static str, Object)> {
        let fits = change.kind != ChangeKind::Deleted && self.selects(&change.object);
        let fitted = change.previous.as_ref().filter(|one| self.selects(one));
        match (fitted, fits) {
            (None, true) => Some(("ADDED", Arc::clone(&change.object))),
            (Some(_), true) => Some(("MODIFIED", Arc::clone(&change.object))),
            (Some(_), false) if change.kind == ChangeKind::Deleted => {
                Some(("DELETED", Arc::clone(&change.object)))
            }
            (Some(previous), false) => {
                let mut last = serde_json::Value::clone(previous);
                last["metadata"]["resourceVersion"] = json!(change.revision.to_string());
                Some(("DELETED", Arc::new(last)))
            }
            (None, false) => None,
        }
    }

    fn selects(&self, object: &Object) -> bool {
        let within = |wanted: &String| object["metadata"]["namespace"] == wanted.as_str();
        self.namespace.as_ref().is_none_or(within) && self.options.selects(object)
    }
}

/// Lines that have come together so far.
#[derive(Default)]
struct Said {
    lines: Vec<Vec<u8>>,
    bytes: usize,
    ended: bool,
}

impl Said {
    fn line(&mut self, line: Vec<u8>) {
        self.bytes += line.len();
        self.lines.push(line);
    }

    fn is_enough(&self) -> bool {
        self.bytes >= AT_ONCE
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// An error inside a stream whose answer was 200.
fn error_line(status: &Status) -> Vec<u8> {
    let mut line = bytes(&json!({"type": "ERROR", "object": status.to_json()}));
    line.push(b'\n');
    line
}

/// `sendInitialEvents`, where it is given.
///
/// Source: `apimachinery/pkg/apis/meta/internalversion/validation/validation.go`,
/// `ValidateListOptions`.
fn initial_events(call: &Call<'_>) -> Result<Option<bool>, Status> {
    if call.request.parameter("sendInitialEvents").is_none() {
        return Ok(None);
    }
    let matches = call.request.parameter("resourceVersionMatch").unwrap_or_default();
    if matches != "NotOlderThan" {
        let message =
            "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
        let cause = Cause {
            reason: "FieldValueForbidden",
            message: message.to_owned(),
            field: "resourceVersionMatch".to_owned(),
        };
        return Err(Status::invalid("meta.k8s.io", "ListOptions", "", vec![cause]));
    }
    Ok(Some(call.request.says("sendInitialEvents")))
}
