use jiff::Timestamp;

use crate::sandbox::api::{self, Reply, Request};
use crate::sandbox::store::Store;

/// The cluster: its objects, and what makes something of them.
#[derive(Debug)]
pub struct World {
    pub(super) store: Store,
    now: Timestamp,
}

impl World {
    /// A cluster as it is when it has just come up.
    pub fn new(now: Timestamp) -> Self {
        Self { store: Store::default(), now }
    }

    /// All objects.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Carries out a request to the API server.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        api::handle(&mut self.store, request, now)
    }

    /// Lets everything happen that is due until `now`, in order. Time never goes back.
    pub fn advance(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    /// When something will happen by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        None
    }
}
