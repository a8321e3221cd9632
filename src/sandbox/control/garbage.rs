use serde_json::Value;

use super::super::{Object, fields};
use super::adoption::release;
use super::context::Context;
use super::key::Key;

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

/// Takes away what has lost all of its owners, and does what an owner on its way out
/// asks for its dependents.
///
/// Source: `pkg/controller/garbagecollector/garbagecollector.go`.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(object) = context.at(key) else { return };
    if fields::is_deleting(&object) {
        let finalizers = fields::items(&object, "metadata.finalizers");
        if finalizers.iter().any(|one| one == ORPHAN) {
            orphan_dependents(context, key, &object);
        } else if finalizers.iter().any(|one| one == FOREGROUND) {
            end_dependents(context, key, &object);
        }
        return;
    }
    let owners = fields::items(&object, "metadata.ownerReferences");
    if owners.is_empty() {
        return;
    }
    let (there, gone): (Vec<&Value>, Vec<&Value>) =
        owners.iter().partition(|owner| lives(context, owner));
    if there.is_empty() {
        context.delete(&key.resource, &key.namespace, &key.name);
    } else if !gone.is_empty() {
        let left: Vec<Value> = there.into_iter().cloned().collect();
        context.change(&key.resource, &object, |object| {
            fields::set(object, "metadata.ownerReferences", left);
        });
    }
}

/// Whether an owner is there, and does not wait for its dependents to go before it.
fn lives(context: &Context<'_>, owner: &Value) -> bool {
    let Some(key) = context.index.of_uid(fields::text(owner, "uid")) else { return false };
    context.at(key).is_some_and(|owner| !waits_for_dependents(&owner))
}

fn waits_for_dependents(owner: &Value) -> bool {
    let finalizers = fields::items(owner, "metadata.finalizers");
    fields::is_deleting(owner) && finalizers.iter().any(|one| one == FOREGROUND)
}

fn orphan_dependents(context: &mut Context<'_>, key: &Key, owner: &Object) {
    let uid = fields::uid(owner);
    let dependents: Vec<Key> = context.index.dependents(uid).cloned().collect();
    for dependent in dependents {
        let Some(object) = context.at(&dependent) else { continue };
        release(context, &dependent.resource, &object, uid);
    }
    context.finalize(&key.resource, owner, ORPHAN);
}

/// In the foreground: the dependents that block go first, each after its own.
fn end_dependents(context: &mut Context<'_>, key: &Key, owner: &Object) {
    let uid = fields::uid(owner);
    let dependents: Vec<Key> = context.index.dependents(uid).cloned().collect();
    let mut blocked = false;
    for dependent in dependents {
        let Some(object) = context.at(&dependent) else { continue };
        let reference = fields::items(&object, "metadata.ownerReferences")
            .iter()
            .find(|one| fields::text(one, "uid") == uid);
        if !fields::is_deleting(&object) {
            let has_dependents = context.index.dependents(fields::uid(&object)).next().is_some();
            if has_dependents {
                context.change(&dependent.resource, &object, |object| {
                    let mut finalizers = fields::items(object, "metadata.finalizers").to_vec();
                    finalizers.push(FOREGROUND.into());
                    fields::set(object, "metadata.finalizers", finalizers);
                });
            }
            context.delete(&dependent.resource, &dependent.namespace, &dependent.name);
        }
        let blocks = reference.is_some_and(|one| fields::flag(one, "blockOwnerDeletion"));
        blocked |= blocks && context.at(&dependent).is_some();
    }
    if !blocked {
        context.finalize(&key.resource, owner, FOREGROUND);
    }
}
