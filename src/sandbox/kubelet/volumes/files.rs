use std::collections::BTreeMap;

use jiff::Timestamp;

use super::token::token;
use crate::sandbox::Store;
use crate::sandbox::kubelet::environment::{config_map, field, resource, secret};
use crate::sandbox::kubelet::spec::{DownwardFile, KeyToPath, Pod, Source};

/// For whom files are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making<'a> {
    pub(crate) pod: &'a Pod,
    pub(crate) store: &'a Store,
    /// The pod's address, and its node's.
    pub(crate) addresses: [&'a str; 2],
    /// When its token was issued.
    pub(crate) issued: Timestamp,
}

/// Files by their path in a volume.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// The config map of every namespace: a cluster without it still runs pods here.
const ROOT_CA: &str = "kube-root-ca.crt";

/// The files that sources make together.
///
/// # Errors
/// The kubelet's words for the first thing that is missing.
///
/// Source: `pkg/volume/projected/projected.go`, `collectData`;
/// `pkg/volume/configmap/configmap.go`, `MakePayload`.
pub(super) fn files(sources: &[Source], making: Making<'_>) -> Result<Files, String> {
    let mut files = Files::new();
    for source in sources {
        add(source, making, &mut files)?;
    }
    Ok(files)
}

fn add(source: &Source, making: Making<'_>, files: &mut Files) -> Result<(), String> {
    let (store, namespace) = (making.store, &making.pod.namespace);
    if let Some(map) = &source.config_map {
        let found = config_map(store, namespace, &map.name);
        let optional = map.optional || (found.is_none() && map.name == ROOT_CA);
        let data = present(found, optional, "configmap", &map.name)?;
        select(data, &map.items, optional, "config", files)?;
    }
    if let Some(wanted) = &source.secret {
        let found = secret(store, namespace, wanted.secret());
        let data = present(found, wanted.optional, "secret", wanted.secret())?;
        select(data, &wanted.items, wanted.optional, "secret", files)?;
    }
    for item in source.downward_api.iter().flat_map(|downward| &downward.items) {
        files.insert(item.path.clone(), downward(item, making)?.into_bytes());
    }
    if let Some(wanted) = &source.service_account_token {
        let seconds = wanted.expiration_seconds.unwrap_or(3600);
        let token = token(making.pod, &wanted.audience, seconds, making.issued);
        files.insert(wanted.path.clone(), token.into_bytes());
    }
    Ok(())
}

fn present(found: Option<Files>, optional: bool, kind: &str, name: &str) -> Result<Files, String> {
    match found {
        Some(data) => Ok(data),
        None if optional => Ok(Files::new()),
        None => Err(format!("{kind} {name:?} not found")),
    }
}

fn select(
    mut data: Files,
    items: &[KeyToPath],
    optional: bool,
    kind: &str,
    files: &mut Files,
) -> Result<(), String> {
    if items.is_empty() {
        files.append(&mut data);
        return Ok(());
    }
    for item in items {
        match data.get(&item.key) {
            Some(content) => {
                files.insert(item.path.clone(), content.clone());
            }
            None if optional => {}
            None => return Err(format!("references non-existent {kind} key: {}", item.key)),
        }
    }
    Ok(())
}

fn downward(item: &DownwardFile, making: Making<'_>) -> Result<String, String> {
    if let Some(wanted) = &item.field_ref {
        return field(making.pod, &wanted.field_path, making.addresses);
    }
    match &item.resource_field_ref {
        Some(wanted) => resource(making.pod, &wanted.container_name, wanted, making.store),
        None => Ok(String::new()),
    }
}
