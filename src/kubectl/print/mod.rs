//! Printers and describers: objects to kubectl's text. Pure.

mod describe_container;
mod describe_events;
mod describe_page;
mod describe_pod;
mod describe_probe;
mod describe_service;
mod describe_volumes;
mod quantity;
mod tabwriter;

pub use describe_page::When;
pub use describe_pod::describe_pod;
pub use describe_service::{describe_endpoints, describe_service};
pub use tabwriter::TabWriter;

#[cfg(test)]
mod describe_recorded;
