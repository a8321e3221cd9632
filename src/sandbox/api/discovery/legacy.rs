use serde_json::{Value, json};

use super::super::registry::version_rank;
use super::groups::{Group, groups, subresource_kind};
use crate::kinds::ApiResource;
use crate::sandbox::store::Store;

/// `/api`
pub(super) fn core_versions() -> Value {
    json!({"kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"}]})
}

/// `/apis`
pub(super) fn group_list(store: &Store) -> Value {
    let all = groups(store).into_iter().filter(|group| !group.name.is_empty());
    let all: Vec<Value> = all.map(|group| group_entry(&group)).collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": all})
}

/// `/apis/apps`
pub(super) fn group(store: &Store, name: &str) -> Option<Value> {
    let group = groups(store).into_iter().find(|group| group.name == name && !name.is_empty())?;
    let mut entry = group_entry(&group);
    entry["kind"] = json!("APIGroup");
    entry["apiVersion"] = json!("v1");
    Some(entry)
}

fn group_entry(group: &Group) -> Value {
    let version = |version: &String| json!({"groupVersion": format!("{}/{version}", group.name), "version": version});
    let mut versions: Vec<&String> = group.versions.iter().map(|(version, _)| version).collect();
    versions.sort_by_key(|one| std::cmp::Reverse(version_rank(one)));
    let all: Vec<Value> = versions.into_iter().map(version).collect();
    json!({"name": group.name, "versions": all, "preferredVersion": all.first()})
}

/// `/api/v1`, `/apis/apps/v1`
pub(super) fn resource_list(store: &Store, group: &str, version: &str) -> Option<Value> {
    let groups = groups(store);
    let found = groups.iter().find(|one| one.name == group)?;
    let (_, resources) = found.versions.iter().find(|(one, _)| one == version)?;
    let group_version =
        if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    let entries: Vec<Value> = resources.iter().flat_map(|one| entries(one)).collect();
    Some(json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version,
        "resources": entries}))
}

fn entries(resource: &ApiResource) -> Vec<Value> {
    let mut entry = json!({"name": resource.plural, "singularName": resource.singular,
        "namespaced": resource.namespaced, "kind": resource.kind, "verbs": resource.verb_names(),
        "storageVersionHash": ""});
    if !resource.short_names.is_empty() {
        entry["shortNames"] = json!(resource.short_names);
    }
    if !resource.categories.is_empty() {
        entry["categories"] = json!(resource.categories);
    }
    let mut all = vec![entry];
    for sub in &resource.subresources {
        let (group, version, kind, verbs) = subresource_kind(resource, sub);
        let mut entry = json!({"name": format!("{}/{sub}", resource.plural), "singularName": "",
            "namespaced": resource.namespaced, "kind": kind, "verbs": verbs});
        if kind != resource.kind {
            entry["group"] = json!(group);
            entry["version"] = json!(version);
        }
        all.push(entry);
    }
    all
}
