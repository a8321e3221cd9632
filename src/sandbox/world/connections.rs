use std::net::SocketAddr;

use jiff::Timestamp;

use super::World;

/// A connection between the host and a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// What becomes of a wish for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dial {
    /// It stands.
    Connected(ConnectionId),
    /// Somebody says no.
    Refused,
    /// There is no way to it.
    Unreachable,
    /// Nobody answers.
    Silent,
}

/// What a container has sent since this was last asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    /// What.
    pub bytes: Vec<u8>,
    /// Whether nothing more will come.
    pub closed: bool,
}

impl World {
    /// A connection from outside of the cluster.
    pub fn dial(&mut self, to: SocketAddr, now: Timestamp) -> Dial {
        let _ = (to, now);
        Dial::Silent
    }

    /// A connection to a port of a pod, from within the pod.
    pub fn dial_pod(&mut self, namespace: &str, pod: &str, port: u16, now: Timestamp) -> Dial {
        let _ = (namespace, pod, port, now);
        Dial::Refused
    }

    /// Bytes from the host.
    pub fn write(&mut self, connection: ConnectionId, bytes: &[u8], now: Timestamp) {
        let _ = (connection, bytes, now);
    }

    /// The host will send nothing more.
    pub fn end_writing(&mut self, connection: ConnectionId, now: Timestamp) {
        let _ = (connection, now);
    }

    /// What has come for the host.
    pub fn take(&mut self, connection: ConnectionId) -> Received {
        let _ = connection;
        Received { bytes: Vec::new(), closed: true }
    }

    /// The host is gone.
    pub fn hang_up(&mut self, connection: ConnectionId, now: Timestamp) {
        let _ = (connection, now);
    }
}
