//! What a kustomization does to all of its objects.

use serde_json::{Map, Value, json};

use super::resource::Resource;

/// Kinds that are not renamed.
const FIXED_NAMES: &[&str] = &["CustomResourceDefinition", "APIService", "Namespace"];
/// Kinds with a pod template in their `spec`.
const WORKLOADS: &[&str] =
    &["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "ReplicationController", "Job"];

/// Source: `kustomize/api/internal/builtins/NamespaceTransformer.go`.
pub(super) fn namespace(resources: &mut [Resource], namespace: &str) {
    for resource in resources {
        if resource.kind() == "Namespace" {
            resource.rename(namespace);
        } else if !resource.is_cluster_scoped() {
            resource.object["metadata"]["namespace"] = json!(namespace);
        }
        if !resource.kind().ends_with("Binding") {
            continue;
        }
        let subjects = resource.object["subjects"].as_array_mut().into_iter().flatten();
        for subject in subjects {
            if subject["kind"] == "ServiceAccount" && subject["name"] == "default" {
                subject["namespace"] = json!(namespace);
            }
        }
    }
}

pub(super) fn names(resources: &mut [Resource], prefix: &str, suffix: &str) {
    for resource in resources {
        if !FIXED_NAMES.contains(&resource.kind()) {
            let name = format!("{prefix}{}{suffix}", resource.name());
            resource.rename(&name);
        }
    }
}

/// How far labels go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) templates: bool,
    pub(super) selectors: bool,
}

/// Source: `kustomize/api/internal/konfig/builtinpluginconsts/{commonlabels,metadatalabels}.go`.
pub(super) fn labels(resources: &mut [Resource], pairs: &Map<String, Value>, reach: Reach) {
    for resource in resources {
        let kind = resource.kind().to_owned();
        let object = &mut resource.object;
        add(object, &["metadata", "labels"], pairs);
        if kind == "CronJob" && (reach.templates || reach.selectors) {
            add(object, &["spec", "jobTemplate", "metadata", "labels"], pairs);
            let template = ["spec", "jobTemplate", "spec", "template", "metadata", "labels"];
            add(object, &template, pairs);
        }
        if WORKLOADS.contains(&kind.as_str()) && (reach.templates || reach.selectors) {
            add(object, &["spec", "template", "metadata", "labels"], pairs);
        }
        if kind == "StatefulSet" && (reach.templates || reach.selectors) {
            let claims = object["spec"]["volumeClaimTemplates"].as_array_mut();
            for claim in claims.into_iter().flatten() {
                add(claim, &["metadata", "labels"], pairs);
            }
        }
        if reach.selectors {
            selectors(object, &kind, pairs);
        }
    }
}

fn selectors(object: &mut Value, kind: &str, pairs: &Map<String, Value>) {
    match kind {
        "Service" | "ReplicationController" => add(object, &["spec", "selector"], pairs),
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => {
            add(object, &["spec", "selector", "matchLabels"], pairs);
        }
        "Job" | "PodDisruptionBudget" if object["spec"]["selector"]["matchLabels"].is_object() => {
            add(object, &["spec", "selector", "matchLabels"], pairs);
        }
        "NetworkPolicy" if object["spec"]["podSelector"]["matchLabels"].is_object() => {
            add(object, &["spec", "podSelector", "matchLabels"], pairs);
        }
        _ => {}
    }
}

/// Source: `kustomize/api/internal/konfig/builtinpluginconsts/commonannotations.go`.
pub(super) fn annotations(resources: &mut [Resource], pairs: &Map<String, Value>) {
    for resource in resources {
        let kind = resource.kind().to_owned();
        let object = &mut resource.object;
        add(object, &["metadata", "annotations"], pairs);
        if WORKLOADS.contains(&kind.as_str()) {
            add(object, &["spec", "template", "metadata", "annotations"], pairs);
        }
        if kind == "CronJob" {
            add(object, &["spec", "jobTemplate", "metadata", "annotations"], pairs);
            let template = ["spec", "jobTemplate", "spec", "template", "metadata", "annotations"];
            add(object, &template, pairs);
        }
    }
}

fn add(object: &mut Value, path: &[&str], pairs: &Map<String, Value>) {
    let mut place = object;
    for field in path {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[*field];
    }
    if !place.is_object() {
        *place = json!({});
    }
    if let Some(fields) = place.as_object_mut() {
        fields.extend(pairs.clone());
    }
}

/// Source: `kustomize/api/internal/builtins/ReplicaCountTransformer.go`.
pub(super) fn replicas(resources: &mut [Resource], name: &str, count: &Value) {
    for resource in resources {
        let scales = WORKLOADS[..5].contains(&resource.kind()) && resource.kind() != "DaemonSet";
        if scales && resource.is_called(name) {
            resource.object["spec"]["replicas"] = count.clone();
        }
    }
}

/// Source: `kustomize/api/filters/imagetag`.
pub(super) fn image(resources: &mut [Resource], wanted: &Value) {
    for resource in resources {
        replace_images(&mut resource.object, wanted);
    }
}

fn replace_images(value: &mut Value, wanted: &Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace_images(item, wanted)),
        Value::Object(fields) => {
            for (field, value) in fields.iter_mut() {
                if matches!(field.as_str(), "containers" | "initContainers") {
                    for container in value.as_array_mut().into_iter().flatten() {
                        let image =
                            container["image"].as_str().and_then(|image| renamed(image, wanted));
                        if let Some(image) = image {
                            container["image"] = json!(image);
                        }
                    }
                }
                replace_images(value, wanted);
            }
        }
        _ => {}
    }
}

fn renamed(image: &str, wanted: &Value) -> Option<String> {
    let name = wanted["name"].as_str()?;
    let rest = image.strip_prefix(name)?;
    if !rest.is_empty() && !rest.starts_with([':', '@']) {
        return None;
    }
    let text = |field: &str| match &wanted[field] {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let name = text("newName").unwrap_or_else(|| name.to_owned());
    Some(match (text("newTag"), text("digest")) {
        (_, Some(digest)) => format!("{name}@{digest}"),
        (Some(tag), None) => format!("{name}:{tag}"),
        (None, None) => format!("{name}{rest}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_whole_names() {
        let wanted = json!({"name": "nginx", "newName": "my/nginx", "newTag": "9"});
        assert_eq!(renamed("nginx:1", &wanted).as_deref(), Some("my/nginx:9"));
        assert_eq!(renamed("nginx", &wanted).as_deref(), Some("my/nginx:9"));
        assert_eq!(renamed("nginx-x:1", &wanted), None);
        let digest = json!({"name": "a", "digest": "sha256:0"});
        assert_eq!(renamed("a:1", &digest).as_deref(), Some("a@sha256:0"));
    }
}
