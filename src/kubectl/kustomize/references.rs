//! Names within objects that mean other objects.

use serde_json::{Value, json};

use super::resource::Resource;

/// A kind whose objects were renamed.
struct Renamed {
    kind: String,
    from: Vec<String>,
    to: String,
    namespace: Value,
}

/// Lets all references follow the objects that they mean.
///
/// Source: `kustomize/api/internal/konfig/builtinpluginconsts/namereference.go`.
pub(super) fn follow(resources: &mut [Resource]) {
    let renamed: Vec<Renamed> = resources
        .iter()
        .filter(|resource| !resource.names.is_empty())
        .map(|resource| Renamed {
            kind: resource.kind().to_owned(),
            from: resource.names.clone(),
            to: resource.name().to_owned(),
            namespace: resource.object["metadata"]["namespace"].clone(),
        })
        .collect();
    for resource in resources {
        let bindings = resource.kind().ends_with("Binding");
        walk(&mut resource.object, "", bindings, &renamed);
    }
}

fn walk(value: &mut Value, parent: &str, bindings: bool, renamed: &[Renamed]) {
    match value {
        Value::Array(items) => {
            for item in items {
                walk(item, parent, bindings, renamed);
            }
        }
        Value::Object(fields) => {
            let named = fields.get("kind").and_then(Value::as_str).map(str::to_owned);
            for (field, value) in fields.iter_mut() {
                if let Some(kind) = kind_of(parent, field, named.as_deref()) {
                    replace(value, &kind, renamed);
                }
            }
            // A service account is only found in its namespace.
            if bindings && parent == "subjects" && named.as_deref() == Some("ServiceAccount") {
                let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
                let account =
                    renamed.iter().find(|one| one.kind == "ServiceAccount" && one.to == name);
                if let Some(account) = account.filter(|account| account.namespace.is_string()) {
                    fields.insert("namespace".to_owned(), account.namespace.clone());
                }
            }
            for (field, value) in fields.iter_mut() {
                if field != "metadata" || parent == "template" {
                    walk(value, field, bindings, renamed);
                }
            }
        }
        _ => {}
    }
}

/// The kind of what `field` names, within the object that `parent` holds.
fn kind_of(parent: &str, field: &str, named: Option<&str>) -> Option<String> {
    let kind = match (parent, field) {
        ("configMapRef" | "configMapKeyRef" | "configMap", "name") => "ConfigMap",
        ("secretRef" | "secretKeyRef" | "imagePullSecrets" | "secrets", "name") => "Secret",
        ("secret", "name" | "secretName") | ("tls", "secretName") => "Secret",
        (_, "serviceAccountName" | "serviceAccount") => "ServiceAccount",
        ("persistentVolumeClaim", "claimName") => "PersistentVolumeClaim",
        ("service", "name") | (_, "serviceName") => "Service",
        (_, "storageClassName") => "StorageClass",
        (_, "priorityClassName") => "PriorityClass",
        (_, "ingressClassName") => "IngressClass",
        (_, "volumeName") => "PersistentVolume",
        ("roleRef" | "scaleTargetRef" | "subjects", "name") => return named.map(str::to_owned),
        _ => return None,
    };
    Some(kind.to_owned())
}

fn replace(value: &mut Value, kind: &str, renamed: &[Renamed]) {
    let Some(name) = value.as_str() else { return };
    let found = renamed.iter().find(|one| one.kind == kind && one.from.iter().any(|n| n == name));
    if let Some(found) = found {
        *value = json!(found.to);
    }
}
