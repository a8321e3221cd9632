//! Jobs: pods that run until enough of them have succeeded.

mod finish;
mod policy;
mod run;
mod sync;
mod tally;

pub(super) use sync::{is_finished, sync};
pub(super) use tally::Tallies;
