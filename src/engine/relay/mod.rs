//! `kubectl` in a lab's shell is podlab: its invocations come over a private
//! socket and are carried out here.

mod connection;
mod frame;
mod injector;
mod io;
mod server;
#[cfg(test)]
mod tests;

pub use frame::{Fallback, Frame, FrameDecoder, FrameError, Hello, INPUT_GRANT, LONGEST_FRAME};
pub(in crate::engine) use server::{Decision, Executor, Notice, Relay};
