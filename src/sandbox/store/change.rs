use std::sync::Arc;

use super::Object;

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is not what it was.
    Modified,
    /// It is gone.
    Deleted,
}

/// One thing that happened in the store.
#[derive(Debug, Clone)]
pub struct Change {
    /// The store's version with it.
    pub revision: u64,
    /// What happened.
    pub kind: ChangeKind,
    /// `pods`, `deployments.apps`: plural and group.
    pub resource: Arc<str>,
    /// As it is now; of one that is gone, as it was last, with the version of its end.
    pub object: Object,
    /// As it was before.
    pub previous: Option<Object>,
}
