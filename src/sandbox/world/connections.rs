use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use jiff::Timestamp;

use super::World;
use super::pump::is_simulated;
use crate::sandbox::network::{Origin, Route};

/// A connection between the host and a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ConnectionId(pub u64);

/// What becomes of a wish for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dial {
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
pub(crate) struct Received {
    /// What.
    pub bytes: Vec<u8>,
    /// Whether nothing more will come.
    pub closed: bool,
}

impl World {
    /// A connection from outside of the cluster.
    pub(crate) fn dial(&mut self, to: SocketAddr) -> Dial {
        if !is_simulated(to.ip()) {
            return Dial::Unreachable;
        }
        match self.network.route(&self.store, &Origin::Outside, to) {
            Route::Pod { ip, port, source } => match self.accept(ip, port, source) {
                Some(plug) => Dial::Connected(self.links.join_host(plug)),
                None => Dial::Refused,
            },
            // From outside it is reached at the address in the kubeconfig.
            Route::ApiServer | Route::Refused => Dial::Refused,
            Route::Silent => Dial::Silent,
        }
    }

    /// A connection to a port of a pod, from within the pod.
    pub(crate) fn dial_pod(&mut self, namespace: &str, pod: &str, port: u16) -> Dial {
        let address = self.store.get("pods", namespace, pod);
        let address = address.and_then(|pod| pod["status"]["podIP"].as_str()?.parse().ok());
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        match address.and_then(|address| self.accept(address, port, here)) {
            Some(plug) => Dial::Connected(self.links.join_host(plug)),
            None => Dial::Refused,
        }
    }

    /// Bytes from the host.
    pub(crate) fn write(&mut self, connection: ConnectionId, bytes: &[u8], now: Timestamp) {
        let Some((key, socket)) = self.links.peer_of(connection).cloned() else { return };
        if let Some(mut container) = self.kubelet.running(&key) {
            container.deliver(socket, bytes, now);
        }
    }

    /// The host will send nothing more.
    pub(crate) fn end_writing(&mut self, connection: ConnectionId, now: Timestamp) {
        let Some((key, socket)) = self.links.peer_of(connection).cloned() else { return };
        if let Some(mut container) = self.kubelet.running(&key) {
            container.end_incoming(socket, now);
        }
    }

    /// What has come for the host.
    pub(crate) fn take(&mut self, connection: ConnectionId) -> Received {
        self.links.take(connection)
    }

    /// The host is gone.
    pub(crate) fn hang_up(&mut self, connection: ConnectionId, now: Timestamp) {
        let Some((key, socket)) = self.links.forget_host(connection) else { return };
        if let Some(mut container) = self.kubelet.running(&key) {
            container.hang_up(socket, now);
        }
    }
}
