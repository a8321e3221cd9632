use serde_json::{Value, json};

use super::super::{Object, fields};
use super::context::Context;
use super::key::Key;
use super::pods;
use super::quantity::thousandths;
use super::selector::Selector;

/// Who makes volumes in the sandbox.
pub(super) const PROVISIONER: &str = "sandbox.podlab/volumes";
const CLAIMS: &str = "persistentvolumeclaims";
const VOLUMES: &str = "persistentvolumes";
const SOURCE: &str = "persistentvolume-controller";
const PROTECTION: &str = "kubernetes.io/pvc-protection";

/// Finds or makes a volume for a claim; lets a claim go that no pod uses any more.
///
/// Source: `pkg/controller/volume/persistentvolume/pv_controller.go`, `syncUnboundClaim`;
/// `pkg/controller/volume/pvcprotection/pvc_protection_controller.go`.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(claim) = context.get(CLAIMS, &key.namespace, &key.name) else { return };
    if fields::is_deleting(&claim) {
        if !is_used(context, key) {
            context.finalize(CLAIMS, &claim, PROTECTION);
        }
        return;
    }
    match fields::text(&claim, "status.phase") {
        "Bound" => check_bound(context, &claim),
        _ => bind(context, &claim),
    }
}

fn is_used(context: &Context<'_>, claim: &Key) -> bool {
    context.list("pods", &claim.namespace).iter().any(|pod| {
        let uses =
            |volume: &Value| fields::text(volume, "persistentVolumeClaim.claimName") == claim.name;
        !pods::has_ended(pod) && fields::items(pod, "spec.volumes").iter().any(uses)
    })
}

/// A claim whose volume was deleted is lost.
fn check_bound(context: &mut Context<'_>, claim: &Object) {
    let volume = fields::text(claim, "spec.volumeName");
    if context.get(VOLUMES, "", volume).is_none() {
        context.change(CLAIMS, claim, |claim| fields::set(claim, "status.phase", "Lost"));
        let message = "Bound claim has lost its PersistentVolume. Any data on the volume is lost!";
        context.warning(SOURCE, claim, "ClaimLost", message);
    }
}

fn bind(context: &mut Context<'_>, claim: &Object) {
    if fields::text(claim, "status.phase").is_empty() {
        context.change(CLAIMS, claim, |claim| fields::set(claim, "status.phase", "Pending"));
    }
    let wanted = fields::text(claim, "spec.volumeName");
    let volume = if wanted.is_empty() {
        best_volume(context, claim).or_else(|| provision(context, claim))
    } else {
        context.get(VOLUMES, "", wanted).filter(|volume| is_free_for(volume, claim))
    };
    if let Some(volume) = volume {
        tie(context, claim, &volume);
    }
}

/// The smallest volume that is there and fits.
///
/// Source: `component-helpers/storage/volume/pv_helpers.go`, `FindMatchingVolume`.
fn best_volume(context: &Context<'_>, claim: &Value) -> Option<Object> {
    let size = |volume: &Value| thousandths(fields::at(volume, "spec.capacity.storage"));
    let fitting = context.store.list(VOLUMES, None).filter(|volume| fits(volume, claim));
    let pre_bound = |volume: &Value| !fields::text(volume, "spec.claimRef.name").is_empty();
    fitting.min_by_key(|volume| (!pre_bound(volume), size(volume))).cloned()
}

fn fits(volume: &Value, claim: &Value) -> bool {
    let text = |object: &Value, path: &str| fields::text(object, path).to_owned();
    let modes = fields::items(volume, "spec.accessModes");
    let size = thousandths(fields::at(volume, "spec.capacity.storage"));
    let wanted = thousandths(fields::at(claim, "spec.resources.requests.storage"));
    let selector = fields::at(claim, "spec.selector");
    is_free_for(volume, claim)
        && !fields::is_deleting(volume)
        && text(volume, "spec.storageClassName") == text(claim, "spec.storageClassName")
        && size >= wanted
        && fields::items(claim, "spec.accessModes").iter().all(|mode| modes.contains(mode))
        && (selector.is_null() || Selector::of_labels(selector).is_some_and(|s| s.fits(volume)))
}

/// Whether a volume is nobody's, or was kept for this claim.
fn is_free_for(volume: &Value, claim: &Value) -> bool {
    let reference = fields::at(volume, "spec.claimRef");
    let uid = fields::text(reference, "uid");
    reference.is_null()
        || fields::text(reference, "name") == fields::name(claim)
            && fields::text(reference, "namespace") == fields::namespace(claim)
            && (uid.is_empty() || uid == fields::uid(claim))
}

