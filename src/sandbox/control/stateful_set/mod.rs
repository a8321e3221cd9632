//! Stateful sets: pods with names and volumes that stay, made and ended in order.

mod identity;
mod sync;

pub(super) use sync::sync;
