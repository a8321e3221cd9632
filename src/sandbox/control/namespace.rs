use std::collections::BTreeMap;

use serde_json::json;

use super::super::{Object, fields};
use super::conditions::{self, Condition};
use super::context::Context;
use super::key::Key;

const RESOURCE: &str = "namespaces";
const FINALIZER: &str = "kubernetes";

/// Empties a namespace that is going away, and lets it go when it is empty.
///
/// Source: `pkg/controller/namespace/deletion/namespaced_resources_deleter.go`, `Delete`.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(namespace) = context.get(RESOURCE, "", &key.name) else { return };
    if !fields::is_deleting(&namespace) {
        return;
    }
    let content: Vec<Key> = context.index.in_namespace(&key.name).cloned().collect();
    let (events, content): (Vec<Key>, Vec<Key>) =
        content.into_iter().partition(|key| &*key.resource == "events");
    for key in &content {
        context.delete(&key.resource, &key.namespace, &key.name);
    }
    for key in &events {
        context.store.remove("events", &key.namespace, &key.name);
    }
    let left: Vec<Object> = content.iter().filter_map(|key| context.at(key)).collect();
    if left.is_empty() {
        finish(context, &namespace);
        return;
    }
    let mut remaining: BTreeMap<&str, usize> = BTreeMap::new();
    for key in content.iter().filter(|key| context.at(key).is_some()) {
        *remaining.entry(&key.resource).or_insert(0) += 1;
    }
    tell_what_remains(context, &namespace, &remaining, &left);
}

fn finish(context: &mut Context<'_>, namespace: &Object) {
    let others = fields::items(namespace, "spec.finalizers")
        .iter()
        .filter(|one| one.as_str() != Some(FINALIZER))
        .cloned()
        .collect::<Vec<_>>();
    let held = !others.is_empty() || !fields::items(namespace, "metadata.finalizers").is_empty();
    if held {
        context.change(RESOURCE, namespace, |object| {
            fields::set(object, "spec.finalizers", others);
            fields::set(object, "status.phase", "Terminating");
        });
    } else {
        context.store.remove(RESOURCE, "", fields::name(namespace));
    }
}

/// Source: `pkg/controller/namespace/deletion/status_condition_utils.go`.
fn tell_what_remains(
    context: &mut Context<'_>,
    namespace: &Object,
    remaining: &BTreeMap<&str, usize>,
    left: &[Object],
) {
    let resources: Vec<String> = remaining
        .iter()
        .map(|(resource, number)| {
            let group = if resource.contains('.') { "" } else { "." };
            format!("{resource}{group} has {number} resource instances")
        })
        .collect();
    let mut finalizers: BTreeMap<&str, usize> = BTreeMap::new();
    for object in left {
        for one in fields::items(object, "metadata.finalizers").iter().filter_map(|f| f.as_str()) {
            *finalizers.entry(one).or_insert(0) += 1;
        }
    }
    let held: Vec<String> = finalizers
        .iter()
        .map(|(finalizer, number)| format!("{finalizer} in {number} resource instances"))
        .collect();
    let content = format!("Some resources are remaining: {}", resources.join(", "));
    let held = if held.is_empty() {
        ("False", "ContentHasNoFinalizers", "All content-preserving finalizers finished".to_owned())
    } else {
        let message =
            format!("Some content in the namespace has finalizers remaining: {}", held.join(", "));
        ("True", "SomeFinalizersRemain", message)
    };
    let all = [
        (
            "NamespaceDeletionDiscoveryFailure",
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered".to_owned(),
        ),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed".to_owned(),
        ),
        (
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization".to_owned(),
        ),
        ("NamespaceContentRemaining", "True", "SomeResourcesRemain", content),
        ("NamespaceFinalizersRemaining", held.0, held.1, held.2),
    ];
    let now = context.now;
    context.change(RESOURCE, namespace, |object| {
        fields::set(object, "status.phase", "Terminating");
        let mut list = fields::items(object, "status.conditions").to_vec();
        for (kind, status, reason, message) in &all {
            conditions::set(&mut list, Condition { kind, status, reason, message }, now);
        }
        fields::set(object, "status.conditions", json!(list));
    });
}
