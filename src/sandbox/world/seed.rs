//! What is in a cluster that has just come up.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::admit;
use crate::sandbox::store::Store;

/// The version that is imitated.
pub const VERSION: &str = "v1.36.2";

/// Names and addresses of the nodes, and the ranges of their pods.
const NODES: [(&str, &str, &str); 2] =
    [("node-1", "10.138.0.11", "10.20.1.0/24"), ("node-2", "10.138.0.12", "10.20.2.0/24")];

/// Fills an empty store. What is refused (nothing is) would be missing, no more.
pub(super) fn seed(store: &mut Store, now: Timestamp) {
    for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
        let labels = json!({"kubernetes.io/metadata.name": name});
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": name, "labels": labels},
        });
        let _ = admit::create(store, "namespaces", namespace, now);
    }
    for (name, address, pods) in NODES {
        let _ = admit::create(store, "nodes", node(name, address, pods, now), now);
    }
    for (resource, object) in [
        ("services", api_service()),
        ("endpoints", api_endpoints()),
        ("endpointslices.discovery.k8s.io", api_slice()),
        ("services", dns_service()),
        ("storageclasses.storage.k8s.io", storage_class()),
    ] {
        let _ = admit::create(store, resource, object, now);
    }
}

/// Fields as a kubelet of 1.36 reports them; `providerID` says that services get addresses.
fn node(name: &str, address: &str, pods: &str, now: Timestamp) -> Value {
    let resources = json!({
        "cpu": "2", "memory": "4Gi", "ephemeral-storage": "20Gi", "pods": "110",
        "hugepages-1Gi": "0", "hugepages-2Mi": "0",
    });
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "beta.kubernetes.io/arch": arch,
                "beta.kubernetes.io/os": "linux",
                "kubernetes.io/arch": arch,
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
            },
            "annotations": {"node.alpha.kubernetes.io/ttl": "0"},
        },
        "spec": {"podCIDR": pods, "podCIDRs": [pods], "providerID": format!("podlab://{name}")},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
            ],
            "capacity": resources,
            "allocatable": resources,
            "conditions": conditions(now),
            "nodeInfo": node_info(name, arch),
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        },
    })
}

/// What has no counterpart here says that it is simulated.
fn node_info(name: &str, arch: &str) -> Value {
    json!({
        "machineID": name,
        "systemUUID": name,
        "bootID": name,
        "kernelVersion": "simulated",
        "osImage": "podlab sandbox (simulated)",
        "containerRuntimeVersion": concat!("podlab://", env!("CARGO_PKG_VERSION")),
        "kubeletVersion": VERSION,
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": arch,
    })
}

/// Source: `pkg/kubelet/nodestatus/setters.go`.
fn conditions(now: Timestamp) -> Value {
    let now = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({
            "type": kind, "status": status, "reason": reason, "message": message,
            "lastHeartbeatTime": now, "lastTransitionTime": now,
        })
    };
    json!([
        condition(
            "MemoryPressure",
            "False",
            "KubeletHasSufficientMemory",
            "kubelet has sufficient memory available"
        ),
        condition(
            "DiskPressure",
            "False",
            "KubeletHasNoDiskPressure",
            "kubelet has no disk pressure"
        ),
        condition(
            "PIDPressure",
            "False",
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available"
        ),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ])
}

fn api_service() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        },
        "spec": {
            "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"], "type": "ClusterIP",
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
        },
    })
}

/// Where the API server would be; the sandbox serves it on the host's loopback.
const API_ADDRESS: &str = "10.138.0.10";

fn api_endpoints() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Endpoints",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"},
        },
        "subsets": [{
            "addresses": [{"ip": API_ADDRESS}],
            "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
        }],
    })
}

fn api_slice() -> Value {
    json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [API_ADDRESS], "conditions": {"ready": true}}],
        "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
    })
}

fn dns_service() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {
            "name": "kube-dns", "namespace": "kube-system",
            "labels": {
                "k8s-app": "kube-dns",
                "kubernetes.io/cluster-service": "true",
                "kubernetes.io/name": "CoreDNS",
            },
        },
        "spec": {
            "clusterIP": "10.96.0.10", "clusterIPs": ["10.96.0.10"], "type": "ClusterIP",
            "ports": [
                {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
                {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
                {"name": "metrics", "port": 9153, "protocol": "TCP", "targetPort": 9153},
            ],
        },
    })
}

/// Claims that name no class are bound by this one, at once.
fn storage_class() -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {
            "name": "standard",
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "podlab/sandbox",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
    })
}
