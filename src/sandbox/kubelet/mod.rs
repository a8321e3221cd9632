//! The kubelets of both nodes: they run the pods that are bound to their nodes, and say
//! how these are.
//!
//! It is modelled on the real kubelet's parts and their order, so that what it says comes in
//! the same steps: pod workers, the relist that sees which containers have ended, probe
//! workers with their ticks, back-offs, the status manager.

mod access;
mod actions;
mod agenda;
mod attempt;
mod backoff;
mod chance;
mod clock;
mod encoding;
mod environment;
mod kubelet;
mod log;
mod node;
mod prober;
mod pull;
mod runtime;
mod setup;
mod spec;
mod status;
mod told;
mod volumes;
mod worker;

#[cfg(test)]
mod actions_tests;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod lifecycle_tests;
#[cfg(test)]
mod probe_tests;
#[cfg(test)]
mod replay_tests;
#[cfg(test)]
mod start_tests;

pub use access::{AccessError, ActiveContainer, Logs, RunningContainer};
pub use kubelet::{ContainerKey, Kubelet};
pub use log::{Log, LogLine};
