//! What the source tells the model.

use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Endpoints, Event, Pod, Service};
use serde::{Deserialize, Serialize};

/// The kinds that the watcher follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Followed {
    /// v1 Pod.
    Pods,
    /// v1 Event.
    Events,
    /// v1 Service.
    Services,
    /// v1 Endpoints; served by every version, discovery.k8s.io/v1 is not.
    Endpoints,
    /// apps/v1 Deployment.
    Deployments,
}

/// An object as the API server sent it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "object")]
pub enum Seen {
    /// A pod.
    Pod(Box<Pod>),
    /// An event.
    Event(Box<Event>),
    /// A service.
    Service(Box<Service>),
    /// A service's endpoints.
    Endpoints(Box<Endpoints>),
    /// A deployment.
    Deployment(Box<Deployment>),
}

/// One thing that the source tells the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// The object exists, and is now like this.
    Applied(Arc<Seen>),
    /// The object is gone; this was its last state.
    Deleted(Arc<Seen>),
    /// A fresh list of this kind begins: what it does not mention is gone.
    Relisting(Followed),
    /// The fresh list is complete.
    Listed(Followed),
    /// How well the source hears.
    Health(Followed, Health),
}

/// How well the source hears of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    /// Not a first list yet.
    Connecting,
    /// Everything that is shown is as the server has it.
    Live,
    /// Nothing has been heard since; what is shown may be old.
    Stale {
        /// Since when.
        since: Timestamp,
        /// Why, in one line.
        error: String,
    },
    /// The server does not let us look.
    Forbidden(String),
}
