//! Everything that the simulated cluster is, as a function of requests and time.

mod connections;
mod logs;
mod sessions;
mod world;

pub use connections::{ConnectionId, Dial, Received};
pub use logs::{LogRead, LogReader};
pub use sessions::{Heard, RemoteSession};
pub use world::World;
