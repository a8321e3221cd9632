use serde_json::{Value, json};

use super::New;

/// The roles that people bind, the binding of the administrators, and the priorities of
/// the system's pods. The API of the sandbox lets everybody in; these are to be seen.
///
/// Source: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`.
pub(super) fn objects() -> Vec<New> {
    let everything = json!([
        { "apiGroups": ["*"], "resources": ["*"], "verbs": ["*"] },
        { "nonResourceURLs": ["*"], "verbs": ["*"] },
    ]);
    let reads = json!(["get", "list", "watch"]);
    let writes =
        json!(["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",]);
    let mut objects = vec![
        role("cluster-admin", &everything),
        role("admin", &workloads(&writes)),
        role("edit", &workloads(&writes)),
        role("view", &workloads(&reads)),
        role("system:node", &workloads(&reads)),
        binding(),
    ];
    let priorities = [
        (
            "system-cluster-critical",
            2_000_000_000,
            "cluster critical pods that must run in the cluster, but can be moved to another node if necessary.",
        ),
        (
            "system-node-critical",
            2_000_001_000,
            "system critical pods that must not be moved from their current node.",
        ),
    ];
    objects.extend(priorities.map(|(name, value, words)| {
        let class = json!({
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": { "name": name, "generation": 1 },
            "value": value,
            "preemptionPolicy": "PreemptLowerPriority",
            "description": format!("Used for {words}"),
        });
        ("priorityclasses.scheduling.k8s.io", class)
    }));
    objects
}

fn role(name: &str, rules: &Value) -> New {
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {
            "name": name,
            "annotations": { "rbac.authorization.kubernetes.io/autoupdate": "true" },
            "labels": { "kubernetes.io/bootstrapping": "rbac-defaults" },
        },
        "rules": rules,
    });
    ("clusterroles.rbac.authorization.k8s.io", role)
}

fn workloads(verbs: &Value) -> Value {
    json!([
        {
            "apiGroups": [""],
            "resources": [
                "configmaps", "endpoints", "events", "persistentvolumeclaims", "pods", "pods/log",
                "replicationcontrollers", "secrets", "serviceaccounts", "services",
            ],
            "verbs": verbs,
        },
        {
            "apiGroups": ["apps"],
            "resources": ["daemonsets", "deployments", "replicasets", "statefulsets"],
            "verbs": verbs,
        },
        { "apiGroups": ["batch"], "resources": ["cronjobs", "jobs"], "verbs": verbs },
    ])
}

fn binding() -> New {
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {
            "name": "cluster-admin",
            "annotations": { "rbac.authorization.kubernetes.io/autoupdate": "true" },
            "labels": { "kubernetes.io/bootstrapping": "rbac-defaults" },
        },
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin",
        },
        "subjects": [
            { "apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:masters" },
        ],
    });
    ("clusterrolebindings.rbac.authorization.k8s.io", binding)
}
