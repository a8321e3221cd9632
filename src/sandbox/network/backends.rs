use std::net::IpAddr;

use serde_json::Value;

use super::super::{Store, fields};

/// An address and port behind a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Backend {
    pub(super) ip: IpAddr,
    pub(super) port: u16,
    /// The node that it is on, where it says so.
    pub(super) node: String,
}

/// Those behind a port of a service that get connections: the ready ones; where there is
/// none, those that still serve while they end.
///
/// Source: `pkg/proxy/topology.go`, `CategorizeEndpoints`.
pub(super) fn of(store: &Store, service: &Value, port_name: &str) -> Vec<Backend> {
    let namespace = fields::namespace(service);
    let name = fields::name(service);
    let (mut ready, mut ending) = (Vec::new(), Vec::new());
    let slices = store.list("endpointslices.discovery.k8s.io", Some(namespace));
    for slice in slices.filter(|s| fields::label(s, "kubernetes.io/service-name") == Some(name)) {
        let Some(port) = port_of(slice, port_name) else { continue };
        for endpoint in fields::items(slice, "endpoints") {
            let conditions = &endpoint["conditions"];
            let is_ready = conditions["ready"] != false;
            let serves = conditions["serving"] == true && conditions["terminating"] == true;
            let list = match (is_ready, serves) {
                (true, _) => &mut ready,
                (false, true) => &mut ending,
                (false, false) => continue,
            };
            list.extend(addresses(endpoint, port));
        }
    }
    if ready.is_empty() { ending } else { ready }
}

/// The number of a port; one without a name stands for all.
fn port_of(slice: &Value, name: &str) -> Option<u16> {
    let port = fields::items(slice, "ports").iter().find(|port| {
        fields::text(port, "name") == name && matches!(fields::text(port, "protocol"), "" | "TCP")
    })?;
    u16::try_from(fields::number(port, "port")?).ok()
}

fn addresses(endpoint: &Value, port: u16) -> impl Iterator<Item = Backend> {
    let node = fields::text(endpoint, "nodeName");
    let addresses = fields::items(endpoint, "addresses").iter().filter_map(Value::as_str);
    addresses
        .filter_map(move |ip| Some(Backend { ip: ip.parse().ok()?, port, node: node.to_owned() }))
}
