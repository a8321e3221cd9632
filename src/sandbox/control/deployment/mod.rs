//! Deployments: a replica set for each template, and the way from one to the next.

mod progress;
mod replica_sets;
mod rollout;
mod scale;
mod sync;

pub(super) use rollout::{Rounding, part_of};
pub(super) use sync::sync;
