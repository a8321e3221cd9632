//! The simulated cluster's IO: the API over HTTPS, streams to containers, a proxy into
//! its network, the clock that drives it, and the kubeconfig that leads to it.

mod certificate;
mod clock;
mod faults;
mod kubeconfig;
mod log_stream;
mod patient;
mod private_folder;
mod pump;
mod request;
mod response;
mod sandbox;
mod server;
mod service;
mod simulation;
mod socks;
mod stream;
mod tasks;
mod upgrade;
mod watch_stream;
mod watchers;

pub use certificate::TlsError;
pub use faults::Fault;
pub use kubeconfig::{CONTEXT, EXTENSION, host_environment};
pub use private_folder::FolderError;
pub use sandbox::{Sandbox, SandboxError, SandboxOptions};
