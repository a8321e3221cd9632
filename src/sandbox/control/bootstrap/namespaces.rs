use serde_json::json;

use super::New;

/// The namespaces of every cluster.
pub(super) fn objects() -> Vec<New> {
    let one = |name: &str| {
        let namespace = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": { "name": name, "labels": { "kubernetes.io/metadata.name": name } },
            "spec": { "finalizers": ["kubernetes"] },
            "status": { "phase": "Active" },
        });
        ("namespaces", namespace)
    };
    ["default", "kube-node-lease", "kube-public", "kube-system"].map(one).to_vec()
}
