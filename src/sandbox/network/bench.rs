//! A small cluster to send connections through.

use std::net::{IpAddr, SocketAddr};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{Store, fields};
use super::{Network, Origin, Route};

pub(super) struct Bench {
    pub(super) store: Store,
    pub(super) network: Network,
}

impl Bench {
    /// Two nodes, and pods `a` on node-1 (10.20.1.5), `b` on node-2 (10.20.2.5).
    pub(super) fn new() -> Self {
        let mut bench = Self { store: Store::default(), network: Network::new() };
        for number in [1, 2] {
            bench.add(
                "nodes",
                json!({
                    "metadata": { "name": format!("node-{number}") },
                    "spec": { "podCIDR": format!("10.20.{number}.0/24") },
                    "status": { "addresses": [
                        { "type": "InternalIP", "address": format!("10.138.0.{}", 10 + number) },
                    ] },
                }),
            );
        }
        bench.pod("a", "node-1", "10.20.1.5");
        bench.pod("b", "node-2", "10.20.2.5");
        bench
    }

    pub(super) fn add(&mut self, resource: &str, object: Value) {
        self.store.create(resource, object, Timestamp::UNIX_EPOCH).unwrap();
    }

    pub(super) fn pod(&mut self, name: &str, node: &str, ip: &str) {
        self.add(
            "pods",
            json!({
                "metadata": { "name": name, "namespace": "lab" },
                "spec": { "nodeName": node },
                "status": { "podIP": ip, "phase": "Running" },
            }),
        );
    }

    /// A service `web` on 10.96.1.1:80, node port 30080, load balancer 10.30.0.10, with
    /// more of a spec, and with these endpoints behind port 8080.
    pub(super) fn service(&mut self, more: &Value, endpoints: &[(&str, &str)]) {
        let mut service = json!({
            "metadata": { "name": "web", "namespace": "lab" },
            "spec": {
                "type": "LoadBalancer", "clusterIP": "10.96.1.1",
                "ports": [{ "name": "http", "port": 80, "nodePort": 30080, "targetPort": 8080 }],
            },
            "status": { "loadBalancer": { "ingress": [{ "ip": "10.30.0.10" }] } },
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            fields::set(&mut service, &format!("spec.{key}"), value.clone());
        }
        self.add("services", service);
        let endpoints: Vec<Value> =
            endpoints.iter().map(|(ip, node)| endpoint(ip, node, [true, true, false])).collect();
        self.slice(&json!(endpoints));
    }

    /// The endpoints of the service `web`, as they are.
    pub(super) fn slice(&mut self, endpoints: &Value) {
        self.add(
            "endpointslices.discovery.k8s.io",
            json!({
                "metadata": {
                    "generateName": "web-", "namespace": "lab",
                    "labels": { "kubernetes.io/service-name": "web" },
                },
                "endpoints": endpoints,
                "ports": [{ "name": "http", "port": 8080, "protocol": "TCP" }],
            }),
        );
    }

    /// Where a connection leads, in few words.
    pub(super) fn route(&mut self, from: &Origin, to: &str) -> String {
        let to: SocketAddr = to.parse().unwrap();
        match self.network.route(&self.store, from, to) {
            Route::Pod { ip, port, source } => format!("{ip}:{port} from {source}"),
            other => format!("{other:?}"),
        }
    }
}

pub(super) fn endpoint(ip: &str, node: &str, [ready, serving, terminating]: [bool; 3]) -> Value {
    json!({
        "addresses": [ip],
        "nodeName": node,
        "conditions": { "ready": ready, "serving": serving, "terminating": terminating },
    })
}

/// The pod of an address, on the node of its network.
pub(super) fn pod(ip: &str) -> Origin {
    let node = ip.split('.').nth(2).unwrap();
    let ip: IpAddr = ip.parse().unwrap();
    Origin::Pod { ip, node: format!("node-{node}"), namespace: "lab".to_owned() }
}
