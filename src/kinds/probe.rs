use serde::{Deserialize, Serialize};

/// The three kinds of probe that a kubelet runs against a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Probe {
    /// Its failure restarts the container.
    Liveness,
    /// Its failure takes the pod out of its services.
    Readiness,
    /// It holds the two others back until it succeeds.
    Startup,
}

impl std::fmt::Display for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Liveness => "liveness",
            Self::Readiness => "readiness",
            Self::Startup => "startup",
        })
    }
}
