use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use super::super::{Change, ChangeKind, Store, fields};
use super::addresses::{self, API_ADDRESS, API_PORT, Node};
use super::backends::{self, Backend};
use super::services::{self, Door, Target};

/// Where a connection begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Outside of the cluster: the person's machine.
    Outside,
    /// A pod.
    Pod {
        /// Its address.
        ip: IpAddr,
        /// The node that it is on.
        node: String,
        /// Its namespace.
        namespace: String,
    },
    /// A node itself, as the kubelet and pods in its network.
    Node(String),
}

/// Where a connection leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// To a port of a pod.
    Pod {
        /// The pod's address; a pod in its node's network has the node's.
        ip: IpAddr,
        /// The port there.
        port: u16,
        /// From where the pod sees it coming.
        source: IpAddr,
    },
    /// To the API of the cluster.
    ApiServer,
    /// It is refused.
    Refused,
    /// Nothing ever answers.
    Silent,
}

/// Whom the last connections went to; all else is in the store.
#[derive(Debug, Default)]
pub struct Network {
    /// How many connections each service has got, by uid and port.
    turns: BTreeMap<(String, String), usize>,
    /// Which node the load balancers hand their next connection to.
    next_node: usize,
    /// Of services that keep a client with its pod: whom it got, by service and client.
    kept: BTreeMap<(String, String), IpAddr>,
}

/// How a client on the person's machine looks like to those who see its address.
const OUTSIDE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

impl Network {
    /// A network that nobody has used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets a service that is gone.
    pub fn observe(&mut self, change: &Change) {
        if &*change.resource == "services" && change.kind == ChangeKind::Deleted {
            let uid = fields::uid(&change.object);
            self.turns.retain(|(service, _), _| service != uid);
            self.kept.retain(|(service, _), _| service != uid);
        }
    }

    /// Where a connection leads. Each call is one connection: of several pods behind a
    /// service, each gets its turn.
    ///
    /// Source: `pkg/proxy/iptables/proxier.go`, `syncProxyRules`.
    pub fn route(&mut self, store: &Store, from: &Origin, to: SocketAddr) -> Route {
        let nodes = addresses::nodes(store);
        let at_node = nodes.iter().find(|node| node.address == to.ip());
        if to.ip().is_loopback() {
            return loopback(store, from, to);
        }
        if let Some(target) = services::find(store, to, at_node.is_some()) {
            return self.to_service(store, from, &target, (at_node, &nodes));
        }
        if to.ip().to_string() == API_ADDRESS {
            return if to.port() == API_PORT { Route::ApiServer } else { Route::Refused };
        }
        if let Some(node) = at_node {
            return to_node(store, from, to, node);
        }
        if nodes.iter().any(|node| node.bridge == to.ip()) && *from != Origin::Outside {
            return Route::Refused;
        }
        to_pod(store, from, to)
    }

    fn to_service(
        &mut self,
        store: &Store,
        from: &Origin,
        target: &Target,
        (at_node, nodes): (Option<&Node>, &[Node]),
    ) -> Route {
        if *from == Origin::Outside && target.door == Door::ClusterIp {
            return Route::Silent;
        }
        let mut backends = backends::of(store, &target.service, &target.port_name);
        // A connection from outside comes in on a node; from inside it is on one already.
        let entry = match from {
            Origin::Outside if target.door == Door::LoadBalancer => {
                self.entry(target, &backends, nodes)
            }
            Origin::Outside => at_node.cloned(),
            Origin::Pod { node, .. } | Origin::Node(node) => match at_node {
                Some(at) => Some(at.clone()),
                None => nodes.iter().find(|one| one.name == *node).cloned(),
            },
        };
        if let Some(route) = keep_local(from, target, entry.as_ref(), &mut backends) {
            return route;
        }
        let Some(backend) = self.pick(target, from, backends) else { return Route::Refused };
        if backend.ip.to_string() == API_ADDRESS && backend.port == API_PORT {
            return Route::ApiServer;
        }
        let source = source(store, from, target, (entry.as_ref(), nodes), &backend);
        Route::Pod { ip: backend.ip, port: backend.port, source }
    }

    /// The node that a load balancer hands a connection to: each in turn, of a service
    /// with local traffic only those that have a pod.
    fn entry(&mut self, target: &Target, backends: &[Backend], nodes: &[Node]) -> Option<Node> {
        let has_pod = |node: &&Node| backends.iter().any(|one| one.node == node.name);
        let fit: Vec<&Node> =
            nodes.iter().filter(|node| !is_local(target) || has_pod(node)).collect();
        let at = self.next_node.checked_rem(fit.len())?;
        self.next_node = self.next_node.wrapping_add(1);
        fit.get(at).map(|node| Node::clone(node))
    }

    /// The backend whose turn it is, or the one that the client had before.
    fn pick(&mut self, target: &Target, from: &Origin, backends: Vec<Backend>) -> Option<Backend> {
        let uid = fields::uid(&target.service).to_owned();
        let keeps = fields::text(&target.service, "spec.sessionAffinity") == "ClientIP";
        let client = (uid.clone(), client(from));
        if keeps
            && let Some(ip) = self.kept.get(&client)
            && let Some(backend) = backends.iter().find(|one| one.ip == *ip)
        {
            return Some(backend.clone());
        }
        let turn = self.turns.entry((uid, target.port_name.clone())).or_insert(0);
        let at = turn.checked_rem(backends.len())?;
        *turn = turn.wrapping_add(1);
        let backend = backends.into_iter().nth(at)?;
        if keeps {
            self.kept.insert(client, backend.ip);
        }
        Some(backend)
    }
}

