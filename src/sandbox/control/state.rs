use super::super::Change;
use super::job::Tallies;
use super::load_balancer::LoadBalancers;
use super::scheduler::{Ledger, Scheduler};

/// What controllers remember between their looks.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) scheduler: Scheduler,
    pub(super) jobs: Tallies,
    pub(super) balancers: LoadBalancers,
    /// By which the API server is known, as PEM.
    pub(super) certificate: String,
}

impl State {
    /// Takes a change in.
    pub(super) fn observe(&mut self, change: &Change) {
        self.scheduler.ledger.observe(change);
        self.jobs.observe(change);
    }

    /// Forgets what it knows of objects, which are about to be told anew.
    pub(super) fn forget_objects(&mut self) {
        self.scheduler.ledger = Ledger::default();
    }
}
