use serde_json::{Value, json};

use super::super::{Object, fields};
use super::context::{Context, controller_reference, controller_uid};
use super::template::{hash, meant};

const RESOURCE: &str = "controllerrevisions.apps";

/// The past and present templates of a daemon set or a stateful set, oldest first; the
/// last one is its template of now.
///
/// Source: `pkg/controller/history/controller_history.go`;
/// `pkg/controller/statefulset/stateful_set_control.go`, `getStatefulSetRevisions`.
pub(super) fn of(context: &mut Context<'_>, set: &Object, hash_label: &str) -> Vec<Object> {
    let mut revisions: Vec<Object> = context
        .dependents(RESOURCE, fields::uid(set))
        .into_iter()
        .filter(|revision| controller_uid(revision) == Some(fields::uid(set)))
        .collect();
    revisions.sort_by_key(|revision| fields::count(revision, "revision"));
    let next = revisions.last().map_or(0, |last| fields::count(last, "revision")) + 1;
    let wanted = meant(&set["spec"]["template"]);
    match revisions.iter().rposition(|revision| meant(&template(revision)) == wanted) {
        Some(at) if at + 1 == revisions.len() => {}
        Some(at) => {
            // Rolled back: the old one is the newest again.
            let old = revisions.remove(at);
            context.change(RESOURCE, &old, |old| fields::set(old, "revision", next));
            let key = (fields::namespace(&old), fields::name(&old));
            revisions.extend(context.get(RESOURCE, key.0, key.1));
        }
        None => {
            let made = make(context, set, hash_label, next);
            revisions.extend(made);
        }
    }
    revisions
}

/// The template that a revision holds.
pub(super) fn template(revision: &Value) -> Value {
    let mut template = fields::at(revision, "data.spec.template").clone();
    if let Some(map) = template.as_object_mut() {
        map.remove("$patch");
    }
    template
}

/// The hash in a revision's name.
pub(super) fn hash_of<'a>(revision: &'a Value, hash_label: &str) -> &'a str {
    fields::label(revision, hash_label).unwrap_or_default()
}

/// Deletes the oldest revisions that no pod has any more, beyond the set's limit.
pub(super) fn clean_up(
    context: &mut Context<'_>,
    set: &Object,
    revisions: &[Object],
    is_used: impl Fn(&Object) -> bool,
) {
    let limit = fields::number(set, "spec.revisionHistoryLimit").unwrap_or(10);
    let limit = usize::try_from(limit).unwrap_or(0);
    let past = revisions.split_last().map_or(&[][..], |(_, past)| past);
    let unused: Vec<&Object> = past.iter().filter(|revision| !is_used(revision)).collect();
    for revision in unused.iter().take(unused.len().saturating_sub(limit)) {
        context.delete(RESOURCE, fields::namespace(revision), fields::name(revision));
    }
}

fn make(context: &mut Context<'_>, set: &Object, hash_label: &str, number: i64) -> Option<Object> {
    for collisions in 0..10 {
        let hash = hash(&set["spec"]["template"], collisions);
        let mut template = set["spec"]["template"].clone();
        fields::set(&mut template, "$patch", "replace");
        let mut labels = set["spec"]["template"]["metadata"]["labels"].clone();
        fields::map_at(&mut labels, "").insert(hash_label.to_owned(), json!(hash));
        let mut revision = json!({
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": {
                "name": format!("{}-{hash}", fields::name(set)),
                "namespace": fields::namespace(set),
                "labels": labels,
                "ownerReferences": [controller_reference(set)],
            },
            "data": { "spec": { "template": template } },
            "revision": number,
        });
        let annotations = &set["metadata"]["annotations"];
        if annotations.is_object() {
            fields::set(&mut revision, "metadata.annotations", annotations.clone());
        }
        match context.create(RESOURCE, revision) {
            Ok(revision) => return Some(revision),
            Err(status) if status.reason == "AlreadyExists" => {}
            Err(_) => return None,
        }
    }
    None
}
