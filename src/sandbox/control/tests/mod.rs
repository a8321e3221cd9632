//! What the controllers do, told as a person would see it: objects and events over time.

mod bench;
mod cluster;
mod cron_jobs;
mod daemon_sets;
mod deployments;
mod endpoints;
mod jobs;
mod laws;
mod removal;
mod scheduling;
mod services;
mod stateful_sets;
mod volumes;
