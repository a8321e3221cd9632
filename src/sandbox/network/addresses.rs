use std::net::IpAddr;

use super::super::{Object, Store, fields};

/// Where the API answers, besides behind its service.
pub(super) const API_ADDRESS: &str = "10.138.0.10";
/// The port there.
pub(super) const API_PORT: u16 = 6443;

/// A node as the network knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) name: String,
    /// Its own address.
    pub(super) address: IpAddr,
    /// The address of its end of the pod network.
    pub(super) bridge: IpAddr,
}

/// All nodes, in the order of their names.
pub(super) fn nodes(store: &Store) -> Vec<Node> {
    store.list("nodes", None).filter_map(|node| read(node)).collect()
}

/// A node by its name.
pub(super) fn node(store: &Store, name: &str) -> Option<Node> {
    read(store.get("nodes", "", name)?)
}

fn read(node: &Object) -> Option<Node> {
    let addresses = fields::items(node, "status.addresses").iter();
    let internal = addresses.filter(|one| fields::text(one, "type") == "InternalIP");
    let address = internal.filter_map(|one| fields::text(one, "address").parse().ok()).next()?;
    let network = fields::text(node, "spec.podCIDR").split_once('/').map(|(network, _)| network);
    let bridge = network.and_then(first_of).unwrap_or(address);
    Some(Node { name: fields::name(node).to_owned(), address, bridge })
}

/// `10.20.1.1` of `10.20.1.0`.
fn first_of(network: &str) -> Option<IpAddr> {
    let (front, _) = network.rsplit_once('.')?;
    format!("{front}.1").parse().ok()
}

/// The running pod of an address that is not its node's.
pub(super) fn pod_at(store: &Store, ip: IpAddr) -> Option<&Object> {
    let text = ip.to_string();
    store.list("pods", None).find(|pod| {
        fields::text(pod, "status.podIP") == text
            && !matches!(fields::text(pod, "status.phase"), "Succeeded" | "Failed")
            && !fields::flag(pod, "spec.hostNetwork")
    })
}
