use serde_json::{Value, json};

/// An object on its way through kustomizations.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resource {
    /// The object as it is now.
    pub(super) object: Value,
    /// The names that it had before.
    pub(super) names: Vec<String>,
    /// Whether its name gets a hash of its content at the end.
    pub(super) hashed: bool,
}

/// Kinds whose objects are in no namespace.
const CLUSTER_SCOPED: &[&str] = &[
    "Namespace",
    "Node",
    "PersistentVolume",
    "ClusterRole",
    "ClusterRoleBinding",
    "StorageClass",
    "PriorityClass",
    "IngressClass",
    "RuntimeClass",
    "CustomResourceDefinition",
    "APIService",
    "CSIDriver",
    "CSINode",
    "VolumeAttachment",
    "CertificateSigningRequest",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "PodSecurityPolicy",
];

/// What comes first and what comes last.
///
/// Source: `kustomize/api/internal/builtins/SortOrderTransformer.go`, the legacy order.
const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
const LAST: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

impl Resource {
    pub(super) fn new(object: Value) -> Self {
        Self { object, names: Vec::new(), hashed: false }
    }

    pub(super) fn kind(&self) -> &str {
        self.object["kind"].as_str().unwrap_or_default()
    }

    pub(super) fn name(&self) -> &str {
        self.object["metadata"]["name"].as_str().unwrap_or_default()
    }

    pub(super) fn is_cluster_scoped(&self) -> bool {
        CLUSTER_SCOPED.contains(&self.kind())
    }

    /// Whether it is or was called so.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name() == name || self.names.iter().any(|other| other == name)
    }

    pub(super) fn rename(&mut self, name: &str) {
        let before = self.name().to_owned();
        if before != name {
            self.names.push(before);
            self.object["metadata"]["name"] = json!(name);
        }
    }

    /// Where it stands in the output.
    pub(super) fn order(&self) -> (usize, String, String) {
        let kind = self.kind();
        let place = match FIRST.iter().position(|first| *first == kind) {
            Some(place) => place,
            None if LAST.contains(&kind) => usize::MAX,
            None => FIRST.len(),
        };
        let version = self.object["apiVersion"].as_str().unwrap_or_default();
        let (group, version) = version.split_once('/').unwrap_or(("", version));
        let namespace = self.object["metadata"]["namespace"].as_str().unwrap_or_default();
        (place, format!("{kind}.{version}.{group}"), format!("{}|{namespace}", self.name()))
    }
}
