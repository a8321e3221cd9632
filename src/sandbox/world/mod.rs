//! Everything that the simulated cluster is, as a function of requests and time.

mod connections;
mod links;
mod logs;
mod pump;
mod sessions;
mod world;

pub use connections::{ConnectionId, Dial, Received};
pub use logs::{LogRead, LogReader};
pub use sessions::{Heard, RemoteSession};
pub use world::World;
