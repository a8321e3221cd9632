//! Everything that the simulated cluster is, as a function of requests and time.

mod connections;
mod links;
mod logs;
mod pump;
mod sessions;
mod whole;

pub(super) use connections::{ConnectionId, Dial};
pub(super) use logs::LogReader;
pub(super) use sessions::{Heard, RemoteSession};
pub(super) use whole::World;
