//! A kubeconfig to a client; the guard, the run's namespace and policy, the time.

mod connect;
mod policy;

pub use connect::{Cluster, ConnectError, Target};
pub use policy::{ObjectRef, Policy, Refused, Unguarded, Write};
