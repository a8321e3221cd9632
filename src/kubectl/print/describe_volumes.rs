//! The volumes of a described pod.

use k8s_openapi::api::core::v1::{
    CSIVolumeSource, DownwardAPIVolumeSource, EphemeralVolumeSource, ProjectedVolumeSource, Volume,
};

use super::describe_page::Page;

/// Writes the volumes; kinds that belong to one vendor and are gone show as `<unknown>`.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeVolumes` (1.36).
pub(super) fn volumes(page: &mut Page, level: usize, volumes: &[Volume]) {
    if volumes.is_empty() {
        page.field(level, "Volumes", "<none>");
        return;
    }
    page.line(level, "Volumes:");
    // In a template the names stand one space further right.
    let indent = if level > 0 { " " } else { "" };
    for volume in volumes {
        page.line(1, format_args!("{indent}{}:", volume.name));
        if !common(page, volume) && !rare(page, volume) {
            page.line(1, "<unknown>");
        }
    }
}

fn fields(page: &mut Page, type_: &str, fields: &[(&str, String)]) {
    page.field(2, "Type", type_);
    for (title, value) in fields {
        page.field(2, title, value);
    }
}

fn truth(value: Option<bool>) -> String {
    value.unwrap_or(false).to_string()
}

/// Writes a volume that most pods have; false where it is none of these.
fn common(page: &mut Page, volume: &Volume) -> bool {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    if let Some(secret) = &volume.secret {
        let rows =
            [("SecretName", text(&secret.secret_name)), ("Optional", truth(secret.optional))];
        fields(page, "Secret (a volume populated by a Secret)", &rows);
    } else if let Some(map) = &volume.config_map {
        let rows = [("Name", map.name.clone()), ("Optional", truth(map.optional))];
        fields(page, "ConfigMap (a volume populated by a ConfigMap)", &rows);
    } else if let Some(empty) = &volume.empty_dir {
        let size = empty.size_limit.as_ref().map(|size| size.0.clone()).filter(|size| size != "0");
        let size = size.unwrap_or_else(|| "<unset>".to_owned());
        let rows = [("Medium", text(&empty.medium)), ("SizeLimit", size)];
        fields(page, "EmptyDir (a temporary directory that shares a pod's lifetime)", &rows);
    } else if let Some(host) = &volume.host_path {
        let type_ = host.type_.clone().unwrap_or_else(|| "<none>".to_owned());
        let rows = [("Path", host.path.clone()), ("HostPathType", type_)];
        fields(page, "HostPath (bare host directory volume)", &rows);
    } else if let Some(projected) = &volume.projected {
        self::projected(page, projected);
    } else if let Some(claim) = &volume.persistent_volume_claim {
        let rows = [("ClaimName", claim.claim_name.clone()), ("ReadOnly", truth(claim.read_only))];
        let type_ =
            "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)";
        fields(page, type_, &rows);
    } else if let Some(downward) = &volume.downward_api {
        self::downward(page, downward);
    } else {
        return false;
    }
    true
}

/// Writes a volume that few pods have; false where it is none of these.
fn rare(page: &mut Page, volume: &Volume) -> bool {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    if let Some(nfs) = &volume.nfs {
        let rows = [
            ("Server", nfs.server.clone()),
            ("Path", nfs.path.clone()),
            ("ReadOnly", truth(nfs.read_only)),
        ];
        fields(page, "NFS (an NFS mount that lasts the lifetime of a pod)", &rows);
    } else if let Some(image) = &volume.image {
        let rows =
            [("Reference", text(&image.reference)), ("PullPolicy", text(&image.pull_policy))];
        fields(page, "Image (a container image or OCI artifact)", &rows);
    } else if let Some(csi) = &volume.csi {
        self::csi(page, csi);
    } else if let Some(ephemeral) = &volume.ephemeral {
        self::ephemeral(page, ephemeral);
    } else {
        return false;
    }
    true
}

fn projected(page: &mut Page, projected: &ProjectedVolumeSource) {
    fields(page, "Projected (a volume that contains injected data from multiple sources)", &[]);
    for source in projected.sources.iter().flatten() {
        if let Some(secret) = &source.secret {
            page.field(2, "SecretName", &secret.name);
            page.field(2, "Optional", truth(secret.optional));
        } else if source.downward_api.is_some() {
            page.field(2, "DownwardAPI", "true");
        } else if let Some(map) = &source.config_map {
            page.field(2, "ConfigMapName", &map.name);
            page.field(2, "Optional", truth(map.optional));
        } else if let Some(token) = &source.service_account_token {
            page.field(2, "TokenExpirationSeconds", token.expiration_seconds.unwrap_or(3600));
        }
    }
}

fn downward(page: &mut Page, downward: &DownwardAPIVolumeSource) {
    fields(page, "DownwardAPI (a volume populated by information about the pod)", &[]);
    page.line(2, "Items:");
    for item in downward.items.iter().flatten() {
        if let Some(field) = &item.field_ref {
            page.line(3, format_args!("{} -> {}", field.field_path, item.path));
        }
        if let Some(field) = &item.resource_field_ref {
            page.line(3, format_args!("{} -> {}", field.resource, item.path));
        }
    }
}

fn csi(page: &mut Page, csi: &CSIVolumeSource) {
    let rows = [
        ("Driver", csi.driver.clone()),
        ("FSType", csi.fs_type.clone().unwrap_or_default()),
        ("ReadOnly", truth(csi.read_only)),
    ];
    fields(page, "CSI (a Container Storage Interface (CSI) volume source)", &rows);
    let attributes = csi.volume_attributes.iter().flatten();
    // kubectl indents the values once more than their title.
    let attributes = attributes.map(|(key, value)| format!("    {key}={value}"));
    page.list(2, "VolumeAttributes", attributes);
}

fn ephemeral(page: &mut Page, ephemeral: &EphemeralVolumeSource) {
    let type_ = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)";
    fields(page, type_, &[]);
    let Some(template) = &ephemeral.volume_claim_template else { return };
    let class = template.spec.storage_class_name.clone().unwrap_or_default();
    page.field(2, "StorageClass", class);
    page.field(2, "Volume", template.spec.volume_name.clone().unwrap_or_default());
    let metadata = template.metadata.clone().unwrap_or_default();
    let pairs = |of: Option<std::collections::BTreeMap<String, String>>, between: &str| {
        let pairs = of.into_iter().flatten().map(|(key, value)| format!("{key}{between}{value}"));
        pairs.collect::<Vec<_>>()
    };
    page.list(2, "Labels", pairs(metadata.labels, "="));
    page.list(2, "Annotations", pairs(metadata.annotations, ": "));
    page.field(2, "Capacity", "");
    page.field(2, "Access Modes", "");
    page.field_if(2, "VolumeMode", template.spec.volume_mode.as_ref());
}
