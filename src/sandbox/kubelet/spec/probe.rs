use std::fmt;

use serde::Deserialize;

/// What is asked of a container, and when; what is not said is 0 here, and the methods
/// have the defaults.
///
/// Source: `pkg/apis/core/v1/defaults.go`, `SetDefaults_Probe`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Probe {
    #[serde(flatten)]
    pub(crate) handler: Handler,
    pub(crate) initial_delay_seconds: i64,
    timeout_seconds: i64,
    period_seconds: i64,
    success_threshold: i64,
    failure_threshold: i64,
    pub(crate) termination_grace_period_seconds: Option<i64>,
}

impl Probe {
    /// After so many seconds without an answer it has failed.
    pub(crate) fn timeout(&self) -> i64 {
        or(self.timeout_seconds, 1)
    }

    /// Seconds from one to the next.
    pub(crate) fn period(&self) -> i64 {
        or(self.period_seconds, 10)
    }

    /// So many in a row count as success.
    pub(crate) fn successes(&self) -> i64 {
        or(self.success_threshold, 1)
    }

    /// So many in a row count as failure.
    pub(crate) fn failures(&self) -> i64 {
        or(self.failure_threshold, 3)
    }
}

/// Zero and less is taken for what was not said; more than a year for a year.
fn or(value: i64, default: i64) -> i64 {
    if value < 1 { default } else { value.min(31_536_000) }
}

/// One of the things that can be done to a container from outside.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Handler {
    pub(crate) exec: Option<ExecAction>,
    pub(crate) http_get: Option<HttpGet>,
    pub(crate) tcp_socket: Option<TcpSocket>,
    pub(crate) grpc: Option<Grpc>,
    pub(crate) sleep: Option<SleepAction>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ExecAction {
    pub(crate) command: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct HttpGet {
    pub(crate) path: String,
    pub(crate) port: Port,
    pub(crate) host: String,
    pub(crate) scheme: String,
    pub(crate) http_headers: Vec<Header>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct TcpSocket {
    pub(crate) port: Port,
    pub(crate) host: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Grpc {
    pub(crate) port: i64,
    pub(crate) service: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct SleepAction {
    pub(crate) seconds: i64,
}

/// A port by number, or by the name that the container gives it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Port {
    Number(i64),
    Name(String),
}

impl Default for Port {
    fn default() -> Self {
        Self::Number(0)
    }
}

/// Which of a container's probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ProbeKind {
    Startup,
    Readiness,
    Liveness,
}

impl fmt::Display for ProbeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Startup => "Startup",
            Self::Readiness => "Readiness",
            Self::Liveness => "Liveness",
        })
    }
}
