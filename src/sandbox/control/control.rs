use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::super::record::Recorder;
use super::super::{Change, Store};
use super::bootstrap;
use super::context::Context;
use super::controllers::{Controller, Work, run};
use super::index::Index;
use super::key::Key;
use super::queue::Queue;
use super::state::State;
use super::watches;

/// How often a controller may look at one object within one moment before it has to
/// wait: whatever is in the store, time goes on.
const LOOKS_PER_MOMENT: u32 = 100;

/// The controllers and the scheduler.
///
/// Each of them is a function of the store: it looks at one object, changes what is not
/// as it should be, and is asked again when something that it depends on changes.
#[derive(Debug, Default)]
pub struct Control {
    index: Index,
    queue: Queue,
    state: State,
    recorder: Recorder,
    seen: u64,
    moment: Option<Timestamp>,
    looks: BTreeMap<Work, u32>,
}

impl Control {
    /// Controllers of an empty cluster.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills an empty cluster with what each has: namespaces, nodes, the services of the
    /// API and of DNS. `certificate` is the authority's that signs for the API, as PEM.
    pub fn bootstrap(&mut self, store: &mut Store, certificate: &str, now: Timestamp) {
        certificate.clone_into(&mut self.state.certificate);
        bootstrap::fill(store, now);
        self.advance(store, now);
    }

    /// Takes notice of a change; what follows from it happens with [`Self::advance`].
    pub fn observe(&mut self, change: &Change, store: &mut Store, now: Timestamp) {
        if change.revision > self.seen {
            self.notice(change, store, now);
        }
    }

    /// Has everything happen that is due.
    pub fn advance(&mut self, store: &mut Store, now: Timestamp) {
        self.catch_up(store, now);
        while let Some(work) = self.queue.pop(now) {
            if self.looks_too_often(&work, now) {
                let later = now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now);
                self.queue.push_at(work, later);
                continue;
            }
            let mut context = Context {
                store: &mut *store,
                index: &self.index,
                queue: &mut self.queue,
                recorder: &mut self.recorder,
                now,
            };
            run(&mut context, &mut self.state, &work);
            self.catch_up(store, now);
        }
    }

    /// When something will happen by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.queue.next_due()
    }

    /// Takes notice of what was changed since, by the controllers themselves above all.
    fn catch_up(&mut self, store: &Store, now: Timestamp) {
        match store.changes_since(self.seen) {
            Ok(changes) => {
                for change in changes {
                    self.notice(change, store, now);
                }
            }
            Err(_) => self.start_over(store, now),
        }
    }

    fn notice(&mut self, change: &Change, store: &Store, now: Timestamp) {
        self.seen = change.revision;
        self.index.observe(change);
        self.state.observe(change);
        let queue = &mut self.queue;
        watches::interested(change, store, &self.index, &mut |controller: Controller, key: Key| {
            queue.push(Work { controller, key }, now);
        });
    }

    /// More has changed than the store remembers, so everything is looked at anew.
    fn start_over(&mut self, store: &Store, now: Timestamp) {
        self.index = Index::default();
        self.state.forget_objects();
        for change in watches::as_if_new(store) {
            self.notice(&change, store, now);
        }
        self.seen = store.revision();
    }

    fn looks_too_often(&mut self, work: &Work, now: Timestamp) -> bool {
        if self.moment != Some(now) {
            self.moment = Some(now);
            self.looks.clear();
        }
        let looks = self.looks.entry(work.clone()).or_default();
        *looks += 1;
        *looks > LOOKS_PER_MOMENT
    }
}
