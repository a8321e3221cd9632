//! Endpoints and endpoint slices: which pods stand behind a service.

mod members;
mod mirrored;
mod slices;
mod subsets;

pub(super) use mirrored::sync as sync_mirrored;
pub(super) use slices::sync as sync_slices;
pub(super) use subsets::sync as sync_endpoints;
