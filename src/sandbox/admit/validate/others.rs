use serde_json::{Value, json};

use super::super::edit::{at, is_blank, items, text};
use super::findings::Findings;
use super::names::{config_key, dns_subdomain};

/// The most that a config map or secret may hold.
const MOST_BYTES: usize = 1024 * 1024;

/// Source: `pkg/apis/core/validation/validation.go`, `ValidateConfigMap`, `ValidateSecret`.
pub(super) fn check_data(object: &Value, found: &mut Findings) {
    let mut bytes = 0;
    for part in ["data", "binaryData"] {
        for (key, value) in at(object, &[part]).and_then(Value::as_object).into_iter().flatten() {
            bytes += value.as_str().map_or(0, str::len);
            for wrong in config_key(key) {
                found.invalid(&format!("{part}[{key}]"), &json!(key), &wrong);
            }
        }
    }
    let is_secret = object["kind"] == "Secret";
    // A secret's data is base64.
    let bytes = if is_secret { bytes / 4 * 3 } else { bytes };
    if bytes > MOST_BYTES {
        found.too_long(if is_secret { "data" } else { "" }, MOST_BYTES);
    }
    let wanted: &[&str] = match text(object, &["type"]) {
        "kubernetes.io/tls" if is_secret => &["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" if is_secret => &[".dockerconfigjson"],
        "kubernetes.io/ssh-auth" if is_secret => &["ssh-privatekey"],
        _ => &[],
    };
    for key in wanted {
        if at(object, &["data", key]).is_none() {
            found.required(&format!("data[{key}]"), "");
        }
    }
}

/// Source: `validation.go`, `ValidateConfigMapUpdate`, `ValidateSecretUpdate`.
pub(super) fn check_changed_data(object: &Value, old: &Value, found: &mut Findings) {
    if old["kind"] == "Secret" && object["type"] != old["type"] {
        found.invalid("type", &object["type"], "field is immutable");
    }
    if old["immutable"] != true {
        return;
    }
    if object["immutable"] != true {
        found.forbidden("immutable", "field is immutable when `immutable` is set");
    }
    for part in ["data", "binaryData"] {
        if object[part] != old[part] {
            found.forbidden(part, "field is immutable when `immutable` is set");
        }
    }
}

/// Source: `pkg/apis/autoscaling/validation/validation.go`.
pub(super) fn check_autoscaler(object: &Value, found: &mut Findings) {
    let spec = &object["spec"];
    let most = spec["maxReplicas"].as_i64().unwrap_or(0);
    let least = spec["minReplicas"].as_i64().unwrap_or(1);
    if least < 1 {
        found.invalid("spec.minReplicas", &json!(least), "must be greater than or equal to 1");
    }
    if most < 1 {
        found.invalid("spec.maxReplicas", &json!(most), "must be greater than 0");
    }
    if most < least {
        let words = "must be greater than or equal to `minReplicas`";
        found.invalid("spec.maxReplicas", &json!(most), words);
    }
    for key in ["kind", "name"] {
        if is_blank(spec, &["scaleTargetRef", key]) {
            found.required(&format!("spec.scaleTargetRef.{key}"), "");
        }
    }
}

/// Source: `pkg/apis/policy/validation/validation.go`.
pub(super) fn check_disruption_budget(object: &Value, found: &mut Findings) {
    let has = |key: &str| at(object, &["spec", key]).is_some();
    if has("minAvailable") && has("maxUnavailable") {
        let words = "minAvailable and maxUnavailable cannot be both set";
        found.invalid("spec", &object["spec"], words);
    }
}

/// Source: `pkg/apis/rbac/validation/validation.go`, `ValidatePolicyRule`.
pub(super) fn check_role(object: &Value, found: &mut Findings) {
    let in_namespace = object["kind"] == "Role";
    for (index, rule) in items(object, &["rules"]).enumerate() {
        let field = format!("rules[{index}]");
        if is_blank(rule, &["verbs"]) {
            found.required(&format!("{field}.verbs"), "verbs must contain at least one value");
        }
        if !is_blank(rule, &["nonResourceURLs"]) {
            if in_namespace {
                let words = "namespaced rules cannot apply to non-resource URLs";
                found.invalid(&format!("{field}.nonResourceURLs"), &rule["nonResourceURLs"], words);
            }
            continue;
        }
        if is_blank(rule, &["apiGroups"]) {
            let words = "resource rules must supply at least one api group";
            found.required(&format!("{field}.apiGroups"), words);
        }
        if is_blank(rule, &["resources"]) {
            let words = "resource rules must supply at least one resource";
            found.required(&format!("{field}.resources"), words);
        }
    }
}

/// Source: `rbac/validation/validation.go`, `ValidateRoleBinding`.
pub(super) fn check_role_binding(object: &Value, found: &mut Findings) {
    let kind = text(object, &["roleRef", "kind"]);
    let kinds: &[&str] =
        if object["kind"] == "RoleBinding" { &["ClusterRole", "Role"] } else { &["ClusterRole"] };
    if !kinds.contains(&kind) {
        found.unsupported("roleRef.kind", kind, kinds);
    }
    if is_blank(object, &["roleRef", "name"]) {
        found.required("roleRef.name", "");
    }
    for (index, subject) in items(object, &["subjects"]).enumerate() {
        let field = format!("subjects[{index}]");
        if is_blank(subject, &["name"]) {
            found.required(&format!("{field}.name"), "");
        }
        match text(subject, &["kind"]) {
            "ServiceAccount" => {
                if is_blank(subject, &["namespace"]) {
                    found.required(&format!("{field}.namespace"), "");
                }
            }
            "User" | "Group" => {}
            other => {
                found.unsupported(
                    &format!("{field}.kind"),
                    other,
                    &["Group", "ServiceAccount", "User"],
                );
            }
        }
    }
}

/// Source: `rbac/validation/validation.go`, `ValidateRoleBindingUpdate`.
pub(super) fn check_changed_role_binding(object: &Value, old: &Value, found: &mut Findings) {
    if object["roleRef"] != old["roleRef"] {
        found.invalid("roleRef", &object["roleRef"], "cannot change roleRef");
    }
}

/// Source: `pkg/apis/scheduling/validation/validation.go`.
pub(super) fn check_priority_class(object: &Value, found: &mut Findings) {
    let value = object["value"].as_i64().unwrap_or(0);
    let system = text(object, &["metadata", "name"]).starts_with("system-");
    if value > 1_000_000_000 && !system {
        let words = "maximum allowed value of a user defined priority is 1000000000";
        found.forbidden("value", words);
    }
}

/// Source: `apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go`.
pub(super) fn check_definition(object: &Value, found: &mut Findings) {
    let spec = &object["spec"];
    let (group, plural) = (text(spec, &["group"]), text(spec, &["names", "plural"]));
    let name = text(object, &["metadata", "name"]);
    if name != format!("{plural}.{group}") {
        found.invalid("metadata.name", &json!(name), "must be spec.names.plural+\".\"+spec.group");
    }
    if group.is_empty() {
        found.required("spec.group", "");
    } else if !group.contains('.') {
        found.invalid("spec.group", &json!(group), "should be a domain with at least one dot");
    } else {
        for wrong in dns_subdomain(group) {
            found.invalid("spec.group", &json!(group), &wrong);
        }
    }
    found.word("spec.scope", text(spec, &["scope"]), &["Cluster", "Namespaced"]);
    for key in ["plural", "kind"] {
        if is_blank(spec, &["names", key]) {
            found.required(&format!("spec.names.{key}"), "");
        }
    }
    let stored = items(spec, &["versions"]).filter(|one| one["storage"] == true).count();
    if stored != 1 {
        let words = "must have exactly one version marked as storage version";
        found.invalid("spec.versions", &spec["versions"], words);
    }
    for (index, version) in items(spec, &["versions"]).enumerate() {
        if at(version, &["schema", "openAPIV3Schema"]).is_none() {
            let field = format!("spec.versions[{index}].schema.openAPIV3Schema");
            found.required(&field, "schemas are required");
        }
    }
}
