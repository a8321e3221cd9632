//! What an API server does with every object before it stores it: defaults, admission,
//! validation, allocations.

mod admission;
mod conform;
mod create;
mod defaults;
pub(in crate::sandbox) mod edit;
mod field_types;
mod status;
#[cfg(test)]
mod tests;
mod validate;

pub(super) use conform::conform;
pub(super) use create::{create, defaulted, prepare_changed, prepare_new, store_status, unfit};
pub(super) use status::{Cause, Details, Status};
