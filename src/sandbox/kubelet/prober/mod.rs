//! Probes: when a container is asked how it is, and what follows from its answers.

mod manager;
mod results;
mod worker;

pub(crate) use manager::Prober;
pub(crate) use results::ProbeResult;

#[cfg(test)]
mod worker_tests;
