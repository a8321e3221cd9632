//! What the tests stand on: the built program, a bare home, the cluster of the harness,
//! a sandbox.

mod harness;
mod program;
mod sandbox;
mod screen;

pub use harness::Harness;
pub use program::{Finished, Program, Running, program};
pub use sandbox::{RawClient, Simulated, block_on, hear, printed, real_kubectl};
pub use screen::Screen;
