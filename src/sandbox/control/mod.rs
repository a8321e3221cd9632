//! The controllers and the scheduler of the cluster.

mod adoption;
mod autoscaler;
mod bootstrap;
mod claim;
mod conditions;
mod context;
mod control;
mod controllers;
mod cron_job;
mod daemon_set;
mod deployment;
mod disruption;
mod endpoints;
mod event_expiry;
mod garbage;
mod index;
mod job;
mod key;
mod load_balancer;
mod namespace;
mod node_taints;
mod pods;
mod quantity;
mod queue;
mod replica_set;
mod revision;
mod scheduler;
mod selector;
mod service_account;
mod state;
mod stateful_set;
mod template;
mod volume;
mod watches;

pub use control::Control;

#[cfg(test)]
mod tests;
