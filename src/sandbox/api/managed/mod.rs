//! Who manages which fields of an object; what applying a configuration does.

mod apply;
mod compare;
mod entries;
mod field_set;
mod merge;
#[cfg(test)]
mod tests;
mod typed;

pub(super) use apply::{Applied, LAST_APPLIED, apply};
pub(super) use entries::{Manager, record_update};
pub(super) use typed::Typed;
