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
pub(super) type Files = BTreeMap<String, File>;

/// A file of a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) content: Vec<u8>,
    pub(super) mode: u32,
}

type Data = BTreeMap<String, Vec<u8>>;

/// The config map of every namespace: a cluster without it still runs pods here.
const ROOT_CA: &str = "kube-root-ca.crt";

/// The files that sources make together.
///
/// # Errors
/// The kubelet's words for the first thing that is missing.
///
/// Source: `pkg/volume/projected/projected.go`, `collectData`;
/// `pkg/volume/configmap/configmap.go`, `MakePayload`.
pub(super) fn files(
    sources: &[Source],
    mode: Option<i64>,
    making: Making<'_>,
) -> Result<Files, String> {
    let mut files = Files::new();
    for source in sources {
        add(source, mode, making, &mut files)?;
    }
    Ok(files)
}

fn add(
    source: &Source,
    mode: Option<i64>,
    making: Making<'_>,
    files: &mut Files,
) -> Result<(), String> {
    let (store, namespace) = (making.store, &making.pod.namespace);
    if let Some(map) = &source.config_map {
        let found = config_map(store, namespace, &map.name);
        let optional = map.optional || (found.is_none() && map.name == ROOT_CA);
        let data = present(found, optional, "configmap", &map.name)?;
        let mode = map.default_mode.or(mode);
        select(data, &Selection { items: &map.items, optional, kind: "config", mode }, files)?;
    }
    if let Some(wanted) = &source.secret {
        let found = secret(store, namespace, wanted.secret());
        let data = present(found, wanted.optional, "secret", wanted.secret())?;
        let (items, optional) = (&wanted.items, wanted.optional);
        let mode = wanted.default_mode.or(mode);
        select(data, &Selection { items, optional, kind: "secret", mode }, files)?;
    }
    if let Some(wanted) = &source.downward_api {
        for item in &wanted.items {
            let content = downward(item, making)?.into_bytes();
            let mode = item.mode.or(wanted.default_mode).or(mode);
            files.insert(item.path.clone(), File { content, mode: mode_of(mode) });
        }
    }
    if let Some(wanted) = &source.service_account_token {
        let seconds = wanted.expiration_seconds.unwrap_or(3600);
        let content = token(making.pod, &wanted.audience, seconds, making.issued).into_bytes();
        files.insert(wanted.path.clone(), File { content, mode: mode_of(mode) });
    }
    Ok(())
}

/// Source: `pkg/apis/core/v1/types.go`, `ConfigMapVolumeSourceDefaultMode`.
fn mode_of(said: Option<i64>) -> u32 {
    said.and_then(|mode| u32::try_from(mode).ok()).unwrap_or(0o644) & 0o777
}

fn present(found: Option<Data>, optional: bool, kind: &str, name: &str) -> Result<Data, String> {
    match found {
        Some(data) => Ok(data),
        None if optional => Ok(Data::new()),
        None => Err(format!("{kind} {name:?} not found")),
    }
}

/// Which keys become files.
struct Selection<'a> {
    items: &'a [KeyToPath],
    optional: bool,
    kind: &'a str,
    mode: Option<i64>,
}

fn select(data: Data, wanted: &Selection<'_>, files: &mut Files) -> Result<(), String> {
    if wanted.items.is_empty() {
        let mode = mode_of(wanted.mode);
        files.extend(data.into_iter().map(|(key, content)| (key, File { content, mode })));
        return Ok(());
    }
    for item in wanted.items {
        match data.get(&item.key) {
            Some(content) => {
                let mode = mode_of(item.mode.or(wanted.mode));
                files.insert(item.path.clone(), File { content: content.clone(), mode });
            }
            None if wanted.optional => {}
            None => {
                return Err(format!("references non-existent {} key: {}", wanted.kind, item.key));
            }
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
