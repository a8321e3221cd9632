use serde_json::Value;

use super::super::{Object, fields};
use super::context::{Context, controller_reference, controller_uid};
use super::key::Key;
use super::selector::Selector;

/// The objects that an owner manages: those that fit its selector and name it as their
/// controller. What fits and has none is taken over; what fits no longer is let go.
///
/// Source: `pkg/controller/controller_ref_manager.go`, `ClaimObject`.
pub(super) fn claim(
    context: &mut Context<'_>,
    resource: &str,
    owner: &Object,
    selector: &Selector,
) -> Vec<Object> {
    let uid = fields::uid(owner);
    let managed = |object: &Object| controller_uid(object) == Some(uid);
    let (fitting, others): (Vec<Object>, Vec<Object>) = context
        .dependents(resource, uid)
        .into_iter()
        .filter(managed)
        .partition(|object| selector.fits(object));
    if fields::is_deleting(owner) {
        return fitting;
    }
    for object in others.iter().filter(|object| !fields::is_deleting(object)) {
        release(context, resource, object, uid);
    }
    let namespace = fields::namespace(owner);
    let orphans: Vec<Key> = context.index.orphans(resource, namespace).cloned().collect();
    let orphans = orphans.into_iter().filter_map(|key| context.at(&key));
    let adopted: Vec<Object> = orphans
        .filter(|object| selector.fits(object) && !fields::is_deleting(object))
        .filter(|object| controller_uid(object).is_none())
        .collect();
    let adopted: Vec<Object> =
        adopted.iter().filter_map(|object| adopt(context, resource, object, owner)).collect();
    fitting.into_iter().chain(adopted).collect()
}

fn adopt(
    context: &mut Context<'_>,
    resource: &str,
    object: &Value,
    owner: &Value,
) -> Option<Object> {
    context.change(resource, object, |object| {
        let mut owners = fields::items(object, "metadata.ownerReferences").to_vec();
        owners.retain(|one| fields::text(one, "uid") != fields::uid(owner));
        owners.push(controller_reference(owner));
        fields::set(object, "metadata.ownerReferences", owners);
    });
    context.get(resource, fields::namespace(object), fields::name(object))
}

/// Takes an owner off an object.
pub(super) fn release(context: &mut Context<'_>, resource: &str, object: &Value, uid: &str) {
    context.change(resource, object, |object| {
        let mut owners = fields::items(object, "metadata.ownerReferences").to_vec();
        owners.retain(|one| fields::text(one, "uid") != uid);
        if owners.is_empty() {
            fields::unset(object, "metadata.ownerReferences");
        } else {
            fields::set(object, "metadata.ownerReferences", owners);
        }
    });
}
