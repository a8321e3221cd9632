//! What the watcher pane keeps beside the model: what was seen last, and what just changed.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::watch::{Change, Model, Observation};

/// How long a changed row stays marked.
const MARKED: SignedDuration = SignedDuration::from_secs(3);

/// How many observations are kept.
const SEEN: usize = 500;

/// The cluster as the screen shows it.
#[derive(Debug, Default)]
pub struct Watcher {
    model: Model,
    seen: VecDeque<(Timestamp, Observation)>,
    changed: BTreeMap<String, Timestamp>,
    pods_scroll: usize,
    events_scroll: usize,
}

impl Watcher {
    /// Takes a change in.
    pub fn apply(&mut self, change: &Change, now: Timestamp) {
        for observation in self.model.apply(change, now) {
            self.changed.insert(observation.object(), now);
            self.seen.push_back((now, observation));
        }
        let surplus = self.seen.len().saturating_sub(SEEN);
        self.seen.drain(..surplus);
        self.forget_marks(now);
    }

    /// Rows do not stay marked for ever.
    pub fn forget_marks(&mut self, now: Timestamp) {
        self.changed.retain(|_, at| now.duration_since(*at) < MARKED);
    }

    /// What is known of the cluster.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What was seen last, and when.
    pub fn latest(&self) -> Option<&(Timestamp, Observation)> {
        self.seen.back()
    }

    /// What was seen and no event tells, oldest first.
    pub fn told_by_no_event(&self) -> impl DoubleEndedIterator<Item = &(Timestamp, Observation)> {
        self.seen.iter().filter(|(_, seen)| {
            !matches!(
                seen,
                Observation::ProbeFailed(_)
                    | Observation::Killing { .. }
                    | Observation::Warned { .. }
                    | Observation::PodAdded { .. }
                    | Observation::Scheduled { .. }
                    | Observation::ContainerStarted { .. }
            )
        })
    }

    /// Whether the object (`pod/simple-api`) changed a moment ago.
    pub fn is_marked(&self, object: &str) -> bool {
        self.changed.contains_key(object)
    }

    /// Whether any row is marked, so that time has to pass on the screen.
    pub fn has_marks(&self) -> bool {
        !self.changed.is_empty()
    }

    /// How far the pods are scrolled towards their end, and the events towards the past.
    pub fn scroll(&self) -> (usize, usize) {
        (self.pods_scroll, self.events_scroll)
    }

    /// Scrolls the pods; positive is towards their end.
    pub fn scroll_pods(&mut self, lines: isize) {
        let most = self.model.pods().count().saturating_sub(1);
        self.pods_scroll = self.pods_scroll.saturating_add_signed(lines).min(most);
    }

    /// Scrolls the events; positive is towards the past.
    pub fn scroll_events(&mut self, lines: isize) {
        let most = (self.model.event_count() + self.seen.len()).saturating_sub(1);
        self.events_scroll = self.events_scroll.saturating_add_signed(lines).min(most);
    }
}
