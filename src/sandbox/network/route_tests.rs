use serde_json::json;

use super::Origin;
use super::bench::{Bench, endpoint, pod};

const A: &str = "10.20.1.5";
const B: &str = "10.20.2.5";
const ON_1: (&str, &str) = (A, "node-1");
const ON_2: (&str, &str) = (B, "node-2");

fn node(name: &str) -> Origin {
    Origin::Node(name.to_owned())
}

#[test]
fn each_door_of_a_service_leads_where_the_lab_says() {
    let outside = Origin::Outside;
    let cases = [
        // A ClusterIP means something in pods and on nodes only.
        (&outside, "10.96.1.1:80", "Silent"),
        (&pod(A), "10.96.1.1:80", "10.20.1.5:8080 from 10.20.1.1"),
        (&pod("10.20.1.9"), "10.96.1.1:80", "10.20.1.5:8080 from 10.20.1.9"),
        (&pod("10.20.2.9"), "10.96.1.1:80", "10.20.1.5:8080 from 10.20.2.9"),
        (&node("node-1"), "10.96.1.1:80", "10.20.1.5:8080 from 10.20.1.1"),
        (&node("node-2"), "10.96.1.1:80", "10.20.1.5:8080 from 10.138.0.12"),
        (&pod("10.20.2.9"), "10.96.1.1:81", "Silent"),
        // A node port: on the node with the pod its bridge, else the node's own address.
        (&outside, "10.138.0.11:30080", "10.20.1.5:8080 from 10.20.1.1"),
        (&outside, "10.138.0.12:30080", "10.20.1.5:8080 from 10.138.0.12"),
        (&pod("10.20.1.9"), "10.138.0.12:30080", "10.20.1.5:8080 from 10.138.0.12"),
        // A load balancer's address, from within.
        (&pod("10.20.2.9"), "10.30.0.10:80", "10.20.1.5:8080 from 10.138.0.12"),
        (&outside, "10.30.0.10:81", "Silent"),
        (&outside, "10.30.0.11:80", "Silent"),
        // Pods themselves.
        (&outside, "10.20.1.5:9876", "Silent"),
        (&pod("10.20.2.9"), "10.20.1.5:9876", "10.20.1.5:9876 from 10.20.2.9"),
        (&node("node-1"), "10.20.1.5:9876", "10.20.1.5:9876 from 10.20.1.1"),
        (&node("node-2"), "10.20.1.5:9876", "10.20.1.5:9876 from 10.138.0.12"),
        (&pod(A), "127.0.0.1:9876", "10.20.1.5:9876 from 127.0.0.1"),
        (&pod("10.20.2.9"), "10.20.1.77:80", "Silent"),
        // What runs in a node's network is found by the node's address.
        (&outside, "10.138.0.11:10250", "10.138.0.11:10250 from 192.0.2.1"),
        (&pod(A), "10.20.1.1:80", "Refused"),
        (&pod(A), "10.138.0.10:6443", "ApiServer"),
    ];
    for (from, to, wanted) in cases {
        let mut bench = Bench::new();
        bench.service(&json!({}), &[ON_1]);
        assert_eq!(bench.route(from, to), wanted, "{from:?} to {to}");
    }
}

#[test]
fn a_load_balancer_hands_connections_to_each_node_in_turn() {
    let mut bench = Bench::new();
    bench.service(&json!({}), &[ON_1]);
    let routes: Vec<String> =
        (0..3).map(|_| bench.route(&Origin::Outside, "10.30.0.10:80")).collect();
    assert_eq!(
        routes,
        [
            "10.20.1.5:8080 from 10.20.1.1",
            "10.20.1.5:8080 from 10.138.0.12",
            "10.20.1.5:8080 from 10.20.1.1",
        ]
    );
}

#[test]
fn several_pods_get_their_turns() {
    let mut bench = Bench::new();
    bench.service(&json!({}), &[ON_1, ON_2]);
    let from = pod("10.20.1.9");
    let routes: Vec<String> = (0..3).map(|_| bench.route(&from, "10.96.1.1:80")).collect();
    assert_eq!(
        routes,
        [
            "10.20.1.5:8080 from 10.20.1.9",
            "10.20.2.5:8080 from 10.20.1.9",
            "10.20.1.5:8080 from 10.20.1.9",
        ]
    );
}

#[test]
fn a_service_with_affinity_keeps_each_client() {
    let mut bench = Bench::new();
    bench.service(&json!({ "sessionAffinity": "ClientIP" }), &[ON_1, ON_2]);
    let (one, other) = (pod("10.20.1.9"), pod("10.20.1.10"));
    let routes: Vec<String> =
        [&one, &other, &one, &other].map(|from| bench.route(from, "10.96.1.1:80")).to_vec();
    assert_eq!(routes[0], routes[2]);
    assert_eq!(routes[1], routes[3]);
    assert_ne!(routes[0].split(' ').next(), routes[1].split(' ').next());
}

