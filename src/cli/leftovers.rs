//! The private folders of runs that were killed outright.

use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// Removes the folders in `place` of runs that nobody attends any more, with the
/// copies of credentials that are in them; tells which.
pub(super) fn remove(place: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
    let folders = entries.map(|entry| entry.path()).filter(|path| is_abandoned(path));
    folders.filter(|path| std::fs::remove_dir_all(path).is_ok()).collect()
}

/// A run's folder has a socket on which a living run listens.
fn is_abandoned(folder: &Path) -> bool {
    let ours = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("podlab-"))
        && folder.join("kubeconfig").is_file();
    ours && UnixStream::connect(folder.join("socket"))
        .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn only_a_folder_whose_run_is_dead_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = place.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("kubeconfig"), "").unwrap();
            folder
        };
        let dead = folder("podlab-dead");
        drop(UnixListener::bind(dead.join("socket")).unwrap());
        let _alive = UnixListener::bind(folder("podlab-alive").join("socket")).unwrap();
        drop(UnixListener::bind(folder("somebody-elses").join("socket")).unwrap());
        folder("podlab-without-a-socket");
        assert_eq!(remove(place.path()), [dead]);
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 3);
    }
}
