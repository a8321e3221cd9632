use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Notify;

use crate::sandbox::api::WatchPlan;
use crate::sandbox::store::Change;

/// One watch of a client.
#[derive(Debug)]
pub(super) struct Watcher {
    /// What it still has to say.
    pub(super) plan: Mutex<WatchPlan>,
    /// Told when it may have something to say.
    pub(super) wake: Notify,
}

/// All watches, so that a change wakes those that it concerns and no others.
#[derive(Debug, Default)]
pub(super) struct Watchers(Mutex<Vec<Weak<Watcher>>>);

impl Watchers {
    /// Takes a new one in; it leaves by being dropped.
    pub(super) fn enter(&self, plan: WatchPlan) -> Arc<Watcher> {
        let watcher = Arc::new(Watcher { plan: Mutex::new(plan), wake: Notify::new() });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Room is made now and then, at a cost that does not grow with their number.
        if all.len() == all.capacity() {
            all.retain(|one| one.strong_count() > 0);
        }
        all.push(Arc::downgrade(&watcher));
        watcher
    }

    /// Wakes those that one of these changes concerns.
    pub(super) fn wake(&self, changes: &[Change]) {
        self.wake_where(|watcher| {
            let plan = watcher.plan.lock().unwrap_or_else(PoisonError::into_inner);
            changes.iter().any(|change| plan.concerns(change))
        });
    }

    /// Wakes every one.
    pub(super) fn wake_all(&self) {
        self.wake_where(|_| true);
    }

    fn wake_where(&self, concerned: impl Fn(&Watcher) -> bool) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| {
            let Some(watcher) = one.upgrade() else { return false };
            if concerned(&watcher) {
                watcher.wake.notify_one();
            }
            true
        });
    }
}
