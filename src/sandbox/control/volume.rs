use super::super::{Object, fields};
use super::context::Context;
use super::key::Key;

const RESOURCE: &str = "persistentvolumes";

/// Says whether a volume is free, bound or released, and deletes what its policy says.
///
/// Source: `pkg/controller/volume/persistentvolume/pv_controller.go`, `syncVolume`.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(volume) = context.get(RESOURCE, "", &key.name) else { return };
    let phase = phase(context, &volume);
    if fields::text(&volume, "status.phase") != phase {
        context.change(RESOURCE, &volume, |volume| fields::set(volume, "status.phase", phase));
    }
    let is_ours = fields::text(&volume, "spec.persistentVolumeReclaimPolicy") == "Delete";
    if phase == "Released" && is_ours && !fields::is_deleting(&volume) {
        context.delete(RESOURCE, "", &key.name);
    }
    let Some(volume) = context.get(RESOURCE, "", &key.name) else { return };
    if fields::is_deleting(&volume) && phase != "Bound" {
        for finalizer in
            ["kubernetes.io/pv-protection", "external-provisioner.volume.kubernetes.io/finalizer"]
        {
            context.finalize(RESOURCE, &volume, finalizer);
        }
    }
}

fn phase(context: &Context<'_>, volume: &Object) -> &'static str {
    let reference = fields::at(volume, "spec.claimRef");
    let (namespace, name) = (fields::text(reference, "namespace"), fields::text(reference, "name"));
    let uid = fields::text(reference, "uid");
    if uid.is_empty() {
        return "Available";
    }
    match context.get("persistentvolumeclaims", namespace, name) {
        Some(claim) if fields::uid(&claim) == uid => "Bound",
        _ => "Released",
    }
}
