//! Kinds as kubectl lets people type them, down to one name each. Only what a
//! comparison of two command lines needs; `kinds` knows them in full.

/// The name that comparisons use, then its other spellings.
const KINDS: &[(&str, &[&str])] = &[
    ("pod", &["pods", "po"]),
    ("service", &["services", "svc"]),
    ("deployment", &["deployments", "deploy"]),
    ("replicaset", &["replicasets", "rs"]),
    ("daemonset", &["daemonsets", "ds"]),
    ("statefulset", &["statefulsets", "sts"]),
    ("replicationcontroller", &["replicationcontrollers", "rc"]),
    ("job", &["jobs"]),
    ("cronjob", &["cronjobs", "cj"]),
    ("endpoints", &["endpoint", "ep"]),
    ("endpointslice", &["endpointslices"]),
    ("ingress", &["ingresses", "ing"]),
    ("ingressclass", &["ingressclasses"]),
    ("networkpolicy", &["networkpolicies", "netpol"]),
    ("configmap", &["configmaps", "cm"]),
    ("secret", &["secrets"]),
    ("serviceaccount", &["serviceaccounts", "sa"]),
    ("role", &["roles"]),
    ("rolebinding", &["rolebindings"]),
    ("clusterrole", &["clusterroles"]),
    ("clusterrolebinding", &["clusterrolebindings"]),
    ("namespace", &["namespaces", "ns"]),
    ("node", &["nodes", "no"]),
    ("event", &["events", "ev"]),
    ("persistentvolume", &["persistentvolumes", "pv"]),
    ("persistentvolumeclaim", &["persistentvolumeclaims", "pvc"]),
    ("storageclass", &["storageclasses", "sc"]),
    ("horizontalpodautoscaler", &["horizontalpodautoscalers", "hpa"]),
    ("poddisruptionbudget", &["poddisruptionbudgets", "pdb"]),
    ("resourcequota", &["resourcequotas", "quota"]),
    ("limitrange", &["limitranges", "limits"]),
    ("priorityclass", &["priorityclasses", "pc"]),
    ("customresourcedefinition", &["customresourcedefinitions", "crd", "crds"]),
    ("componentstatus", &["componentstatuses", "cs"]),
];

/// The one name of a kind: `po`, `pods` and `Pods.v1.` become `pod`; an unknown
/// kind stays, in lower case.
pub(super) fn kind_name(typed: &str) -> String {
    let lower = typed.to_lowercase();
    let bare = lower.split('.').next().unwrap_or_default();
    let known = |name: &str| {
        KINDS
            .iter()
            .find(|(kind, others)| *kind == name || others.contains(&name))
            .map(|(kind, _)| (*kind).to_owned())
    };
    known(bare).unwrap_or(lower)
}
