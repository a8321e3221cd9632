use serde_json::{Value, json};

use super::super::edit::{at, at_mut, default_to, items_mut, text};

const RBAC: &str = "rbac.authorization.k8s.io";

/// Defaults of kinds that have few.
///
/// Source: `defaults.go` of their groups under `pkg/apis`.
pub(super) fn set_defaults(resource: &str, object: &mut Value) {
    match resource {
        "secrets" => default_to(object, &[], "type", "Opaque"),
        "namespaces" => default_to(object, &["status"], "phase", "Active"),
        "limitranges" => default_limit_range(object),
        "rolebindings.rbac.authorization.k8s.io"
        | "clusterrolebindings.rbac.authorization.k8s.io" => default_binding(object),
        "storageclasses.storage.k8s.io" => {
            default_to(object, &[], "reclaimPolicy", "Delete");
            default_to(object, &[], "volumeBindingMode", "Immediate");
        }
        "csidrivers.storage.k8s.io" => default_csi_driver(object),
        "priorityclasses.scheduling.k8s.io" => {
            default_to(object, &[], "preemptionPolicy", "PreemptLowerPriority");
        }
        "customresourcedefinitions.apiextensions.k8s.io" => default_definition(object),
        "mutatingwebhookconfigurations.admissionregistration.k8s.io" => {
            default_webhooks(object, true);
        }
        "validatingwebhookconfigurations.admissionregistration.k8s.io" => {
            default_webhooks(object, false);
        }
        _ => {}
    }
}

fn default_limit_range(object: &mut Value) {
    for limit in items_mut(object, &["spec", "limits"]) {
        if limit["type"] != "Container" {
            continue;
        }
        for (from, to) in
            [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")]
        {
            let amounts = at(limit, &[from]).cloned();
            for (name, amount) in amounts.iter().filter_map(Value::as_object).flatten() {
                default_to(limit, &[to], name, amount.clone());
            }
        }
    }
}

fn default_binding(object: &mut Value) {
    default_to(object, &["roleRef"], "apiGroup", RBAC);
    for subject in items_mut(object, &["subjects"]) {
        if matches!(text(subject, &["kind"]), "User" | "Group") {
            default_to(subject, &[], "apiGroup", RBAC);
        }
    }
}

fn default_csi_driver(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    default_to(spec, &[], "attachRequired", true);
    default_to(spec, &[], "podInfoOnMount", false);
    default_to(spec, &[], "storageCapacity", false);
    default_to(spec, &[], "fsGroupPolicy", "ReadWriteOnceWithFSType");
    default_to(spec, &[], "volumeLifecycleModes", json!(["Persistent"]));
    default_to(spec, &[], "requiresRepublish", false);
    default_to(spec, &[], "seLinuxMount", false);
}

fn default_definition(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    let kind = text(spec, &["names", "kind"]).to_owned();
    if !kind.is_empty() {
        default_to(spec, &["names"], "singular", kind.to_lowercase());
        default_to(spec, &["names"], "listKind", format!("{kind}List"));
    }
    default_to(spec, &["conversion"], "strategy", "None");
}

fn default_webhooks(object: &mut Value, mutating: bool) {
    for hook in items_mut(object, &["webhooks"]) {
        default_to(hook, &[], "failurePolicy", "Fail");
        default_to(hook, &[], "matchPolicy", "Equivalent");
        default_to(hook, &[], "namespaceSelector", json!({}));
        default_to(hook, &[], "objectSelector", json!({}));
        default_to(hook, &[], "timeoutSeconds", 10);
        if mutating {
            default_to(hook, &[], "reinvocationPolicy", "Never");
        }
        if let Some(service) = at_mut(hook, &["clientConfig", "service"]) {
            default_to(service, &[], "port", 443);
        }
        for rule in items_mut(hook, &["rules"]) {
            default_to(rule, &[], "scope", "*");
        }
    }
}
