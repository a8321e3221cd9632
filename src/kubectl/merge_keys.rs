//! How the lists of Kubernetes' own kinds are merged.

/// What tells the elements of a list apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merging {
    /// Elements are objects with this key.
    ByKey(&'static str),
    /// Elements are plain values.
    AsSet,
    /// The list is one value.
    Atomic,
}

/// How the list `field` is merged, in the object that the field `parent` holds.
///
/// Source: the tags `patchStrategy` and `patchMergeKey` of `k8s.io/api` and
/// `apimachinery/pkg/apis/meta/v1/types.go`; names are unambiguous but for `ports`.
pub(super) fn merging(field: &str, parent: &str) -> Merging {
    match (field, parent) {
        ("ports", "containers" | "initContainers" | "ephemeralContainers") => {
            Merging::ByKey("containerPort")
        }
        ("ports", "spec") => Merging::ByKey("port"),
        (
            "containers"
            | "initContainers"
            | "ephemeralContainers"
            | "env"
            | "volumes"
            | "imagePullSecrets"
            | "resourceClaims"
            | "schedulingGates"
            | "resourceClaimStatuses",
            _,
        ) => Merging::ByKey("name"),
        // Of a service account; elsewhere secrets are no list.
        ("secrets", "") => Merging::ByKey("name"),
        ("volumeMounts", _) => Merging::ByKey("mountPath"),
        ("volumeDevices", _) => Merging::ByKey("devicePath"),
        ("hostAliases" | "podIPs" | "hostIPs", _) => Merging::ByKey("ip"),
        ("topologySpreadConstraints", _) => Merging::ByKey("topologyKey"),
        ("ownerReferences", "metadata") => Merging::ByKey("uid"),
        ("conditions" | "addresses", "status") => Merging::ByKey("type"),
        ("finalizers", "metadata") | ("podCIDRs", "spec") => Merging::AsSet,
        _ => Merging::Atomic,
    }
}

/// Whether a group is one of Kubernetes' own, whose lists have merge keys.
pub(super) fn is_built_in(group: &str) -> bool {
    const GROUPS: &[&str] = &[
        "",
        "admissionregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "extensions",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    ];
    GROUPS.contains(&group)
}
