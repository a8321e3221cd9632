//! What an API server does with every object before it stores it: defaults, admission,
//! validation, allocations.

mod create;
mod status;

pub use create::{create, store_status};
pub use status::{Cause, Details, Status, plural_and_group};
