use std::collections::BTreeMap;

use super::connections::{ConnectionId, Received};
use crate::sandbox::kubelet::ContainerKey;
use crate::sandbox::process::SocketId;

/// A socket of a container.
pub(super) type Plug = (ContainerKey, SocketId);

/// Where what is written into a connection comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// In a container.
    Container(Plug),
    /// At a program of the host.
    Host(ConnectionId),
}

/// Which ends belong together.
#[derive(Debug, Default)]
pub(super) struct Links {
    ends: BTreeMap<Plug, End>,
    hosts: BTreeMap<ConnectionId, Host>,
    serial: u64,
}

/// The host's end of a connection.
#[derive(Debug)]
struct Host {
    peer: Plug,
    received: Received,
}

impl Links {
    /// A number for a socket that the network makes. Those that containers count
    /// themselves never get so high.
    pub(super) fn socket(&mut self) -> SocketId {
        self.serial += 1;
        SocketId((1 << 63) | self.serial)
    }

    /// Joins two sockets.
    pub(super) fn join(&mut self, one: &Plug, other: &Plug) {
        self.ends.insert(one.clone(), End::Container(other.clone()));
        self.ends.insert(other.clone(), End::Container(one.clone()));
    }

    /// Joins a socket with a program of the host.
    pub(super) fn join_host(&mut self, peer: Plug) -> ConnectionId {
        self.serial += 1;
        let connection = ConnectionId(self.serial);
        self.ends.insert(peer.clone(), End::Host(connection));
        self.hosts.insert(connection, Host { peer, received: Received::default() });
        connection
    }

    /// What a socket is joined with.
    pub(super) fn end_of(&self, plug: &Plug) -> Option<&End> {
        self.ends.get(plug)
    }

    /// The socket that a program of the host is joined with.
    pub(super) fn peer_of(&self, connection: ConnectionId) -> Option<&Plug> {
        self.hosts.get(&connection).map(|host| &host.peer)
    }

    /// Something for the host.
    pub(super) fn receive(&mut self, connection: ConnectionId, bytes: &[u8], closed: bool) {
        if let Some(host) = self.hosts.get_mut(&connection) {
            host.received.bytes.extend_from_slice(bytes);
            host.received.closed |= closed;
        }
    }

    /// What is there for the host; of a connection that nobody knows, its end.
    pub(super) fn take(&mut self, connection: ConnectionId) -> Received {
        match self.hosts.get_mut(&connection) {
            Some(host) => {
                let bytes = std::mem::take(&mut host.received.bytes);
                Received { bytes, closed: host.received.closed }
            }
            None => Received { bytes: Vec::new(), closed: true },
        }
    }

    /// A socket has said all; the other direction may go on.
    pub(super) fn forget_end(&mut self, plug: &Plug) {
        self.ends.remove(plug);
    }

    /// The host is gone; the socket that it was joined with.
    pub(super) fn forget_host(&mut self, connection: ConnectionId) -> Option<Plug> {
        let host = self.hosts.remove(&connection)?;
        self.ends.remove(&host.peer);
        Some(host.peer)
    }

    /// Sockets of containers that are no more, with their other ends.
    pub(super) fn orphans(&self, runs: impl Fn(&ContainerKey) -> bool) -> Vec<(Plug, End)> {
        let mut orphans = Vec::new();
        let mut last: Option<(&ContainerKey, bool)> = None;
        for (plug, end) in &self.ends {
            let alive = match last {
                Some((key, alive)) if *key == plug.0 => alive,
                _ => runs(&plug.0),
            };
            last = Some((&plug.0, alive));
            if !alive {
                orphans.push((plug.clone(), end.clone()));
            }
        }
        orphans
    }
}
