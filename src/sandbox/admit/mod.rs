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

pub use conform::{Conformed, conform};
pub use create::{create, defaulted, prepare_changed, prepare_new, store_status, unfit};
pub use field_types::TypeMismatch;
pub use status::{Cause, Details, Status, plural_and_group};
