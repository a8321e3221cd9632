//! What a new cluster has before anybody asks for anything.

mod namespaces;
mod nodes;
mod roles;
mod system;

use jiff::Timestamp;
use serde_json::Value;

use super::super::{Store, admit};

/// Fills an empty store: namespaces, nodes, and what runs in `kube-system`.
pub(super) fn fill(store: &mut Store, now: Timestamp) {
    let parts = [namespaces::objects(), nodes::objects(now), roles::objects(), system::objects()];
    for (resource, object) in parts.into_iter().flatten() {
        // A store that is not empty keeps what it has.
        let _ = admit::create(store, resource, object, now);
    }
}

/// A resource and an object of it.
type New = (&'static str, Value);
