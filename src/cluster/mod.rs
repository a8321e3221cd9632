//! A kubeconfig to a client; the guard, the run's namespace and policy, the time.

mod check;
mod client_certificate;
mod connect;
mod discovery;
mod guard;
mod known_kinds;
mod patience;
mod policy;
mod request;
mod run_namespace;
mod run_policy;

pub use check::{Capabilities, ServerVersion, Unreachable, capabilities, check};
pub use connect::{Cluster, ConnectError, Target};
pub use discovery::{Catalogue, KindError, ResourceKind};
pub use guard::is_local;
pub use patience::{AWAY_LIMIT, Absence, SILENCE, WATCH_SPAN};
pub use policy::{ObjectRef, Policy, Refused, Unguarded, Write};
pub use request::{ApiRequest, REQUEST_LIMIT, Reply, RequestError, percent_encoded};
pub use run_namespace::{
    ClusterFacts, LAB_LABEL, NodeFact, RUN_LABEL, cluster_facts, make_run_namespace, pods_before,
    remove_object, remove_run_namespace, run_namespaces,
};
pub use run_policy::{LedgerNote, Replacement, RunPolicy, Tenure};
