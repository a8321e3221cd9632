//! The kinds that every server has had since 1.20, so that naming them needs no discovery.

use super::discovery::ResourceKind;

/// Group, version, kind, plural, short names, whether namespaced, whether in category `all`.
type Row =
    (&'static str, &'static str, &'static str, &'static str, &'static [&'static str], Scope, bool);

#[derive(Clone, Copy, PartialEq)]
enum Scope {
    Namespaced,
    Cluster,
}
use Scope::{Cluster, Namespaced};

const RBAC: &str = "rbac.authorization.k8s.io";
const NETWORKING: &str = "networking.k8s.io";

const ROWS: &[Row] = &[
    ("", "v1", "Pod", "pods", &["po"], Namespaced, true),
    ("", "v1", "Service", "services", &["svc"], Namespaced, true),
    ("", "v1", "ConfigMap", "configmaps", &["cm"], Namespaced, false),
    ("", "v1", "Secret", "secrets", &[], Namespaced, false),
    ("", "v1", "ServiceAccount", "serviceaccounts", &["sa"], Namespaced, false),
    ("", "v1", "Endpoints", "endpoints", &["ep"], Namespaced, false),
    ("", "v1", "Event", "events", &["ev"], Namespaced, false),
    ("", "v1", "LimitRange", "limitranges", &["limits"], Namespaced, false),
    ("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", &["pvc"], Namespaced, false),
    ("", "v1", "ReplicationController", "replicationcontrollers", &["rc"], Namespaced, true),
    ("", "v1", "ResourceQuota", "resourcequotas", &["quota"], Namespaced, false),
    ("", "v1", "Namespace", "namespaces", &["ns"], Cluster, false),
    ("", "v1", "Node", "nodes", &["no"], Cluster, false),
    ("", "v1", "PersistentVolume", "persistentvolumes", &["pv"], Cluster, false),
    ("apps", "v1", "DaemonSet", "daemonsets", &["ds"], Namespaced, true),
    ("apps", "v1", "Deployment", "deployments", &["deploy"], Namespaced, true),
    ("apps", "v1", "ReplicaSet", "replicasets", &["rs"], Namespaced, true),
    ("apps", "v1", "StatefulSet", "statefulsets", &["sts"], Namespaced, true),
    ("batch", "v1", "Job", "jobs", &[], Namespaced, true),
    (NETWORKING, "v1", "Ingress", "ingresses", &["ing"], Namespaced, false),
    (NETWORKING, "v1", "NetworkPolicy", "networkpolicies", &["netpol"], Namespaced, false),
    (RBAC, "v1", "Role", "roles", &[], Namespaced, false),
    (RBAC, "v1", "RoleBinding", "rolebindings", &[], Namespaced, false),
    (RBAC, "v1", "ClusterRole", "clusterroles", &[], Cluster, false),
    (RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", &[], Cluster, false),
    ("storage.k8s.io", "v1", "StorageClass", "storageclasses", &["sc"], Cluster, false),
];

/// All of them.
pub(super) fn known_kinds() -> impl Iterator<Item = ResourceKind> {
    ROWS.iter().map(|(group, version, kind, plural, short_names, scope, in_all)| ResourceKind {
        group: (*group).to_owned(),
        version: (*version).to_owned(),
        kind: (*kind).to_owned(),
        plural: (*plural).to_owned(),
        singular: kind.to_lowercase(),
        short_names: short_names.iter().map(|name| (*name).to_owned()).collect(),
        categories: if *in_all { vec!["all".to_owned()] } else { Vec::new() },
        verbs: Vec::new(),
        namespaced: *scope == Namespaced,
    })
}
