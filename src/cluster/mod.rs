//! A kubeconfig to a client; the guard, the run's namespace and policy, the time.

mod check;
mod client_certificate;
mod connect;
mod discovery;
mod guard;
mod known_kinds;
mod policy;
mod request;

pub use check::{Capabilities, ServerVersion, Unreachable, capabilities, check};
pub use connect::{Cluster, ConnectError, Target};
pub use discovery::{Catalogue, KindError, ResourceKind};
pub use guard::is_local;
pub use policy::{ObjectRef, Policy, Refused, Unguarded, Write};
pub use request::{ApiRequest, REQUEST_LIMIT, Reply, RequestError, percent_encoded};