#[test]
fn without_endpoints_a_connection_is_refused() {
    let mut bench = Bench::new();
    bench.service(&json!({}), &[]);
    let cases = [
        (pod("10.20.1.9"), "10.96.1.1:80", "Refused"),
        (Origin::Outside, "10.30.0.10:80", "Refused"),
        (Origin::Outside, "10.138.0.11:30080", "Refused"),
        (Origin::Outside, "10.96.1.1:80", "Silent"),
    ];
    for (from, to, wanted) in cases {
        assert_eq!(bench.route(&from, to), wanted, "{from:?} to {to}");
    }
}

#[test]
fn only_ready_pods_get_connections_and_those_that_end_when_there_is_no_other() {
    let from = pod("10.20.1.9");
    let ending = endpoint(A, "node-1", [false, true, true]);
    let sick = endpoint("10.20.1.6", "node-1", [false, false, false]);
    let cases = [
        (json!([sick]), "Refused"),
        (json!([sick, ending]), "10.20.1.5:8080 from 10.20.1.9"),
        (
            json!([sick, ending, endpoint(B, "node-2", [true, true, false])]),
            "10.20.2.5:8080 from 10.20.1.9",
        ),
    ];
    for (endpoints, wanted) in cases {
        let mut bench = Bench::new();
        bench.service(&json!({}), &[]);
        bench.slice(&endpoints);
        assert_eq!(bench.route(&from, "10.96.1.1:80"), wanted, "{endpoints}");
    }
}

#[test]
fn local_traffic_keeps_the_client_and_asks_only_nodes_with_a_pod() {
    let mut bench = Bench::new();
    bench.service(&json!({ "externalTrafficPolicy": "Local" }), &[ON_2]);
    let outside = Origin::Outside;
    for _ in 0..3 {
        assert_eq!(bench.route(&outside, "10.30.0.10:80"), "10.20.2.5:8080 from 192.0.2.1");
    }
    assert_eq!(bench.route(&outside, "10.138.0.12:30080"), "10.20.2.5:8080 from 192.0.2.1");
    assert_eq!(bench.route(&outside, "10.138.0.11:30080"), "Silent");
    assert_eq!(bench.route(&pod("10.20.1.9"), "10.96.1.1:80"), "10.20.2.5:8080 from 10.20.1.9");

    let mut bench = Bench::new();
    bench.service(&json!({ "internalTrafficPolicy": "Local" }), &[ON_2]);
    assert_eq!(bench.route(&pod("10.20.1.9"), "10.96.1.1:80"), "Silent");
    assert_eq!(bench.route(&pod("10.20.2.9"), "10.96.1.1:80"), "10.20.2.5:8080 from 10.20.2.9");
}

#[test]
fn the_service_of_the_api_leads_to_it() {
    let mut bench = Bench::new();
    bench.add(
        "services",
        json!({
            "metadata": { "name": "kubernetes", "namespace": "default" },
            "spec": { "clusterIP": "10.96.0.1", "ports": [{ "name": "https", "port": 443 }] },
        }),
    );
    bench.add(
        "endpointslices.discovery.k8s.io",
        json!({
            "metadata": {
                "name": "kubernetes", "namespace": "default",
                "labels": { "kubernetes.io/service-name": "kubernetes" },
            },
            "endpoints": [{ "addresses": ["10.138.0.10"], "conditions": { "ready": true } }],
            "ports": [{ "name": "https", "port": 6443, "protocol": "TCP" }],
        }),
    );
    assert_eq!(bench.route(&pod(A), "10.96.0.1:443"), "ApiServer");
    assert_eq!(bench.route(&Origin::Outside, "10.96.0.1:443"), "Silent");
}

#[test]
fn a_host_port_leads_into_its_pod() {
    let mut bench = Bench::new();
    bench.add(
        "pods",
        json!({
            "metadata": { "name": "proxy", "namespace": "lab" },
            "spec": { "nodeName": "node-1", "containers": [
                { "ports": [{ "containerPort": 80, "hostPort": 8080 }] },
            ] },
            "status": { "podIP": "10.20.1.7", "phase": "Running" },
        }),
    );
    assert_eq!(bench.route(&Origin::Outside, "10.138.0.11:8080"), "10.20.1.7:80 from 192.0.2.1");
    assert_eq!(
        bench.route(&Origin::Outside, "10.138.0.12:8080"),
        "10.138.0.12:8080 from 192.0.2.1"
    );
}
