use std::sync::{Arc, Mutex};

use super::mount::{Mounted, Volumes, lock};
use crate::sandbox::kubelet::environment::expand;
use crate::sandbox::kubelet::spec::{Container, VolumeMount};
use crate::sandbox::process::{Folder, Mount};

/// Where a container that leaves no path leaves its message.
///
/// Source: `pkg/apis/core/v1/types.go`, `TerminationMessagePathDefault`.
const MESSAGE_PATH: &str = "/dev/termination-log";
/// The message's name in its own folder.
pub(crate) const MESSAGE: &str = "/message";

/// The volumes of a pod as a container mounts them, and the file for its last message.
///
/// # Errors
/// The kubelet's words for a mount of a volume that is not there.
///
/// Source: `pkg/kubelet/kubelet_pods.go`, `makeMounts`.
pub(crate) fn mounts(
    container: &Container,
    volumes: &Volumes,
    env: &[(String, String)],
    message: &Folder,
) -> Result<Vec<Mount>, String> {
    let mut mounts = Vec::new();
    for wanted in &container.volume_mounts {
        let Some(volume) = volumes.get(&wanted.name) else {
            return Err(format!(
                "cannot find volume {:?} to mount into container {:?}",
                wanted.name, container.name
            ));
        };
        mounts.push(mount(wanted, volume, env));
    }
    let path = &container.termination_message_path;
    lock(message).write(MESSAGE, Vec::new());
    mounts.push(Mount {
        path: if path.is_empty() { MESSAGE_PATH.to_owned() } else { path.clone() },
        folder: Arc::clone(message),
        sub_path: MESSAGE.to_owned(),
        read_only: false,
    });
    Ok(mounts)
}

fn mount(wanted: &VolumeMount, volume: &Mounted, env: &[(String, String)]) -> Mount {
    let known = |name: &str| {
        env.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    };
    let sub_path = match wanted.sub_path_expr.as_str() {
        "" => wanted.sub_path.clone(),
        expression => expand(expression, known),
    };
    // A part of a volume does not follow what the whole follows.
    let folder = match volume.written.is_some() && !sub_path.is_empty() {
        true => Arc::new(Mutex::new(lock(&volume.folder).clone())),
        false => Arc::clone(&volume.folder),
    };
    let sub_path = match (volume.base.as_str(), sub_path.as_str()) {
        ("", sub_path) => sub_path.to_owned(),
        (base, "") => base.to_owned(),
        (base, sub_path) => format!("{}/{sub_path}", base.trim_end_matches('/')),
    };
    Mount {
        path: wanted.mount_path.clone(),
        folder,
        sub_path,
        read_only: wanted.read_only || volume.read_only,
    }
}
