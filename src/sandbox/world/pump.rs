//! What containers send one another and the host, and what they ask of the network.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::World;
use super::links::{End, Plug};
use crate::sandbox::kubelet::{ActiveContainer, ContainerKey};
use crate::sandbox::network::{Origin, Route};
use crate::sandbox::process::{Answer, Call, CallKind, SocketId, Traffic};

/// The ports that connections seem to come from, one after the other.
const FIRST_PORT: u16 = 32_768;
const PORTS: u16 = 28_232;

impl World {
    /// Carries everything to where it belongs; whether there was anything.
    pub(super) fn pump(&mut self) -> bool {
        let mut moved = false;
        for active in self.kubelet.take_active() {
            let (calls, traffic) = self.kubelet.take_network(&active.key);
            moved |= !(calls.is_empty() && traffic.is_empty());
            for piece in traffic {
                self.carry(&active.key, &piece);
            }
            for call in calls {
                self.call(&active, call);
            }
            if !self.kubelet.runs(&active.key) {
                self.hear_last_words(&active.key);
                self.kubelet.bury(&active.key);
            }
        }
        moved | self.hang_up_orphans()
    }

    fn carry(&mut self, from: &ContainerKey, piece: &Traffic) {
        let plug: Plug = (from.clone(), piece.socket);
        match self.links.end_of(&plug).cloned() {
            Some(End::Host(connection)) => {
                self.links.receive(connection, &piece.bytes, piece.closed);
            }
            Some(End::Container((to, socket))) => self.deliver(&to, socket, piece),
            None => {}
        }
        if piece.closed {
            self.links.forget_end(&plug);
        }
    }

    fn deliver(&mut self, to: &ContainerKey, socket: SocketId, piece: &Traffic) {
        let now = self.now;
        if let Some(mut container) = self.kubelet.running(to) {
            if !piece.bytes.is_empty() {
                container.deliver(socket, &piece.bytes, now);
            }
            if piece.closed {
                container.hang_up(socket, now);
            }
        }
    }

    /// Those who were connected with a container that has ended see their connection closed.
    fn hang_up_orphans(&mut self) -> bool {
        let orphans = self.links.orphans(|key| self.kubelet.runs(key));
        for (plug, end) in &orphans {
            let piece = Traffic { socket: plug.1, bytes: Vec::new(), closed: true };
            match end {
                End::Host(connection) => self.links.receive(*connection, b"", true),
                End::Container((to, socket)) => self.deliver(to, *socket, &piece),
            }
            self.links.forget_end(plug);
        }
        !orphans.is_empty()
    }

    fn call(&mut self, active: &ActiveContainer, call: Call) {
        let answer = match call.kind {
            CallKind::Resolve(name) => {
                let found = self.network.resolve(&self.store, &active.namespace, &name);
                Some(Answer::Resolved(found))
            }
            CallKind::Connect(to) => self.connect(active, to),
            CallKind::Ping(to) => self.ping(active, to),
        };
        let now = self.now;
        // Without an answer, the program's own patience counts.
        if let (Some(answer), Some(mut container)) = (answer, self.kubelet.running(&active.key)) {
            container.answer(call.id, answer, now);
        }
    }

    fn connect(&mut self, active: &ActiveContainer, to: SocketAddr) -> Option<Answer> {
        match self.network.route(&self.store, &origin(active), to) {
            Route::Pod { ip, port, source } => {
                let Some(theirs) = self.accept(ip, port, source) else {
                    return Some(Answer::Refused);
                };
                let ours: Plug = (active.key.clone(), self.links.socket());
                self.links.join(&ours, &theirs);
                Some(Answer::Connected(ours.1))
            }
            // Its TLS has no counterpart in here.
            Route::ApiServer | Route::Refused => Some(Answer::Refused),
            Route::Silent => None,
        }
    }

    /// A connection that has found its pod: the socket there, where something listens.
    pub(super) fn accept(&mut self, ip: IpAddr, port: u16, source: IpAddr) -> Option<Plug> {
        let from = SocketAddr::new(source, self.port());
        let key = self.kubelet.listener(ip, port)?;
        let now = self.now;
        let socket = self.kubelet.running(&key)?.accept(port, from, now)?;
        Some((key, socket))
    }

    fn port(&mut self) -> u16 {
        let serial = self.links.socket().0;
        FIRST_PORT + u16::try_from(serial % u64::from(PORTS)).unwrap_or_default()
    }

    /// Pods and nodes answer an echo, the addresses of services do not.
    fn ping(&self, active: &ActiveContainer, to: IpAddr) -> Option<Answer> {
        let is_pod = !self.kubelet.containers_at(to).is_empty();
        let is_node = self.store.list("nodes", None).any(|node| {
            let addresses = node["status"]["addresses"].as_array();
            addresses.is_some_and(|all| all.iter().any(|one| one["address"] == to.to_string()))
        });
        let here = to.is_loopback() || to == active.address;
        if is_pod || is_node || here {
            Some(Answer::Echo)
        } else if is_simulated(to) {
            None
        } else {
            Some(Answer::Unreachable)
        }
    }
}

fn origin(active: &ActiveContainer) -> Origin {
    if active.host_network {
        return Origin::Node(active.node.clone());
    }
    Origin::Pod {
        ip: active.address,
        node: active.node.clone(),
        namespace: active.namespace.clone(),
    }
}

/// Whether an address is one that the simulated network has to do with: nodes, pods,
/// services, load balancers.
pub(super) fn is_simulated(ip: IpAddr) -> bool {
    const NETWORKS: [(Ipv4Addr, u32); 4] = [
        (Ipv4Addr::new(10, 138, 0, 0), 24),
        (Ipv4Addr::new(10, 20, 0, 0), 16),
        (Ipv4Addr::new(10, 96, 0, 0), 16),
        (Ipv4Addr::new(10, 30, 0, 0), 24),
    ];
    let IpAddr::V4(ip) = ip else { return false };
    NETWORKS.iter().any(|(network, bits)| (ip.to_bits() ^ network.to_bits()) >> (32 - bits) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_simulated_networks_are_ours() {
        for (address, ours) in [
            ("10.138.0.11", true),
            ("10.138.1.11", false),
            ("10.20.2.200", true),
            ("10.96.255.1", true),
            ("10.97.0.1", false),
            ("10.30.0.10", true),
            ("192.0.2.7", false),
            ("::1", false),
        ] {
            assert_eq!(is_simulated(address.parse().unwrap()), ours, "{address}");
        }
    }
}
