//! A kubeconfig or a simulated cluster to a client; the guard, the run's namespace and policy, the time.

mod capabilities;
mod check;
mod choice;
mod client_certificate;
mod connect;
mod discovery;
mod guard;
mod known_kinds;
mod policy;
mod request;
mod run_namespace;
mod run_policy;

pub use capabilities::Capabilities;
pub use check::{ServerVersion, Unreachable, check};
pub use choice::{Choice, Chosen, choose};
pub use connect::{Cluster, ConnectError, Hold, Target};
pub use discovery::{Catalogue, KindError, ResourceKind};
pub use guard::is_local;
pub use policy::{ObjectRef, Policy, Refused, Unguarded, Write};
pub use request::{ApiRequest, REQUEST_LIMIT, Reply, RequestError, percent_encoded};
pub use run_namespace::{
    LAB_LABEL, RUN_LABEL, cluster_facts, make_run_namespace, pods_before, remove_object,
    remove_run_namespace, run_namespaces,
};
pub use run_policy::{LedgerNote, Replacement, RunPolicy, Tenure};
