use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sandbox::Store;
use crate::sandbox::process::Folder;

/// The files of persistent volumes: they outlive pods.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    folders: BTreeMap<String, Folder>,
}

impl Claims {
    /// The files that a claim gives: those of the volume that it is bound to.
    ///
    /// # Errors
    /// The kubelet's words for a claim that is not there.
    pub(crate) fn folder(
        &mut self,
        store: &Store,
        namespace: &str,
        claim: &str,
    ) -> Result<Folder, String> {
        let Some(object) = store.get("persistentvolumeclaims", namespace, claim) else {
            return Err(format!("persistentvolumeclaim {claim:?} not found"));
        };
        let key = match object["spec"]["volumeName"].as_str() {
            Some(volume) if !volume.is_empty() => volume.to_owned(),
            _ => format!("{namespace}/{claim}"),
        };
        Ok(Arc::clone(self.folders.entry(key).or_default()))
    }

    /// A volume is gone, and its files with it.
    pub(crate) fn forget(&mut self, volume: &str) {
        self.folders.remove(volume);
    }
}
