//! Cron jobs: jobs that are made at times.

mod schedule;
mod sync;

pub(super) use sync::sync;
