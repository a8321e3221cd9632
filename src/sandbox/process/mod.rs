//! What runs in a container: its programs, files and sockets, as a function of input
//! and time.
//!
//! `kernel` is what programs run on and knows none of them; `files` is their file system;
//! `shell` and `programs` are what images bring; `server` carries out what image data says.

mod container;
mod contract;
mod errno;
mod files;
mod image_files;
mod kernel;
mod proc;
mod programs;
mod server;
mod session;
mod shell;
mod start_failure;

pub(super) use container::Container;
pub(super) use contract::{
    Answer, Call, CallId, CallKind, Chunk, ContainerSetup, Ended, Folder, Mount, SessionId,
    SocketId, StartFailure, Stream, Traffic,
};
pub(super) use files::Tree;

#[cfg(test)]
mod container_tests;
#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod network_tests;
#[cfg(test)]
mod server_tests;
#[cfg(test)]
pub(crate) mod testing;
