//! Objects with their versions, and what happened to them.

mod change;
mod objects;

pub use change::{Change, ChangeKind};
pub use objects::{Object, Store, StoreError};