/// What tells clients apart for a service that keeps them.
fn client(from: &Origin) -> String {
    match from {
        Origin::Outside => OUTSIDE.to_string(),
        Origin::Pod { ip, .. } => ip.to_string(),
        Origin::Node(name) => name.clone(),
    }
}

fn is_local(target: &Target) -> bool {
    target.door != Door::ClusterIp
        && fields::text(&target.service, "spec.externalTrafficPolicy") == "Local"
}

/// Leaves the backends of the node alone where only those may be asked; a node without
/// any drops what comes from outside.
///
/// Source: `pkg/proxy/iptables/proxier.go`, the rules "has no local endpoints".
fn keep_local(
    from: &Origin,
    target: &Target,
    entry: Option<&Node>,
    backends: &mut Vec<Backend>,
) -> Option<Route> {
    let inside_only = target.door == Door::ClusterIp
        && fields::text(&target.service, "spec.internalTrafficPolicy") == "Local";
    let from_outside = is_local(target) && *from == Origin::Outside;
    if !(inside_only || from_outside) || backends.is_empty() {
        return None;
    }
    let name = entry.map_or("", |node| node.name.as_str());
    backends.retain(|one| one.node == name);
    backends.is_empty().then_some(Route::Silent)
}

/// From where the pod sees the connection coming. A pod that asks a ClusterIP keeps its
/// address, unless it gets itself: then its node's bridge stands in for it. By any other
/// door it is the node that the connection came in on: its bridge where the pod is on
/// that node, else its address. With local traffic every client keeps its address.
fn source(
    store: &Store,
    from: &Origin,
    target: &Target,
    (entry, nodes): (Option<&Node>, &[Node]),
    backend: &Backend,
) -> IpAddr {
    let masked = |node: &Node| if backend.node == node.name { node.bridge } else { node.address };
    match from {
        Origin::Pod { ip, node, .. } => {
            let own = nodes.iter().find(|one| one.name == *node);
            if *ip == backend.ip {
                return own.map_or(*ip, |node| node.bridge);
            }
            let via = entry.filter(|_| target.door != Door::ClusterIp && !is_local(target));
            via.map_or(*ip, masked)
        }
        Origin::Node(name) => addresses::node(store, name).as_ref().map_or(OUTSIDE, masked),
        Origin::Outside if is_local(target) => OUTSIDE,
        Origin::Outside => entry.map_or(OUTSIDE, masked),
    }
}

/// A pod that talks to itself.
fn loopback(store: &Store, from: &Origin, to: SocketAddr) -> Route {
    match from {
        Origin::Pod { ip, .. } => Route::Pod { ip: *ip, port: to.port(), source: to.ip() },
        Origin::Node(name) => match addresses::node(store, name) {
            Some(node) => Route::Pod { ip: node.address, port: to.port(), source: to.ip() },
            None => Route::Refused,
        },
        Origin::Outside => Route::Refused,
    }
}

/// A port of a node that is no service's: a pod's host port, or a pod in the node's own
/// network.
fn to_node(store: &Store, from: &Origin, to: SocketAddr, node: &Node) -> Route {
    let source = match from {
        Origin::Pod { ip, .. } => *ip,
        Origin::Node(name) => addresses::node(store, name).map_or(OUTSIDE, |node| node.address),
        Origin::Outside => OUTSIDE,
    };
    let on_node = store.list("pods", None).filter(|pod| {
        fields::text(pod, "spec.nodeName") == node.name
            && !matches!(fields::text(pod, "status.phase"), "Succeeded" | "Failed")
    });
    for pod in on_node {
        let ports = fields::items(pod, "spec.containers")
            .iter()
            .flat_map(|container| fields::items(container, "ports"));
        for port in ports {
            let number =
                |name: &str| fields::number(port, name).and_then(|n| u16::try_from(n).ok());
            if number("hostPort") == Some(to.port())
                && let Some(inner) = number("containerPort")
                && let Ok(ip) = fields::text(pod, "status.podIP").parse()
            {
                return Route::Pod { ip, port: inner, source };
            }
        }
    }
    Route::Pod { ip: node.address, port: to.port(), source }
}

/// The pod network is known to pods and nodes only.
fn to_pod(store: &Store, from: &Origin, to: SocketAddr) -> Route {
    let source = match from {
        Origin::Outside => return Route::Silent,
        Origin::Pod { ip, .. } => *ip,
        Origin::Node(name) => {
            match (addresses::node(store, name), addresses::pod_at(store, to.ip())) {
                (Some(node), Some(pod)) if fields::text(pod, "spec.nodeName") == node.name => {
                    node.bridge
                }
                (Some(node), _) => node.address,
                (None, _) => return Route::Silent,
            }
        }
    };
    match addresses::pod_at(store, to.ip()) {
        Some(_) => Route::Pod { ip: to.ip(), port: to.port(), source },
        // An address that is nobody's, or a service's on a port that is none of its own,
        // for which kube-proxy has no rule.
        None => Route::Silent,
    }
}
