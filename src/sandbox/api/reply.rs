use jiff::Timestamp;

use super::WatchPlan;

/// What the server sends, or does, for a request.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A whole answer.
    Answer(Answer),
    /// 200, then lines as long as the plan goes on.
    Watch(Box<WatchPlan>),
    /// Streams to a container.
    Connect(Connect),
    /// What a container wrote.
    Log(LogRequest),
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: String,
    /// Further headers: `Warning`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A request for the streams of a container; the pod was there, and the container is one of its.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Connect {
    /// What is wanted.
    pub kind: ConnectKind,
    /// Where the pod is.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container; the pod's only one where the request names none. Empty for port-forward.
    pub container: String,
    /// What to run (exec).
    pub command: Vec<String>,
    /// Whether input is sent.
    pub stdin: bool,
    /// Whether output is wanted.
    pub stdout: bool,
    /// Whether errors are wanted.
    pub stderr: bool,
    /// Whether it is a terminal.
    pub tty: bool,
    /// Ports that the query names (port-forward over websockets).
    pub ports: Vec<u16>,
}

/// Which streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectKind {
    /// Of a program that is started.
    Exec,
    /// Of the container's own.
    Attach,
    /// Of sockets in the pod.
    PortForward,
}

/// A request for a container's log; the pod was there, and the container is one of its.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogRequest {
    /// Where the pod is.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container; the pod's only one where the request names none.
    pub container: String,
    /// Whether the answer goes on while the container runs.
    pub follow: bool,
    /// Of the container before the last restart.
    pub previous: bool,
    /// Only what is that new, by the lines' own time.
    pub since: Option<Timestamp>,
    /// Whether each line begins with its time.
    pub timestamps: bool,
    /// Only the last lines.
    pub tail_lines: Option<u64>,
    /// No more bytes than these.
    pub limit_bytes: Option<u64>,
    /// `All`, `Stdout` or `Stderr`.
    pub stream: String,
}
