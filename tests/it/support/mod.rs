//! What the tests stand on: the built program, a bare home, the cluster of the harness.

mod harness;
mod program;
mod screen;

pub use harness::Harness;
pub use program::{Finished, Program, Running, program};
pub use screen::Screen;
