//! A service, its endpoints and a deployment as rows of `kubectl get`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{EndpointSubset, Endpoints, Service, ServicePort};

/// The columns of `kubectl get services`.
///
/// Source: `pkg/printers/internalversion/printers.go`, `printService`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceRow {
    /// The service.
    pub name: String,
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    pub type_: String,
    /// Its address in the cluster, or `<none>`.
    pub cluster_ip: String,
    /// Its addresses outside of it: `<none>`, `<pending>`, or joined by commas.
    pub external_ip: String,
    /// `80:31259/TCP`, joined by commas.
    pub ports: String,
    /// When it was created.
    pub created: Option<Timestamp>,
}

impl ServiceRow {
    /// Its first address outside of the cluster, where it has one.
    pub fn external_address(&self) -> Option<&str> {
        let first = self.external_ip.split(',').next()?;
        (!first.is_empty() && !first.starts_with('<')).then_some(first)
    }
}

/// How many pods stand behind a service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndpointsRow {
    /// The service that they are for.
    pub name: String,
    /// Addresses that get traffic.
    pub ready: usize,
    /// Addresses that would, were their pods ready.
    pub not_ready: usize,
    /// The ENDPOINTS cell: `10.20.1.2:9876`.
    pub cell: String,
}

/// The columns of `kubectl get deployments`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeploymentRow {
    /// The deployment.
    pub name: String,
    /// Ready pods.
    pub ready: u32,
    /// Pods that it should have.
    pub desired: u32,
    /// Pods of the newest template.
    pub up_to_date: u32,
    /// Pods that have been ready long enough.
    pub available: u32,
    /// Its condition Available.
    pub is_available: bool,
    /// When it was created.
    pub created: Option<Timestamp>,
}

/// What `kubectl get services -o wide` shows of this service.
pub fn service_row(service: &Service) -> ServiceRow {
    let spec = service.spec.clone().unwrap_or_default();
    let first_ip = spec.cluster_ips.iter().flatten().next().or(spec.cluster_ip.as_ref());
    let ports: Vec<String> = spec.ports.iter().flatten().map(port_cell).collect();
    ServiceRow {
        name: service.metadata.name.clone().unwrap_or_default(),
        cluster_ip: first_ip.filter(|ip| !ip.is_empty()).cloned().unwrap_or_else(none),
        external_ip: external_ip(service),
        ports: if ports.is_empty() { none() } else { ports.join(",") },
        type_: spec.type_.unwrap_or_default(),
        created: service.metadata.creation_timestamp.as_ref().map(|time| time.0),
    }
}

fn none() -> String {
    "<none>".to_owned()
}

fn port_cell(port: &ServicePort) -> String {
    let protocol = port.protocol.as_deref().unwrap_or("TCP");
    match port.node_port {
        Some(node_port) if node_port > 0 => format!("{}:{node_port}/{protocol}", port.port),
        _ => format!("{}/{protocol}", port.port),
    }
}

/// Source: `printers.go`, `getServiceExternalIP`.
fn external_ip(service: &Service) -> String {
    let Some(spec) = &service.spec else { return none() };
    let external: Vec<String> = spec.external_ips.iter().flatten().cloned().collect();
    match spec.type_.as_deref() {
        Some("ExternalName") => spec.external_name.clone().unwrap_or_default(),
        Some("LoadBalancer") => {
            let mut all = load_balancer_addresses(service);
            all.extend(external);
            if all.is_empty() { "<pending>".to_owned() } else { all.join(",") }
        }
        _ if external.is_empty() => none(),
        _ => external.join(","),
    }
}

/// What the load balancer says it listens on, sorted.
pub fn load_balancer_addresses(service: &Service) -> Vec<String> {
    let status = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
    let ingress = status.and_then(|status| status.ingress.as_ref());
    let given = |text: &&String| !text.is_empty();
    let addresses: BTreeSet<String> = ingress
        .into_iter()
        .flatten()
        .filter_map(|one| one.ip.as_ref().filter(given).or(one.hostname.as_ref()).cloned())
        .collect();
    addresses.into_iter().collect()
}

/// Counts of addresses, and the cell that `kubectl get endpoints` shows.
///
/// Source: `printers.go`, `formatEndpoints`: three at most, then `+ N more...`.
pub fn endpoints_row(endpoints: &Endpoints) -> EndpointsRow {
    let subsets = endpoints.subsets.as_deref().unwrap_or_default();
    let ready: BTreeSet<&str> = subsets
        .iter()
        .flat_map(|one| one.addresses.iter().flatten())
        .map(|a| a.ip.as_str())
        .collect();
    let not_ready: BTreeSet<&str> = subsets
        .iter()
        .flat_map(|one| one.not_ready_addresses.iter().flatten())
        .map(|address| address.ip.as_str())
        .filter(|ip| !ready.contains(ip))
        .collect();
    EndpointsRow {
        name: endpoints.metadata.name.clone().unwrap_or_default(),
        ready: ready.len(),
        not_ready: not_ready.len(),
        cell: endpoints_cell(subsets),
    }
}

fn endpoints_cell(subsets: &[EndpointSubset]) -> String {
    const SHOWN: usize = 3;
    if subsets.is_empty() {
        return none();
    }
    let all: Vec<String> = subsets.iter().flat_map(host_ports).collect();
    let shown = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(",");
    if all.len() > SHOWN { format!("{shown} + {} more...", all.len() - SHOWN) } else { shown }
}

