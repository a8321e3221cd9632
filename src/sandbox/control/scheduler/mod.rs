//! The scheduler: which node a pod goes to, or why to none.

mod affinity;
mod demand;
mod filter;
mod ledger;
mod schedule;
mod score;
mod topology;
mod words;

pub(super) use affinity::{node_fits, tolerates};
pub(super) use ledger::Ledger;
pub(super) use schedule::{Scheduler, schedule};
