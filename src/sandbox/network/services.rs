use std::net::SocketAddr;

use serde_json::Value;

use super::super::{Object, Store, fields};

/// Which of its addresses a service was reached by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// The one that only nodes and pods know.
    ClusterIp,
    /// A port of the nodes.
    NodePort,
    /// The load balancer's, or one of its external addresses.
    LoadBalancer,
}

/// A service and its port that an address leads to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) service: Object,
    pub(super) port_name: String,
    pub(super) door: Door,
}

/// The service of an address and port; for an address of a node, `is_node`.
pub(super) fn find(store: &Store, to: SocketAddr, is_node: bool) -> Option<Target> {
    let ip = to.ip().to_string();
    store.list("services", None).find_map(|service| {
        let door = door(service, &ip, is_node)?;
        let port = fields::items(service, "spec.ports").iter().find(|port| {
            let number = if door == Door::NodePort { "nodePort" } else { "port" };
            let is_tcp = matches!(fields::text(port, "protocol"), "" | "TCP");
            is_tcp && fields::number(port, number) == Some(i64::from(to.port()))
        })?;
        let port_name = fields::text(port, "name").to_owned();
        Some(Target { service: Object::clone(service), port_name, door })
    })
}

fn door(service: &Value, ip: &str, is_node: bool) -> Option<Door> {
    if fields::text(service, "spec.type") == "ExternalName" {
        return None;
    }
    let listed = |path: &str| fields::items(service, path).iter().any(|one| one == ip);
    let ingress = fields::items(service, "status.loadBalancer.ingress");
    if fields::text(service, "spec.clusterIP") == ip || listed("spec.clusterIPs") {
        return Some(Door::ClusterIp);
    }
    if listed("spec.externalIPs") || ingress.iter().any(|one| fields::text(one, "ip") == ip) {
        return Some(Door::LoadBalancer);
    }
    is_node.then_some(Door::NodePort)
}
