use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;

use super::controllers::Work;

/// What is to be looked at: at once in the order of its coming, or at a time. Work
/// that waits already is not queued twice.
#[derive(Debug, Default)]
pub(super) struct Queue {
    ready: VecDeque<Work>,
    is_ready: BTreeSet<Work>,
    /// When the first of `ready` was put in.
    since: Option<Timestamp>,
    at: BTreeMap<Work, Timestamp>,
    by_time: BTreeSet<(Timestamp, Work)>,
    resting: BTreeMap<Work, Timestamp>,
}

impl Queue {
    /// To be looked at now, or when its rest is over.
    pub(super) fn push(&mut self, work: Work, now: Timestamp) {
        match self.resting.get(&work).copied() {
            Some(until) if until > now => return self.push_at(work, until),
            Some(_) => drop(self.resting.remove(&work)),
            None => {}
        }
        if self.is_ready.insert(work.clone()) {
            self.ready.push_back(work);
            self.since.get_or_insert(now);
        }
    }

    /// To be looked at then; of two times for the same work the earlier one counts.
    pub(super) fn push_at(&mut self, work: Work, at: Timestamp) {
        if let Some(known) = self.at.get(&work) {
            if *known <= at {
                return;
            }
            self.by_time.remove(&(*known, work.clone()));
        }
        self.by_time.insert((at, work.clone()));
        self.at.insert(work, at);
    }

    /// Not to be looked at before a time, however much changes.
    pub(super) fn rest(&mut self, work: Work, until: Timestamp) {
        self.resting.insert(work, until);
    }

    /// The next work that is due. Its time is forgotten with it: each look says anew
    /// when another one is needed.
    pub(super) fn pop(&mut self, now: Timestamp) -> Option<Work> {
        while let Some((at, _)) = self.by_time.first()
            && *at <= now
            && let Some((_, work)) = self.by_time.pop_first()
        {
            self.at.remove(&work);
            self.push(work, now);
        }
        let work = self.ready.pop_front()?;
        self.is_ready.remove(&work);
        if self.ready.is_empty() {
            self.since = None;
        }
        if let Some(at) = self.at.remove(&work) {
            self.by_time.remove(&(at, work.clone()));
        }
        Some(work)
    }

    /// When there is something to look at.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let first = self.by_time.first().map(|(at, _)| *at);
        self.since.into_iter().chain(first).min()
    }
}
