use jiff::Timestamp;

use super::links::Links;
use super::sessions::Sessions;
use crate::sandbox::api::{self, Reply, Request};
use crate::sandbox::control::Control;
use crate::sandbox::images::Images;
use crate::sandbox::kubelet::Kubelet;
use crate::sandbox::network::Network;
use crate::sandbox::store::{Change, Store};

/// How often the parts may answer one another within one moment before time has to go on:
/// whatever is in the cluster, a request is answered.
const ROUNDS_PER_MOMENT: u32 = 1000;

/// The cluster: its objects, and what makes something of them.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) store: Store,
    control: Control,
    pub(super) kubelet: Kubelet,
    pub(super) network: Network,
    images: Images,
    pub(super) links: Links,
    pub(super) sessions: Sessions,
    /// The version of the last change that everybody was told.
    told: u64,
    pub(super) now: Timestamp,
}

impl World {
    /// A cluster as it is when it has just come up. `certificate` is the authority's that
    /// signs for its API, as PEM.
    pub(crate) fn new(images: Images, certificate: &str, now: Timestamp) -> Self {
        let mut world = Self {
            store: Store::default(),
            control: Control::new(),
            kubelet: Kubelet::new(),
            network: Network::new(),
            images,
            links: Links::default(),
            sessions: Sessions::default(),
            told: 0,
            now,
        };
        world.control.bootstrap(&mut world.store, certificate, now);
        world.settle();
        world
    }

    /// All objects.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Carries out a request to the API server.
    pub(crate) fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        api::handle(&mut self.store, request, now)
    }

    /// Lets everything happen that is due until `now`, in order. Time never goes back.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        while let Some(due) = self.next_due().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            self.settle();
            if self.next_due().is_some_and(|next| next <= due) {
                // A part that is due again at once waits until the next call.
                break;
            }
        }
        self.now = self.now.max(now);
        self.settle();
    }

    /// When something will happen by itself.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        [self.control.next_due(), self.kubelet.next_due()].into_iter().flatten().min()
    }

    /// Everything that follows at this moment from what has happened.
    fn settle(&mut self) {
        for _ in 0..ROUNDS_PER_MOMENT {
            self.tell_changes();
            self.control.advance(&mut self.store, self.now);
            self.kubelet.advance(&mut self.store, &self.images, self.now);
            let moved = self.pump();
            if !moved && self.told == self.store.revision() {
                return;
            }
        }
    }

    /// Tells every part what has changed.
    fn tell_changes(&mut self) {
        let changes: Vec<Change> = match self.store.changes_since(self.told) {
            Ok(changes) => changes.cloned().collect(),
            // More than are remembered, in one moment: what is not told is found later.
            Err(_) => Vec::new(),
        };
        self.told = self.store.revision();
        for change in &changes {
            self.control.observe(change, &mut self.store, self.now);
            self.kubelet.observe(change, self.now);
            self.network.observe(change);
        }
    }
}
