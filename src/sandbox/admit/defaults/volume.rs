use serde_json::{Value, json};

use super::super::edit::{at, at_mut, default_to, items_mut, set};

/// Files of volumes that are made of other objects: 0644.
const FILE_MODE: i64 = 0o644;

/// What the volumes of a pod get.
///
/// Source: `pkg/apis/core/v1/defaults.go`, `SetDefaults_Volume` and those of its sources.
pub(super) fn default_volumes(spec: &mut Value) {
    for volume in items_mut(spec, &["volumes"]) {
        let sources = volume.as_object().map_or(0, |volume| {
            volume.iter().filter(|(key, value)| *key != "name" && !value.is_null()).count()
        });
        if sources == 0 {
            set(volume, &[], "emptyDir", json!({}));
        }
        default_volume(volume);
    }
}

fn default_volume(volume: &mut Value) {
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        if let Some(source) = at_mut(volume, &[source]) {
            default_to(source, &[], "defaultMode", FILE_MODE);
        }
    }
    default_field_references(volume, &["downwardAPI", "items"]);
    if let Some(path) = at_mut(volume, &["hostPath"])
        && path.get("type").is_none_or(Value::is_null)
    {
        set(path, &[], "type", "");
    }
    for source in items_mut(volume, &["projected", "sources"]) {
        default_field_references(source, &["downwardAPI", "items"]);
        if let Some(token) = at_mut(source, &["serviceAccountToken"]) {
            default_to(token, &[], "expirationSeconds", 3600);
        }
    }
    if let Some(claim) = at_mut(volume, &["ephemeral", "volumeClaimTemplate", "spec"]) {
        default_to(claim, &[], "volumeMode", "Filesystem");
    }
}

fn default_field_references(source: &mut Value, path: &[&str]) {
    for item in items_mut(source, path) {
        if let Some(field) = at_mut(item, &["fieldRef"]) {
            default_to(field, &[], "apiVersion", "v1");
        }
    }
}

/// Source: `defaults.go`, `SetDefaults_PersistentVolumeClaim`.
pub(super) fn default_claim(claim: &mut Value) {
    default_to(claim, &["status"], "phase", "Pending");
    if at(claim, &["spec"]).is_some() {
        default_to(claim, &["spec"], "volumeMode", "Filesystem");
    }
}

/// Source: `defaults.go`, `SetDefaults_PersistentVolume`.
pub(super) fn default_persistent_volume(volume: &mut Value) {
    default_to(volume, &["status"], "phase", "Pending");
    default_to(volume, &["spec"], "persistentVolumeReclaimPolicy", "Retain");
    default_to(volume, &["spec"], "volumeMode", "Filesystem");
    if let Some(spec) = at_mut(volume, &["spec"]) {
        default_volume(spec);
    }
}
