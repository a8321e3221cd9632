//! What a container's programs find in their environment.

mod build;
mod downward;
mod expand;
mod service_links;
mod sources;

pub(crate) use build::{Asking, environment};
pub(crate) use downward::{field, resource};
pub(crate) use expand::expand;
pub(crate) use sources::{config_map, secret};

#[cfg(test)]
mod tests;
