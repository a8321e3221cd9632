use serde_json::{Value, json};

use super::super::edit::{at, items, text};
use super::findings::Findings;
use super::names::{
    dns_1035_label, dns_label, dns_subdomain, label_value, path_segment, qualified_name,
};

/// All annotations together may not be longer.
const MOST_ANNOTATION_BYTES: usize = 256 * 1024;

/// Checks what every object has.
///
/// Source: `apimachinery/pkg/api/validation/objectmeta.go`.
pub(super) fn check_metadata(resource: &str, object: &Value, found: &mut Findings) {
    let name = text(object, &["metadata", "name"]);
    if name.is_empty() {
        found.required("metadata.name", "name or generateName is required");
    } else {
        for wrong in name_rule(resource)(name) {
            found.invalid("metadata.name", &json!(name), &wrong);
        }
    }
    check_labels(at(object, &["metadata", "labels"]), "metadata.labels", found);
    check_annotations(at(object, &["metadata", "annotations"]), "metadata.annotations", found);
    for (index, owner) in items(object, &["metadata", "ownerReferences"]).enumerate() {
        for key in ["apiVersion", "kind", "name", "uid"] {
            if text(owner, &[key]).is_empty() {
                let field = format!("metadata.ownerReferences[{index}].{key}");
                found.invalid(&field, &json!(""), "must not be empty");
            }
        }
    }
    for finalizer in items(object, &["metadata", "finalizers"]).filter_map(Value::as_str) {
        for wrong in qualified_name(finalizer) {
            found.invalid("metadata.finalizers", &json!(finalizer), &wrong);
        }
    }
}

/// Source: `NameIsDNSSubdomain` and its like in the validation of the groups.
fn name_rule(resource: &str) -> fn(&str) -> Vec<String> {
    match resource {
        "namespaces" => dns_label,
        "services" => dns_1035_label,
        resource if resource.ends_with(".rbac.authorization.k8s.io") => path_segment,
        "events" | "certificatesigningrequests.certificates.k8s.io" => path_segment,
        _ => dns_subdomain,
    }
}

/// Checks labels, wherever they are.
pub(super) fn check_labels(labels: Option<&Value>, field: &str, found: &mut Findings) {
    for (key, value) in labels.and_then(Value::as_object).into_iter().flatten() {
        for wrong in qualified_name(key) {
            found.invalid(field, &json!(key), &wrong);
        }
        for wrong in label_value(value.as_str().unwrap_or_default()) {
            found.invalid(field, value, &wrong);
        }
    }
}

fn check_annotations(annotations: Option<&Value>, field: &str, found: &mut Findings) {
    let mut bytes = 0;
    for (key, value) in annotations.and_then(Value::as_object).into_iter().flatten() {
        bytes += key.len() + value.as_str().map_or(0, str::len);
        for wrong in qualified_name(&key.to_lowercase()) {
            found.invalid(field, &json!(key), &wrong);
        }
    }
    if bytes > MOST_ANNOTATION_BYTES {
        found.too_long(field, MOST_ANNOTATION_BYTES);
    }
}

/// Checks what an update may not do to the metadata.
pub(super) fn check_changed_metadata(object: &Value, old: &Value, found: &mut Findings) {
    if at(old, &["metadata", "deletionTimestamp"]).is_none() {
        return;
    }
    let before: Vec<&Value> = items(old, &["metadata", "finalizers"]).collect();
    let new: Vec<String> = items(object, &["metadata", "finalizers"])
        .filter(|one| !before.contains(one))
        .map(Value::to_string)
        .collect();
    if !new.is_empty() {
        let words = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            new.join(", ")
        );
        found.forbidden("metadata.finalizers", &words);
    }
}
