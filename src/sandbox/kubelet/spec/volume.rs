use serde::Deserialize;
use serde_json::Value;

use super::container::{FieldRef, ResourceFieldRef};

/// A volume of a pod; what kind it is, the first field that is there says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Volume {
    pub(crate) name: String,
    pub(crate) config_map: Option<ConfigMapVolume>,
    pub(crate) secret: Option<SecretVolume>,
    pub(crate) downward_api: Option<DownwardVolume>,
    pub(crate) projected: Option<Projected>,
    pub(crate) host_path: Option<HostPath>,
    pub(crate) persistent_volume_claim: Option<Claim>,
    pub(crate) empty_dir: Option<Value>,
    pub(crate) ephemeral: Option<Value>,
    #[serde(flatten)]
    pub(crate) other: serde_json::Map<String, Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ConfigMapVolume {
    pub(crate) name: String,
    pub(crate) items: Vec<KeyToPath>,
    pub(crate) optional: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SecretVolume {
    pub(crate) secret_name: String,
    /// What a projected volume calls it.
    pub(crate) name: String,
    pub(crate) items: Vec<KeyToPath>,
    pub(crate) optional: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeyToPath {
    pub(crate) key: String,
    pub(crate) path: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DownwardVolume {
    pub(crate) items: Vec<DownwardFile>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct DownwardFile {
    pub(crate) path: String,
    pub(crate) field_ref: Option<FieldRef>,
    pub(crate) resource_field_ref: Option<ResourceFieldRef>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Projected {
    pub(crate) sources: Vec<Source>,
}

/// One of the sources of a projected volume, or what a volume of its own is made of.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Source {
    pub(crate) config_map: Option<ConfigMapVolume>,
    pub(crate) secret: Option<SecretVolume>,
    pub(crate) downward_api: Option<DownwardVolume>,
    pub(crate) service_account_token: Option<Token>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Token {
    pub(crate) path: String,
    pub(crate) audience: String,
    pub(crate) expiration_seconds: Option<i64>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HostPath {
    pub(crate) path: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Claim {
    pub(crate) claim_name: String,
    pub(crate) read_only: bool,
}

impl Volume {
    /// What its files are made from; none where containers fill it.
    pub(crate) fn sources(&self) -> Option<Vec<Source>> {
        let mut sources = Vec::new();
        if let Some(projected) = &self.projected {
            return Some(projected.sources.clone());
        }
        let of_its_own = Source {
            config_map: self.config_map.clone(),
            secret: self.secret.clone(),
            downward_api: self.downward_api.clone(),
            service_account_token: None,
        };
        let is_one = self.config_map.is_some() || self.secret.is_some();
        if is_one || self.downward_api.is_some() {
            sources.push(of_its_own);
            return Some(sources);
        }
        None
    }
}

impl SecretVolume {
    /// The secret's name, whichever way it is said.
    pub(crate) fn secret(&self) -> &str {
        if self.secret_name.is_empty() { &self.name } else { &self.secret_name }
    }
}

/// The kind of a volume that the sandbox knows only by name: `nfs`, `csi`.
pub(crate) fn source_word(volume: &Volume) -> Option<&str> {
    let known = volume.empty_dir.is_some() || volume.host_path.is_some();
    let known = known || volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some();
    if known || volume.sources().is_some() {
        return None;
    }
    volume.other.keys().next().map(String::as_str)
}
