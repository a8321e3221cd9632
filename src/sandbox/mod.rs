//! A simulated cluster: the API over loopback, controllers, kubelets, containers, a network.
//!
//! [`World`](world::World) is everything that it is, as a function of requests and time: nothing
//! in it asks for the time, does IO, or waits. What serves it to clients lives in
//! `serve` and is the only part that does.

mod admit;
mod api;
pub mod control;
mod fields;
mod images;
pub mod kubelet;
pub mod network;
mod process;
pub mod record;
mod rehearsal;
mod removal;
mod selector;
mod serve;
mod store;
mod world;

pub use images::knows_image;
pub use rehearsal::Rehearsal;
pub use serve::{
    CONTEXT, EXTENSION, Fault, FolderError, Sandbox, SandboxError, SandboxOptions, TlsError,
    host_environment,
};
pub use store::{Change, ChangeKind, Object, Store, StoreError};
