use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::super::fields;
use super::New;

/// How many nodes there are.
const NODES: u8 = 2;

/// The nodes, with the leases that say that they are alive. Their labels, annotations
/// and system say that they are simulated.
pub(super) fn objects(now: Timestamp) -> Vec<New> {
    let nodes = (1..=NODES).map(|number| ("nodes", node(number, now)));
    let leases = (1..=NODES).map(|number| ("leases.coordination.k8s.io", lease(number, now)));
    nodes.chain(leases).collect()
}

fn node(number: u8, now: Timestamp) -> Value {
    let name = format!("node-{number}");
    let zone = if number % 2 == 1 { "sandbox-a" } else { "sandbox-b" };
    let cidr = format!("10.20.{number}.0/24");
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "beta.kubernetes.io/arch": "amd64",
                "beta.kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "sandbox.podlab/simulated": "true",
                "topology.kubernetes.io/region": "sandbox",
                "topology.kubernetes.io/zone": zone,
            },
            "annotations": {
                "sandbox.podlab/about": "This node is simulated by podlab; its containers are not processes of a machine.",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
            },
        },
        "spec": { "podCIDR": cidr, "podCIDRs": [cidr], "providerID": format!("podlab://sandbox/{name}") },
        "status": {
            "addresses": [
                { "type": "InternalIP", "address": format!("10.138.0.{}", 10 + number) },
                { "type": "Hostname", "address": name },
            ],
            "capacity": resources(),
            "allocatable": resources(),
            "conditions": conditions(now),
            "daemonEndpoints": { "kubeletEndpoint": { "Port": 10250 } },
            "nodeInfo": info(number),
        },
    })
}

fn resources() -> Value {
    json!({
        "cpu": "4",
        "ephemeral-storage": "102134152Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": "8388608Ki",
        "pods": "110",
    })
}

/// Source: `pkg/kubelet/nodestatus/setters.go`.
fn conditions(now: Timestamp) -> Value {
    let at = fields::seconds(now);
    let one = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({
            "type": kind, "status": status, "lastHeartbeatTime": at,
            "lastTransitionTime": at, "reason": reason, "message": message,
        })
    };
    json!([
        one(
            "MemoryPressure",
            "False",
            "KubeletHasSufficientMemory",
            "kubelet has sufficient memory available"
        ),
        one("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        one(
            "PIDPressure",
            "False",
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available"
        ),
        one("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ])
}

fn info(number: u8) -> Value {
    let id = format!("5a9db0c0-5a9d-4b0c-8000-{number:012}");
    json!({
        "architecture": "amd64",
        "bootID": id,
        "containerRuntimeVersion": "podlab://simulated",
        "kernelVersion": "simulated",
        "kubeProxyVersion": "",
        "kubeletVersion": "v1.36.2",
        "machineID": id.replace('-', ""),
        "operatingSystem": "linux",
        "osImage": "podlab sandbox (simulated)",
        "systemUUID": id,
    })
}

fn lease(number: u8, now: Timestamp) -> Value {
    let name = format!("node-{number}");
    json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": { "name": name, "namespace": "kube-node-lease" },
        "spec": {
            "holderIdentity": name,
            "leaseDurationSeconds": 40,
            "renewTime": now.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string(),
        },
    })
}
