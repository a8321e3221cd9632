use jiff::Timestamp;

use super::files::Files;
use super::mount::lock;
use crate::sandbox::kubelet::chance::hash;
use crate::sandbox::process::Folder;

/// The link to the folder that holds the present files.
const DATA: &str = "..data";

/// What the kubelet has written into a folder.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// The folder within the folder that holds the files.
    pub(super) stamp: String,
    pub(super) files: Files,
}

/// Writes files as a real kubelet does, so that all of them change at once: into a folder
/// named by the time, with links that lead there.
///
/// Source: `pkg/volume/util/atomic_writer.go`, `Write`.
pub(super) fn write(
    folder: &Folder,
    files: Files,
    before: Option<&Written>,
    now: Timestamp,
) -> Written {
    let part = hash(&now.to_string()) % 10_000_000_000;
    let stamp = format!("{}{part:010}", now.strftime("..%Y_%m_%d_%H_%M_%S."));
    let mut tree = lock(folder);
    tree.set_time(now);
    tree.make_folders(&format!("/{stamp}"));
    for (path, file) in &files {
        tree.write_with_mode(&format!("/{stamp}/{path}"), file.content.clone(), file.mode);
    }
    tree.link(&format!("/{DATA}"), &stamp);
    for name in files.keys().map(|path| first_part(path)) {
        tree.link(&format!("/{name}"), &format!("{DATA}/{name}"));
    }
    if let Some(before) = before {
        let is_gone = |name: &str| !files.keys().any(|path| first_part(path) == first_part(name));
        for gone in before.files.keys().filter(|path| is_gone(path)) {
            tree.remove(&format!("/{}", first_part(gone)));
        }
        if before.stamp != stamp {
            tree.remove(&format!("/{}", before.stamp));
        }
    }
    Written { stamp, files }
}

fn first_part(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}