fn provision(context: &mut Context<'_>, claim: &Object) -> Option<Object> {
    let class = fields::text(claim, "spec.storageClassName");
    if class.is_empty() {
        let message = "no persistent volumes available for this claim and no storage class is set";
        context.normal(SOURCE, claim, "FailedBinding", message);
        return None;
    }
    let Some(class) = context.get("storageclasses.storage.k8s.io", "", class) else {
        let message = format!("storageclass.storage.k8s.io {class:?} not found");
        context.warning(SOURCE, claim, "ProvisioningFailed", &message);
        return None;
    };
    let provisioner = fields::text(&class, "provisioner");
    if provisioner == "kubernetes.io/no-provisioner" {
        let message = "waiting for first consumer to be created before binding";
        context.normal(SOURCE, claim, "WaitForFirstConsumer", message);
        return None;
    }
    let (namespace, name) = (fields::namespace(claim), fields::name(claim));
    let message =
        format!("External provisioner is provisioning volume for claim \"{namespace}/{name}\"");
    context.normal(PROVISIONER, claim, "Provisioning", &message);
    if provisioner != PROVISIONER {
        let message = format!(
            "The sandbox stands in for the provisioner {provisioner:?}: the volume is simulated."
        );
        context.normal(PROVISIONER, claim, "Simulated", &message);
    }
    let volume = context.create(VOLUMES, new_volume(claim, &class)).ok()?;
    let message = format!("Successfully provisioned volume {}", fields::name(&volume));
    context.normal(PROVISIONER, claim, "ProvisioningSucceeded", &message);
    Some(volume)
}

fn new_volume(claim: &Value, class: &Value) -> Value {
    let name = format!("pvc-{}", fields::uid(claim));
    let policy = match fields::text(class, "reclaimPolicy") {
        "" => "Delete",
        policy => policy,
    };
    json!({
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": name,
            "annotations": { "pv.kubernetes.io/provisioned-by": PROVISIONER },
            "finalizers": ["kubernetes.io/pv-protection"],
        },
        "spec": {
            "accessModes": claim["spec"]["accessModes"],
            "capacity": { "storage": claim["spec"]["resources"]["requests"]["storage"] },
            "hostPath": { "path": format!("/var/sandbox/{name}"), "type": "DirectoryOrCreate" },
            "persistentVolumeReclaimPolicy": policy,
            "storageClassName": fields::name(class),
            "volumeMode": match fields::text(claim, "spec.volumeMode") { "" => "Filesystem", mode => mode },
        },
        "status": { "phase": "Pending" },
    })
}

/// Has claim and volume name each other.
fn tie(context: &mut Context<'_>, claim: &Object, volume: &Object) {
    let Some(claim) = context.get(CLAIMS, fields::namespace(claim), fields::name(claim)) else {
        return;
    };
    context.change(VOLUMES, volume, |volume| {
        let reference = json!({
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "namespace": fields::namespace(&claim),
            "name": fields::name(&claim),
            "uid": fields::uid(&claim),
            "resourceVersion": claim["metadata"]["resourceVersion"],
        });
        fields::set(volume, "spec.claimRef", reference);
        fields::set(volume, "status.phase", "Bound");
    });
    let provisioner = fields::annotation(volume, "pv.kubernetes.io/provisioned-by").to_owned();
    context.change(CLAIMS, &claim, |claim| {
        fields::annotate(claim, "annotations", "pv.kubernetes.io/bind-completed", "yes");
        fields::annotate(claim, "annotations", "pv.kubernetes.io/bound-by-controller", "yes");
        if !provisioner.is_empty() {
            let key = "volume.kubernetes.io/storage-provisioner";
            fields::annotate(claim, "annotations", key, &provisioner);
        }
        let mut finalizers = fields::items(claim, "metadata.finalizers").to_vec();
        if !finalizers.iter().any(|one| one == PROTECTION) {
            finalizers.push(json!(PROTECTION));
        }
        fields::set(claim, "metadata.finalizers", finalizers);
        fields::set(claim, "spec.volumeName", fields::name(volume));
        let status = json!({
            "phase": "Bound",
            "accessModes": volume["spec"]["accessModes"],
            "capacity": volume["spec"]["capacity"],
        });
        fields::set(claim, "status", status);
    });
}