fn host_ports(subset: &EndpointSubset) -> Vec<String> {
    let ips: Vec<&str> = subset.addresses.iter().flatten().map(|one| one.ip.as_str()).collect();
    let ports = subset.ports.as_deref().unwrap_or_default();
    if ports.is_empty() {
        return ips.into_iter().map(str::to_owned).collect();
    }
    ports.iter().flat_map(|port| ips.iter().map(|ip| host_port(ip, port.port))).collect()
}

/// An address with its port; an IPv6 address gets brackets.
pub fn host_port(host: &str, port: i32) -> String {
    host_port_text(host, &port.to_string())
}

/// An address with a port that may be a name.
///
/// Source: Go's `net.JoinHostPort`.
pub fn host_port_text(host: &str, port: &str) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// What `kubectl get deployments` shows of this deployment.
///
/// Source: `printers.go`, `printDeployment`.
pub fn deployment_row(deployment: &Deployment) -> DeploymentRow {
    let status = deployment.status.clone().unwrap_or_default();
    let number = |n: Option<i32>| u32::try_from(n.unwrap_or(0)).unwrap_or(0);
    let desired = deployment.spec.as_ref().map_or(Some(0), |spec| Some(spec.replicas.unwrap_or(1)));
    let observed = status.observed_generation >= deployment.metadata.generation;
    let available = |one: &k8s_openapi::api::apps::v1::DeploymentCondition| {
        one.type_ == "Available" && one.status == "True"
    };
    DeploymentRow {
        name: deployment.metadata.name.clone().unwrap_or_default(),
        ready: number(status.ready_replicas),
        desired: number(desired),
        up_to_date: number(status.updated_replicas),
        available: number(status.available_replicas),
        is_available: observed && status.conditions.iter().flatten().any(available),
        created: deployment.metadata.creation_timestamp.as_ref().map(|time| time.0),
    }
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "objects are written in place")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn service(spec: Value, status: Value) -> ServiceRow {
        service_row(&serde_json::from_value(json!({"spec": spec, "status": status})).unwrap())
    }

    #[test]
    fn addresses_of_services_read_as_in_kubectl() {
        let ip = |address: &str| json!({"loadBalancer": {"ingress": [{"ip": address}]}});
        let rows = [
            (json!({"type": "ClusterIP"}), json!({}), "<none>", None),
            (
                json!({"type": "NodePort", "externalIPs": ["1.2.3.4"]}),
                json!({}),
                "1.2.3.4",
                Some("1.2.3.4"),
            ),
            (json!({"type": "LoadBalancer"}), json!({}), "<pending>", None),
            (json!({"type": "LoadBalancer"}), ip("10.9.0.1"), "10.9.0.1", Some("10.9.0.1")),
            (
                json!({"type": "LoadBalancer", "externalIPs": ["1.2.3.4"]}),
                json!({"loadBalancer": {"ingress": [{"hostname": "lb.example"}]}}),
                "lb.example,1.2.3.4",
                Some("lb.example"),
            ),
            (
                json!({"type": "ExternalName", "externalName": "a.example"}),
                json!({}),
                "a.example",
                Some("a.example"),
            ),
        ];
        for (spec, status, wanted, address) in rows {
            let row = service(spec.clone(), status);
            assert_eq!(
                (row.external_ip.as_str(), row.external_address()),
                (wanted, address),
                "{spec}"
            );
        }
    }

    #[test]
    fn ports_show_their_node_port() {
        let row = service(
            json!({"clusterIP": "10.0.0.1", "ports": [{"port": 80, "nodePort": 31259, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]}),
            json!({}),
        );
        assert_eq!(
            (row.ports.as_str(), row.cluster_ip.as_str()),
            ("80:31259/TCP,53/UDP", "10.0.0.1")
        );
        let row = service(json!({}), json!({}));
        assert_eq!((row.ports.as_str(), row.cluster_ip.as_str()), ("<none>", "<none>"));
    }

    #[test]
    fn endpoints_are_counted_and_listed() {
        let address = |n: u8| json!({"ip": format!("10.0.0.{n}")});
        let row = |subsets: Value| {
            endpoints_row(&serde_json::from_value(json!({"subsets": subsets})).unwrap())
        };
        let ports = json!([{"port": 80}]);
        let rows = [
            (json!([]), (0, 0, "<none>")),
            (json!([{"addresses": [address(1)], "ports": ports}]), (1, 0, "10.0.0.1:80")),
            (json!([{"notReadyAddresses": [address(1)], "ports": ports}]), (0, 1, "")),
            (
                json!([{"addresses": [address(1), address(2), address(3), address(4), address(5)], "ports": ports}]),
                (5, 0, "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more..."),
            ),
            (json!([{"addresses": [{"ip": "fd00::1"}], "ports": ports}]), (1, 0, "[fd00::1]:80")),
            (json!([{"addresses": [address(1)]}]), (1, 0, "10.0.0.1")),
        ];
        for (subsets, wanted) in rows {
            let row = row(subsets.clone());
            assert_eq!((row.ready, row.not_ready, row.cell.as_str()), wanted, "{subsets}");
        }
    }

    #[test]
    fn a_deployment_is_available_once_its_newest_spec_was_observed() {
        let row = |observed: i64| {
            deployment_row(&serde_json::from_value(json!({
                "metadata": {"name": "web", "generation": 2}, "spec": {"selector": {}, "template": {}, "replicas": 3},
                "status": {"observedGeneration": observed, "readyReplicas": 2, "availableReplicas": 2,
                    "conditions": [{"type": "Available", "status": "True"}]}})).unwrap())
        };
        assert!(row(2).is_available);
        assert!(!row(1).is_available);
        assert_eq!((row(2).ready, row(2).desired), (2, 3));
    }
}
