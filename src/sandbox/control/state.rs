use super::super::Change;
use super::scheduler::Scheduler;

/// What controllers remember between their looks.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) scheduler: Scheduler,
}

impl State {
    /// Takes a change in.
    pub(super) fn observe(&mut self, change: &Change) {
        self.scheduler.ledger.observe(change);
    }

    /// Forgets what it knows of objects, which are about to be told anew.
    pub(super) fn forget_objects(&mut self) {
        self.scheduler.ledger = super::scheduler::Ledger::default();
    }
}
