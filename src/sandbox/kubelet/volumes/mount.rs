use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::claims::Claims;
use super::files::{Files, Making, files};
use crate::sandbox::kubelet::clock::{after, after_millis};
use crate::sandbox::kubelet::node::Node;
use crate::sandbox::kubelet::spec::Volume;
use crate::sandbox::process::{Folder, Tree};

/// How long it takes a kubelet to see that volumes are ready, as recorded.
const MILLIS_TO_MOUNT: i64 = 310;
/// For so long a sync waits for volumes.
///
/// Source: `pkg/kubelet/volumemanager/volume_manager.go`, `podAttachAndMountTimeout`.
const PATIENCE: SignedDuration = SignedDuration::from_secs(123);
/// The wait after the first failure, and the longest.
///
/// Source: `pkg/volume/util/exponentialbackoff/exponential_backoff.go`.
const FIRST_WAIT: SignedDuration = SignedDuration::from_millis(500);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(122);
/// So long after a change the files of volumes follow. A real kubelet takes up to a
/// minute and a half.
const MILLIS_TO_FOLLOW: i64 = 5_000;

/// The volumes of a pod.
#[derive(Debug, Default)]
pub(crate) struct Volumes {
    mounted: BTreeMap<String, Mounted>,
    failing: BTreeMap<String, Failing>,
    waiting_since: Option<Timestamp>,
    issued: Option<Timestamp>,
    follow_at: Option<Timestamp>,
}

/// A volume that is there.
#[derive(Debug, Clone)]
pub(crate) struct Mounted {
    pub(crate) folder: Folder,
    /// Where in the folder it is; empty: all of it.
    pub(crate) base: String,
    /// What the kubelet has written into it, where it is the one who writes.
    pub(crate) written: Option<Files>,
    pub(crate) read_only: bool,
}

#[derive(Debug)]
struct Failing {
    wait: SignedDuration,
    next: Timestamp,
}

/// How far a pod's volumes are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mounting {
    /// All are there.
    Ready,
    /// To be looked at again.
    Until(Timestamp),
    /// It took too long.
    GivenUp(String),
}

/// What volumes are made with.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    pub(crate) claims: &'a mut Claims,
    pub(crate) node: &'a Node,
}

/// The files of a folder.
pub(super) fn lock(folder: &Folder) -> MutexGuard<'_, Tree> {
    folder.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Volumes {
    /// The volume of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Mounted> {
        self.mounted.get(name)
    }

    /// When the pod's token was issued.
    pub(crate) fn issued(&mut self, now: Timestamp) -> Timestamp {
        *self.issued.get_or_insert(now)
    }

    /// Goes on mounting; what fails is told, one message for each try.
    ///
    /// Source: `pkg/kubelet/volumemanager/volume_manager.go`, `WaitForAttachAndMount`.
    pub(crate) fn mount(
        &mut self,
        making: Making<'_>,
        places: Places<'_>,
        now: Timestamp,
    ) -> (Mounting, Vec<String>) {
        let since = *self.waiting_since.get_or_insert(now);
        let Places { claims, node } = places;
        let mut told = Vec::new();
        for volume in &making.pod.spec.volumes {
            if self.mounted.contains_key(&volume.name) || !self.may_try(&volume.name, now) {
                continue;
            }
            match made(volume, making, claims, node) {
                Ok(mounted) => {
                    self.failing.remove(&volume.name);
                    self.mounted.insert(volume.name.clone(), mounted);
                }
                Err(why) => {
                    told.push(format!(
                        "MountVolume.SetUp failed for volume {:?} : {why}",
                        volume.name
                    ));
                    self.fail(&volume.name, now);
                }
            }
        }
        (self.progress(since, now), told)
    }

    fn progress(&mut self, since: Timestamp, now: Timestamp) -> Mounting {
        let ready = after_millis(since, MILLIS_TO_MOUNT);
        let Some(next) = self.failing.values().map(|failing| failing.next).min() else {
            if now < ready {
                return Mounting::Until(ready);
            }
            self.waiting_since = None;
            return Mounting::Ready;
        };
        let patience = after(since, PATIENCE);
        if now < patience {
            return Mounting::Until(next.min(patience));
        }
        self.waiting_since = None;
        let names: Vec<&str> = self.failing.keys().map(String::as_str).collect();
        Mounting::GivenUp(format!(
            "Unable to attach or mount volumes: unmounted volumes=[{}], unattached volumes=[], \
             failed to process volumes=[]: context deadline exceeded",
            names.join(" ")
        ))
    }

    fn may_try(&self, name: &str, now: Timestamp) -> bool {
        self.failing.get(name).is_none_or(|failing| failing.next <= now)
    }

    fn fail(&mut self, name: &str, now: Timestamp) {
        let wait = match self.failing.get(name) {
            Some(failing) => (failing.wait * 2).min(LONGEST_WAIT),
            None => FIRST_WAIT,
        };
        self.failing.insert(name.to_owned(), Failing { wait, next: after(now, wait) });
    }

    /// Something that files are made from has changed.
    pub(crate) fn follow(&mut self, now: Timestamp) {
        self.follow_at.get_or_insert(after_millis(now, MILLIS_TO_FOLLOW));
    }

    /// When files are to follow a change.
    pub(crate) fn follows_at(&self) -> Option<Timestamp> {
        self.follow_at
    }

    /// Writes the files anew that are made from something; what is missing now stays as it was.
    pub(crate) fn follow_now(&mut self, making: Making<'_>) {
        self.follow_at = None;
        for volume in &making.pod.spec.volumes {
            let Some(sources) = volume.sources() else { continue };
            let Some(mounted) = self.mounted.get_mut(&volume.name) else { continue };
            let Some(written) = &mut mounted.written else { continue };
            if let Ok(files) = files(&sources, making) {
                write(&mounted.folder, &files, written);
                *written = files;
            }
        }
    }
}

fn made(
    volume: &Volume,
    making: Making<'_>,
    claims: &mut Claims,
    node: &Node,
) -> Result<Mounted, String> {
    let plain =
        |folder: Folder| Mounted { folder, base: String::new(), written: None, read_only: false };
    if let Some(sources) = volume.sources() {
        let files = files(&sources, making)?;
        let folder = Folder::default();
        write(&folder, &files, &Files::new());
        return Ok(Mounted { written: Some(files), read_only: true, ..plain(folder) });
    }
    if let Some(claim) = &volume.persistent_volume_claim {
        let folder = claims.folder(making.store, &making.pod.namespace, &claim.claim_name)?;
        return Ok(Mounted { read_only: claim.read_only, ..plain(folder) });
    }
    if volume.ephemeral.is_some() {
        let claim = format!("{}-{}", making.pod.name, volume.name);
        return claims.folder(making.store, &making.pod.namespace, &claim).map(plain);
    }
    if let Some(host) = &volume.host_path {
        lock(&node.files).make_folders(&host.path);
        let base = host.path.clone();
        return Ok(Mounted { base, ..plain(Arc::clone(&node.files)) });
    }
    Ok(plain(Folder::default()))
}

/// Brings the files of a folder from one state to another.
fn write(folder: &Folder, files: &Files, before: &Files) {
    let mut tree = lock(folder);
    for gone in before.keys().filter(|path| !files.contains_key(*path)) {
        tree.remove(&absolute(gone));
    }
    for (path, content) in files.iter().filter(|(path, content)| before.get(*path) != Some(content))
    {
        tree.write(&absolute(path), content.clone());
    }
}

fn absolute(path: &str) -> String {
    format!("/{}", path.trim_start_matches('/'))
}
