use serde_json::{Value, json};

use super::New;

/// Where the API answers within the cluster, behind the service `kubernetes`.
pub(in super::super) const API_ADDRESS: &str = "10.138.0.10";
const API_PORT: u16 = 6443;

/// The service of the API, the cluster's DNS, kube-proxy, and the class of volumes.
pub(super) fn objects() -> Vec<New> {
    vec![
        ("services", api_service()),
        ("endpoints", api_endpoints()),
        ("endpointslices.discovery.k8s.io", api_slice()),
        ("storageclasses.storage.k8s.io", storage_class()),
        ("configmaps", core_file()),
        ("services", dns_service()),
        ("deployments.apps", dns_deployment()),
        ("daemonsets.apps", proxy()),
    ]
}

fn api_service() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": { "component": "apiserver", "provider": "kubernetes" },
        },
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"],
            "internalTrafficPolicy": "Cluster",
            "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
            "ports": [{ "name": "https", "port": 443, "protocol": "TCP", "targetPort": API_PORT }],
            "sessionAffinity": "None",
        },
        "status": { "loadBalancer": {} },
    })
}

fn api_endpoints() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": { "endpointslice.kubernetes.io/skip-mirror": "true" },
        },
        "subsets": [{
            "addresses": [{ "ip": API_ADDRESS }],
            "ports": [{ "name": "https", "port": API_PORT, "protocol": "TCP" }],
        }],
    })
}

fn api_slice() -> Value {
    json!({
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes", "namespace": "default", "generation": 1,
            "labels": { "kubernetes.io/service-name": "kubernetes" },
        },
        "addressType": "IPv4",
        "endpoints": [{ "addresses": [API_ADDRESS], "conditions": { "ready": true } }],
        "ports": [{ "name": "https", "port": API_PORT, "protocol": "TCP" }],
    })
}

fn storage_class() -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": "standard",
            "annotations": { "storageclass.kubernetes.io/is-default-class": "true" },
        },
        "provisioner": super::super::claim::PROVISIONER,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
        "allowVolumeExpansion": true,
    })
}

fn dns_labels() -> Value {
    json!({ "k8s-app": "kube-dns" })
}

fn dns_service() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "kube-dns", "namespace": "kube-system",
            "annotations": { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
            "labels": {
                "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true",
                "kubernetes.io/name": "CoreDNS",
            },
        },
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "10.96.0.10", "clusterIPs": ["10.96.0.10"],
            "internalTrafficPolicy": "Cluster",
            "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
            "ports": [
                { "name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53 },
                { "name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53 },
                { "name": "metrics", "port": 9153, "protocol": "TCP", "targetPort": 9153 },
            ],
            "selector": dns_labels(),
            "sessionAffinity": "None",
        },
        "status": { "loadBalancer": {} },
    })
}

fn dns_deployment() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "coredns", "namespace": "kube-system", "generation": 1, "labels": dns_labels(),
        },
        "spec": {
            "replicas": 2,
            "progressDeadlineSeconds": 600,
            "revisionHistoryLimit": 10,
            "selector": { "matchLabels": dns_labels() },
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": 1 },
            },
            "template": {
                "metadata": { "labels": dns_labels() },
                "spec": {
                    "containers": [{
                        "name": "coredns",
                        "image": "registry.k8s.io/coredns/coredns:v1.14.1",
                        "imagePullPolicy": "IfNotPresent",
                        "args": ["-conf", "/etc/coredns/Corefile"],
                        "ports": [
                            { "name": "dns", "containerPort": 53, "protocol": "UDP" },
                            { "name": "dns-tcp", "containerPort": 53, "protocol": "TCP" },
                            { "name": "metrics", "containerPort": 9153, "protocol": "TCP" },
                        ],
                        "resources": {
                            "limits": { "memory": "170Mi" },
                            "requests": { "cpu": "100m", "memory": "70Mi" },
                        },
                        "volumeMounts": [
                            { "name": "config-volume", "mountPath": "/etc/coredns", "readOnly": true },
                        ],
                    }],
                    "dnsPolicy": "Default",
                    "nodeSelector": { "kubernetes.io/os": "linux" },
                    "priorityClassName": "system-cluster-critical",
                    "tolerations": [{ "key": "CriticalAddonsOnly", "operator": "Exists" }],
                    "volumes": [{
                        "name": "config-volume",
                        "configMap": {
                            "name": "coredns",
                            "items": [{ "key": "Corefile", "path": "Corefile" }],
                        },
                    }],
                },
            },
        },
    })
}

fn core_file() -> Value {
    let text = ".:53 {\n    errors\n    health\n    ready\n    \
                kubernetes cluster.local in-addr.arpa ip6.arpa {\n        pods insecure\n    }\n    \
                cache 30\n}\n";
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "coredns", "namespace": "kube-system" },
        "data": { "Corefile": text },
    })
}

fn proxy() -> Value {
    let labels = json!({ "k8s-app": "kube-proxy" });
    json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {
            "name": "kube-proxy", "namespace": "kube-system", "generation": 1, "labels": labels,
        },
        "spec": {
            "revisionHistoryLimit": 10,
            "selector": { "matchLabels": labels },
            "updateStrategy": {
                "type": "RollingUpdate",
                "rollingUpdate": { "maxSurge": 0, "maxUnavailable": 1 },
            },
            "template": {
                "metadata": { "labels": labels },
                "spec": {
                    "containers": [{
                        "name": "kube-proxy",
                        "image": "registry.k8s.io/kube-proxy:v1.36.2",
                        "imagePullPolicy": "IfNotPresent",
                    }],
                    "hostNetwork": true,
                    "nodeSelector": { "kubernetes.io/os": "linux" },
                    "priorityClassName": "system-node-critical",
                    "tolerations": [{ "operator": "Exists" }],
                },
            },
        },
    })
}
