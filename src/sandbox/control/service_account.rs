use serde_json::json;

use super::super::fields;
use super::context::Context;
use super::key::Key;

/// Gives every namespace what pods in it rely on: the service account `default`, and
/// the certificate by which the API server is known.
///
/// Source: `pkg/controller/serviceaccount/serviceaccounts_controller.go`;
/// `pkg/controller/certificates/rootcacertpublisher/publisher.go`.
pub(super) fn sync(context: &mut Context<'_>, key: &Key, certificate: &str) {
    let Some(namespace) = context.get("namespaces", "", &key.name) else { return };
    if fields::is_deleting(&namespace) {
        return;
    }
    if context.get("serviceaccounts", &key.name, "default").is_none() {
        let account = json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": { "name": "default", "namespace": key.name },
        });
        // A failure is a namespace that has just begun to go away.
        let _ = context.create("serviceaccounts", account);
    }
    let wanted = json!({ "ca.crt": certificate });
    match context.get("configmaps", &key.name, "kube-root-ca.crt") {
        Some(map) if map["data"] == wanted => {}
        Some(map) => context.change("configmaps", &map, |map| fields::set(map, "data", wanted)),
        None => {
            let words = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
            let map = json!({
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {
                    "name": "kube-root-ca.crt",
                    "namespace": key.name,
                    "annotations": { "kubernetes.io/description": words },
                },
                "data": wanted,
            });
            let _ = context.create("configmaps", map);
        }
    }
}
