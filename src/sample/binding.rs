//! An author's literal and what it means here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a literal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Identity {
    /// Where something is reached: an IP address, or a host name in its stead.
    Address,
    /// A node.
    Node,
    /// A name that Kubernetes made up.
    Name,
    /// A port on every node.
    NodePort,
    /// A digest, a commit, a uid.
    Hash,
}

/// Where a literal stood: `CLUSTER-IP` of `svc/simple-api`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The column, the field, or the words before it.
    pub what: String,
    /// The object whose it is, or the output.
    pub of: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.what, self.of)
    }
}

/// A literal of the author's cluster, and the live value that stood in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// As the text has it.
    pub literal: String,
    /// As the cluster has it; never the same.
    pub value: String,
    /// What it names.
    pub identity: Identity,
    /// Where it stood.
    pub place: Place,
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {}, {}", self.literal, self.value, self.place)
    }
}
