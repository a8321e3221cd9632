/// Scenario, the beginning of the command, and why the two may differ there.
pub(super) const ACCEPTED: &[(&str, &str, &str)] = &[
    (
        "pods",
        "kubectl exec web -- nothing-like-it",
        "containerd 2, which goes with 1.36, tells this in fewer words than containerd 1.6",
    ),
    (
        "crashes",
        "kubectl logs init-fails",
        "1.36 tells a container that never ran in a failed pod as terminated, 1.20 as waiting",
    ),
];
