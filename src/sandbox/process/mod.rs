//! What runs in a container: its programs, files and sockets, as a function of input
//! and time.

mod container;
mod contract;

pub use container::Container;
pub use contract::{
    Answer, Call, CallId, CallKind, Chunk, ContainerSetup, Ended, Folder, Mount, SessionId,
    SocketId, StartFailure, Stream, Traffic,
};
