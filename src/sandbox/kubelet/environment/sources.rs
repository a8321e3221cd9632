use std::collections::BTreeMap;

use serde_json::Value;

use super::super::encoding::from_base64;
use crate::sandbox::Store;

/// The data of a config map; none where there is no such config map.
pub(crate) fn config_map(
    store: &Store,
    namespace: &str,
    name: &str,
) -> Option<BTreeMap<String, Vec<u8>>> {
    let object = store.get("configmaps", namespace, name)?;
    let mut data = entries(&object["data"], |text| text.as_bytes().to_vec());
    data.extend(entries(&object["binaryData"], from_base64));
    Some(data)
}

/// The data of a secret; none where there is no such secret.
pub(crate) fn secret(
    store: &Store,
    namespace: &str,
    name: &str,
) -> Option<BTreeMap<String, Vec<u8>>> {
    let object = store.get("secrets", namespace, name)?;
    Some(entries(&object["data"], from_base64))
}

fn entries(data: &Value, read: impl Fn(&str) -> Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let entries = data.as_object().into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), read(value.as_str().unwrap_or_default()))).collect()
}
