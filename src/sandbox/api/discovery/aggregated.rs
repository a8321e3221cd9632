use serde_json::{Value, json};

use super::super::registry::version_rank;
use super::super::route::Root;
use super::groups::{groups, subresource_kind};
use crate::kinds::ApiResource;
use crate::sandbox::store::Store;

/// All groups with all of their resources in one answer.
///
/// Source: `k8s.io/api/apidiscovery`.
pub(super) fn aggregated(store: &Store, root: Root, version: &str) -> Value {
    let is_core = root == Root::Core;
    let all = groups(store).into_iter().filter(|group| group.name.is_empty() == is_core);
    let items: Vec<Value> = all
        .map(|group| {
            let mut versions = group.versions;
            versions.sort_by_key(|(version, _)| std::cmp::Reverse(version_rank(version)));
            let versions: Vec<Value> = versions
                .iter()
                .map(|(version, resources)| {
                    let resources: Vec<Value> = resources.iter().map(|one| entry(one)).collect();
                    json!({"version": version, "freshness": "Current", "resources": resources})
                })
                .collect();
            let metadata = if is_core { json!({}) } else { json!({"name": group.name}) };
            json!({"metadata": metadata, "versions": versions})
        })
        .collect();
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": format!("apidiscovery.k8s.io/{version}"),
        "metadata": {}, "items": items})
}

fn entry(resource: &ApiResource) -> Value {
    let kind = |group: &str, version: &str, kind: &str| json!({"group": group, "version": version, "kind": kind});
    let mut entry = json!({
        "resource": resource.plural,
        "responseKind": kind(&resource.group, &resource.version, &resource.kind),
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": resource.singular,
        "verbs": resource.verb_names(),
    });
    if !resource.short_names.is_empty() {
        entry["shortNames"] = json!(resource.short_names);
    }
    if !resource.categories.is_empty() {
        entry["categories"] = json!(resource.categories);
    }
    let subresources: Vec<Value> = resource
        .subresources
        .iter()
        .map(|sub| {
            let (group, version, name, verbs) = subresource_kind(resource, sub);
            json!({"subresource": sub, "responseKind": kind(group, version, name), "verbs": verbs})
        })
        .collect();
    if !subresources.is_empty() {
        entry["subresources"] = json!(subresources);
    }
    entry
}
