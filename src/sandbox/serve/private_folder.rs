//! Where the kubeconfigs of running sandboxes are: a folder that only the user can
//! enter. A sandbox holds a lock on its own folder; one that nobody holds is a leftover.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Why there is no place for a kubeconfig.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Somebody else made it, or others may enter it.
    #[error(
        "{} is not a folder of yours alone; remove it, or set XDG_RUNTIME_DIR to one that is",
        .0.display()
    )]
    NotPrivate(PathBuf),
    /// Something else.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// A sandbox's own folder; it goes with this value.
#[derive(Debug)]
pub(super) struct PrivateFolder {
    path: PathBuf,
    /// The lock is held as long as this is open.
    _held: File,
}

impl PrivateFolder {
    /// Removes what sandboxes that are gone have left below `parent`, and makes a folder there.
    ///
    /// # Errors
    /// [`FolderError`].
    pub(super) fn make(parent: &Path) -> Result<Self, FolderError> {
        let turn = Turn::wait(parent)?;
        remove_leftovers(parent);
        let path = free_name(parent)?;
        let held = File::open(&path).map_err(failed("open", &path))?;
        held.lock().map_err(failed("lock", &path))?;
        drop(turn);
        Ok(Self { path, _held: held })
    }

    /// Writes a file that only the user can read, and returns its path.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, FolderError> {
        let path = self.path.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let written = options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(failed("write", &path))?;
        Ok(path)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let parent = self.path.parent().map(Path::to_owned).unwrap_or_default();
        let turn = Turn::wait(&parent);
        let _ = fs::remove_dir_all(&self.path);
        // Where it was the last one, nothing stays; otherwise this fails, as it should.
        let _ = fs::remove_dir(&parent);
        drop(turn);
    }
}

/// `$XDG_RUNTIME_DIR/podlab`, else a folder of the user in the temporary one.
pub(super) fn default_parent() -> PathBuf {
    // After `su` it may still be another user's.
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let is_ours = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|it| is_private(&it));
    match runtime.filter(is_ours) {
        Some(path) => path.join("podlab"),
        None => {
            let user = rustix::process::getuid().as_raw();
            std::env::temp_dir().join(format!("podlab-sandboxes-{user}"))
        }
    }
}

/// The right to change what is in the parent folder, until it is dropped.
struct Turn {
    _held: File,
}

impl Turn {
    /// Makes the folder where it is missing. Another sandbox may remove it while we
    /// wait for our turn; then it is made again.
    fn wait(parent: &Path) -> Result<Self, FolderError> {
        loop {
            match DirBuilder::new().mode(0o700).create(parent) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(failed("make", parent)(error));
                }
                _ => {}
            }
            // Before it is opened: what somebody else has put there (a pipe, a link, a folder
            // that they hold) could keep us waiting for ever.
            match fs::symlink_metadata(parent) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Ok(found) if !is_private(&found) => {
                    return Err(FolderError::NotPrivate(parent.to_owned()));
                }
                _ => {}
            }
            let held = match File::open(parent) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => opened.map_err(failed("open", parent))?,
            };
            held.lock().map_err(failed("lock", parent))?;
            let ours = held.metadata().map_err(failed("look at", parent))?;
            let there = match fs::symlink_metadata(parent) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                found => found.map_err(failed("look at", parent))?,
            };
            if (ours.dev(), ours.ino()) == (there.dev(), there.ino()) {
                return Ok(Self { _held: held });
            }
        }
    }
}

fn is_private(found: &fs::Metadata) -> bool {
    let ours = found.uid() == rustix::process::getuid().as_raw();
    found.is_dir() && ours && found.mode() & 0o077 == 0
}

/// What nobody holds a lock on belongs to a sandbox that is gone.
fn remove_leftovers(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with("sandbox-");
        let unheld = || File::open(&path).is_ok_and(|folder| folder.try_lock().is_ok());
        if is_ours && unheld() {
            // What cannot be removed now is tried again by the next one.
            let _ = fs::remove_dir_all(&path);
        }
    }
}

fn free_name(parent: &Path) -> Result<PathBuf, FolderError> {
    let mut number = std::process::id();
    loop {
        let path = parent.join(format!("sandbox-{number}"));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number = number.wrapping_add(1);
            }
            Err(error) => return Err(failed("make", &path)(error)),
        }
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    move |source| FolderError::Io { doing, path, source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(parent: &Path) -> Vec<String> {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_the_user_can_read_what_is_written_and_nothing_stays() {
        let root = tempfile::tempdir().unwrap();
        let parent = root.path().join("podlab");
        let folder = PrivateFolder::make(&parent).unwrap();
        let file = folder.write("kubeconfig", "secret").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(&file), mode(file.parent().unwrap()), mode(&parent)),
            (0o600, 0o700, 0o700)
        );
        drop(folder);
        assert_eq!(names(root.path()), Vec::<String>::new());
    }

    #[test]
    fn leftovers_go_and_what_is_in_use_stays() {
        let root = tempfile::tempdir().unwrap();
        let parent = root.path().join("podlab");
        let running = PrivateFolder::make(&parent).unwrap();
        fs::create_dir(parent.join("sandbox-of-a-crash")).unwrap();
        fs::write(parent.join("sandbox-of-a-crash/kubeconfig"), "old").unwrap();
        fs::create_dir(parent.join("else")).unwrap();
        let second = PrivateFolder::make(&parent).unwrap();
        assert_ne!(running.path, second.path);
        assert_eq!(names(&parent).len(), 3, "{:?}", names(&parent));
        drop((running, second));
        assert_eq!(names(&parent), ["else"]);
    }

    #[test]
    fn a_folder_that_others_can_enter_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let parent = root.path().join("podlab");
        fs::create_dir(&parent).unwrap();
        fs::set_permissions(&parent, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(PrivateFolder::make(&parent), Err(FolderError::NotPrivate(_))));
        let link = root.path().join("link");
        fs::set_permissions(&parent, fs::Permissions::from_mode(0o700)).unwrap();
        std::os::unix::fs::symlink(&parent, &link).unwrap();
        assert!(matches!(PrivateFolder::make(&link), Err(FolderError::NotPrivate(_))));
    }

    #[test]
    fn a_pipe_in_its_place_keeps_nobody_waiting() {
        let root = tempfile::tempdir().unwrap();
        let parent = root.path().join("podlab");
        let made = std::process::Command::new("mkfifo").arg(&parent).status().unwrap();
        assert!(made.success());
        assert!(matches!(PrivateFolder::make(&parent), Err(FolderError::NotPrivate(_))));
    }

    #[test]
    fn many_at_once_do_not_meet() {
        let root = tempfile::tempdir().unwrap();
        let parent = root.path().join("podlab");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let folder = PrivateFolder::make(&parent).unwrap();
                        folder.write("kubeconfig", "mine").unwrap();
                    }
                });
            }
        });
        assert_eq!(names(root.path()), Vec::<String>::new());
    }
}
