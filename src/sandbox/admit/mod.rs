//! What an API server does with every object before it stores it: defaults, admission,
//! validation, allocations.

mod conform;
mod create;
mod field_types;
mod status;

pub use conform::{Conformed, conform};
pub use create::{create, store_status};
pub use field_types::TypeMismatch;
pub use status::{Cause, Details, Status, plural_and_group};
