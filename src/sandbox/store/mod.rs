//! Objects with their versions, and what happened to them.

mod change;
mod history;
mod naming;
mod objects;
#[cfg(test)]
mod tests;

pub use change::{Change, ChangeKind};
pub(super) use naming::{mixed, seconds, suffix};
pub use objects::{Object, Store, StoreError};
