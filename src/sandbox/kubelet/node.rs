//! A node: its addresses, its images, its own files.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use crate::sandbox::process::Folder;

/// A machine of the simulated cluster.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) address: IpAddr,
    network: [u8; 3],
    taken: BTreeSet<u8>,
    last: u8,
    /// Images that were pulled, by their full names.
    pub(crate) images: BTreeSet<String>,
    /// Its own files, for `hostPath`.
    pub(crate) files: Folder,
}

impl Node {
    /// A node whose pods have addresses in a /24.
    pub(crate) fn new(name: &str, address: Ipv4Addr, network: [u8; 3]) -> Self {
        Self {
            name: name.to_owned(),
            address: IpAddr::V4(address),
            network,
            taken: BTreeSet::new(),
            last: 1,
            images: BTreeSet::new(),
            files: Folder::default(),
        }
    }

    /// The next address for a pod, none where all are taken. One that became free comes
    /// last, as with the plugin that real nodes use.
    ///
    /// Source: CNI's `plugins/ipam/host-local/backend/allocator`.
    pub(crate) fn take_address(&mut self) -> Option<IpAddr> {
        let later = self.last.saturating_add(1)..=254;
        let free = later.chain(2..=self.last).find(|last| !self.taken.contains(last))?;
        self.taken.insert(free);
        self.last = free;
        let [a, b, c] = self.network;
        Some(IpAddr::V4(Ipv4Addr::new(a, b, c, free)))
    }

    /// A pod's address is free again.
    pub(crate) fn release_address(&mut self, address: IpAddr) {
        if let IpAddr::V4(address) = address
            && address.octets()[..3] == self.network
        {
            self.taken.remove(&address.octets()[3]);
        }
    }

    /// Its own address in the network of its pods.
    pub(crate) fn gateway(&self) -> IpAddr {
        let [a, b, c] = self.network;
        IpAddr::V4(Ipv4Addr::new(a, b, c, 1))
    }

    /// The range of its pods' addresses in the words of the plugin.
    pub(crate) fn range(&self) -> String {
        let [a, b, c] = self.network;
        format!("{a}.{b}.{c}.1-{a}.{b}.{c}.254")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_round_and_end() {
        let mut node = Node::new("node-1", Ipv4Addr::new(10, 138, 0, 11), [10, 20, 1]);
        let first = node.take_address().unwrap();
        assert_eq!(first.to_string(), "10.20.1.2");
        node.release_address(first);
        assert_eq!(node.take_address().unwrap().to_string(), "10.20.1.3");
        node.release_address("10.20.1.3".parse().unwrap());
        node.release_address("10.138.0.11".parse().unwrap());
        let rest: Vec<IpAddr> = std::iter::from_fn(|| node.take_address()).collect();
        assert_eq!(rest.len(), 253);
        assert_eq!(rest[252].to_string(), "10.20.1.3", "what was free last comes last");
    }
}
