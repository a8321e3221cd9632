use std::borrow::Cow;

use super::super::registry;
use crate::kinds::ApiResource;
use crate::sandbox::store::Store;

/// A group with its versions and their resources.
pub(in crate::sandbox::api) struct Group {
    pub(in crate::sandbox::api) name: String,
    pub(in crate::sandbox::api) versions: Vec<(String, Vec<Cow<'static, ApiResource>>)>,
}

/// All groups, in the order of discovery: core first.
pub(in crate::sandbox::api) fn groups(store: &Store) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for resource in registry::all(store) {
        let index = match groups.iter().position(|group| group.name == resource.group) {
            Some(index) => index,
            None => {
                groups.push(Group { name: resource.group.to_string(), versions: Vec::new() });
                groups.len() - 1
            }
        };
        let Some(group) = groups.get_mut(index) else { continue };
        match group.versions.iter_mut().find(|(version, _)| *version == resource.version) {
            Some((_, resources)) => resources.push(resource),
            None => group.versions.push((resource.version.to_string(), vec![resource])),
        }
    }
    groups
}

/// The type and the verbs of a subresource: group, version, kind, verbs.
pub(super) fn subresource_kind<'a>(
    resource: &'a ApiResource,
    subresource: &str,
) -> (&'a str, &'a str, &'a str, &'static [&'static str]) {
    match subresource {
        "scale" => ("autoscaling", "v1", "Scale", &["get", "patch", "update"]),
        "binding" => ("", "v1", "Binding", &["create"]),
        "eviction" => ("policy", "v1", "Eviction", &["create"]),
        "token" => ("authentication.k8s.io", "v1", "TokenRequest", &["create"]),
        "exec" => ("", "v1", "PodExecOptions", &["create", "get"]),
        "attach" => ("", "v1", "PodAttachOptions", &["create", "get"]),
        "portforward" => ("", "v1", "PodPortForwardOptions", &["create", "get"]),
        "proxy" => {
            let kind = match resource.kind.as_ref() {
                "Node" => "NodeProxyOptions",
                "Service" => "ServiceProxyOptions",
                _ => "PodProxyOptions",
            };
            ("", "v1", kind, &["create", "delete", "get", "patch", "update"])
        }
        "log" => (&resource.group, &resource.version, &resource.kind, &["get"]),
        "finalize" => (&resource.group, &resource.version, &resource.kind, &["update"]),
        _ => (&resource.group, &resource.version, &resource.kind, &["get", "patch", "update"]),
    }
}
