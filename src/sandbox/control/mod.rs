//! The controllers and the scheduler of the cluster.

mod adoption;
mod conditions;
mod context;
mod control;
mod controllers;
mod deployment;
mod index;
mod key;
mod pods;
mod quantity;
mod queue;
mod replica_set;
mod scheduler;
mod selector;
mod state;
mod template;
mod watches;

pub use control::Control;
