use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::edit::{at, is_blank, items, text};
use super::findings::Findings;
use super::names::dns_label;

/// Checks the volumes of a pod's spec and gives their names.
///
/// Source: `pkg/apis/core/validation/validation.go`, `ValidateVolumes`.
pub(super) fn check_volumes(spec: &Value, field: &str, found: &mut Findings) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (index, volume) in items(spec, &["volumes"]).enumerate() {
        let field = format!("{field}[{index}]");
        let name = text(volume, &["name"]);
        if name.is_empty() {
            found.required(&format!("{field}.name"), "");
        } else {
            for wrong in dns_label(name) {
                found.invalid(&format!("{field}.name"), &json!(name), &wrong);
            }
            if !names.insert(name.to_owned()) {
                found.duplicate(&format!("{field}.name"), &json!(name));
            }
        }
        check_source(volume, &field, found);
    }
    names
}

fn check_source(volume: &Value, field: &str, found: &mut Findings) {
    let sources = volume.as_object().into_iter().flatten();
    let mut sources = sources.filter(|(key, value)| *key != "name" && !value.is_null());
    sources.next();
    for (key, _) in sources {
        found.forbidden(&format!("{field}.{key}"), "may not specify more than 1 volume type");
    }
    for (source, key) in [
        ("hostPath", "path"),
        ("persistentVolumeClaim", "claimName"),
        ("configMap", "name"),
        ("secret", "secretName"),
        ("nfs", "server"),
        ("csi", "driver"),
    ] {
        if at(volume, &[source]).is_some() && is_blank(volume, &[source, key]) {
            found.required(&format!("{field}.{source}.{key}"), "");
        }
    }
    for source in ["configMap", "secret"] {
        check_items(volume, &[source, "items"], &format!("{field}.{source}.items"), found);
        check_mode(&volume[source]["defaultMode"], &format!("{field}.{source}.defaultMode"), found);
    }
}

fn check_items(volume: &Value, path: &[&str], field: &str, found: &mut Findings) {
    for (index, item) in items(volume, path).enumerate() {
        for key in ["key", "path"] {
            if is_blank(item, &[key]) {
                found.required(&format!("{field}[{index}].{key}"), "");
            }
        }
        let target = text(item, &["path"]);
        let field = format!("{field}[{index}].path");
        if target.starts_with('/') {
            found.invalid(&field, &json!(target), "must be a relative path");
        } else if target.split('/').any(|part| part == "..") {
            found.invalid(&field, &json!(target), "must not contain '..'");
        }
    }
}

fn check_mode(mode: &Value, field: &str, found: &mut Findings) {
    if mode.as_i64().is_some_and(|mode| !(0..=0o777).contains(&mode)) {
        let words = "must be a number between 0 and 0777 (octal), both inclusive";
        found.invalid(field, mode, words);
    }
}

const ACCESS_MODES: [&str; 4] =
    ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

fn check_access_modes(spec: &Value, words: &str, found: &mut Findings) {
    if is_blank(spec, &["accessModes"]) {
        found.required("spec.accessModes", words);
    }
    for mode in items(spec, &["accessModes"]).filter_map(Value::as_str) {
        if !ACCESS_MODES.contains(&mode) {
            found.unsupported("spec.accessModes", mode, &ACCESS_MODES);
        }
    }
}

/// Source: `validation.go`, `ValidatePersistentVolumeClaimSpec`.
pub(super) fn check_claim(claim: &Value, found: &mut Findings) {
    let spec = &claim["spec"];
    check_access_modes(spec, "at least 1 access mode is required", found);
    if is_blank(spec, &["resources", "requests", "storage"]) {
        found.required("spec.resources[storage]", "");
    }
}

/// Source: `validation.go`, `ValidatePersistentVolumeClaimUpdate`.
pub(super) fn check_changed_claim(claim: &Value, old: &Value, found: &mut Findings) {
    let fixed = |claim: &Value| {
        let mut spec = claim["spec"].clone();
        if let Some(map) = spec.as_object_mut() {
            for key in ["resources", "volumeAttributesClassName", "volumeName", "storageClassName"]
            {
                map.remove(key);
            }
        }
        spec
    };
    if fixed(claim) != fixed(old) {
        let words = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
        found.forbidden("spec", words);
    }
}

/// Source: `validation.go`, `ValidatePersistentVolume`.
pub(super) fn check_persistent_volume(volume: &Value, found: &mut Findings) {
    let spec = &volume["spec"];
    check_access_modes(spec, "", found);
    if is_blank(spec, &["capacity"]) {
        found.required("spec.capacity", "");
    }
    let known = [
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeAttributesClassName",
        "volumeMode",
    ];
    let sources = spec.as_object().into_iter().flatten();
    let sources = sources.filter(|(key, value)| !known.contains(&key.as_str()) && !value.is_null());
    if sources.count() == 0 {
        found.required("spec", "must specify a volume type");
    }
}
