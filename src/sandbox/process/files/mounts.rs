use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::node::{Inode, Node, NodeKind};
use super::path::join;
use super::tree::Tree;
use crate::sandbox::process::contract::{Folder, Mount};
use crate::sandbox::process::errno::Errno;

/// Linux' `MAXSYMLINKS`.
const MOST_LINKS: usize = 40;
/// Linux' `PATH_MAX`.
const LONGEST_PATH: usize = 4096;

/// The file system of a container.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    root: Folder,
    read_only_root: bool,
    mounts: Vec<MountPoint>,
}

#[derive(Debug, Clone)]
struct MountPoint {
    path: String,
    folder: Folder,
    inode: Inode,
    read_only: bool,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// The user's number; 0 may all.
    pub(crate) user: u32,
    /// The group's number.
    pub(crate) group: u32,
}

/// Where a path leads.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The tree it is in.
    pub(crate) folder: Folder,
    /// The folder that has, or would have, the name.
    pub(crate) parent: Inode,
    /// The name in it.
    pub(crate) name: String,
    /// What stands there.
    pub(crate) inode: Option<Inode>,
    /// Whether the tree is mounted so that nothing can be written.
    pub(crate) read_only: bool,
    /// The path without links.
    pub(crate) path: String,
    /// Whether something is mounted right here.
    pub(crate) is_mount: bool,
}

#[derive(Clone)]
struct Step {
    folder: Folder,
    inode: Inode,
    read_only: bool,
    path: String,
    name: String,
    parent: Inode,
    is_mount: bool,
}

/// A tree, for as long as it is looked at.
pub(crate) fn lock(folder: &Folder) -> MutexGuard<'_, Tree> {
    folder.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Files {
    /// The files of an image with volumes in it.
    pub(crate) fn new(mut root: Tree, read_only_root: bool, mounts: &[Mount]) -> Self {
        let mut sorted: Vec<&Mount> = mounts.iter().collect();
        sorted.sort_by_key(|mount| mount.path.matches('/').count());
        let points: Vec<MountPoint> = sorted.iter().map(|mount| mount_point(mount)).collect();
        for point in &points {
            make_place(&mut root, point);
        }
        Self { root: Arc::new(Mutex::new(root)), read_only_root, mounts: points }
    }

    /// The mounted paths, with whether they are read-only.
    pub(crate) fn mounted(&self) -> impl Iterator<Item = (&str, bool)> {
        self.mounts.iter().map(|mount| (mount.path.as_str(), mount.read_only))
    }

    /// The tree of the image.
    pub(crate) fn root(&self) -> &Folder {
        &self.root
    }

    /// Where a path from the root leads. Links on the way are followed, one at the end
    /// only with `follow`.
    pub(crate) fn find(&self, path: &str, follow: bool, caller: Caller) -> Result<Place, Errno> {
        if path.is_empty() {
            return Err(Errno::NotFound);
        }
        if path.len() > LONGEST_PATH {
            return Err(Errno::NameTooLong);
        }
        let mut walk = Walk {
            files: self,
            caller,
            steps: vec![self.root_step()],
            parts: parts(path),
            links: 0,
        };
        walk.run(follow || path.ends_with('/'))
    }

    fn root_step(&self) -> Step {
        let mount = self.mounts.iter().find(|mount| mount.path == "/");
        let (folder, inode, read_only) = match mount {
            Some(mount) => (&mount.folder, mount.inode, mount.read_only),
            None => (&self.root, Tree::ROOT, self.read_only_root),
        };
        Step {
            folder: Arc::clone(folder),
            inode,
            read_only,
            path: "/".to_owned(),
            name: String::new(),
            parent: inode,
            is_mount: true,
        }
    }

    fn mount_at(&self, path: &str) -> Option<&MountPoint> {
        self.mounts.iter().rfind(|mount| mount.path == path)
    }
}

/// A walk along a path.
struct Walk<'a> {
    files: &'a Files,
    caller: Caller,
    steps: Vec<Step>,
    parts: VecDeque<String>,
    links: usize,
}

impl Walk<'_> {
    fn run(&mut self, follow: bool) -> Result<Place, Errno> {
        while let Some(part) = self.parts.pop_front() {
            let is_last = self.parts.is_empty();
            if part == ".." {
                if self.steps.len() > 1 {
                    self.steps.pop();
                }
                continue;
            }
            let at = self.steps.last().ok_or(Errno::NotFound)?.clone();
            self.check_folder(&at)?;
            if let Some(missing) = self.enter(&at, part, is_last, follow)? {
                return Ok(missing);
            }
        }
        let last = self.steps.last().ok_or(Errno::NotFound)?;
        Ok(Place {
            folder: Arc::clone(&last.folder),
            parent: last.parent,
            name: last.name.clone(),
            inode: Some(last.inode),
            read_only: last.read_only,
            path: last.path.clone(),
            is_mount: last.is_mount,
        })
    }

    fn check_folder(&self, at: &Step) -> Result<(), Errno> {
        let tree = lock(&at.folder);
        let node = tree.node(at.inode).ok_or(Errno::NotFound)?;
        match node.is_folder() {
            false => Err(Errno::NotFolder),
            true if !node.allows(self.caller.user, self.caller.group, 1) => Err(Errno::Denied),
            true => Ok(()),
        }
    }

    /// One step; a place where the last name stands for nothing.
    fn enter(
        &mut self,
        at: &Step,
        name: String,
        is_last: bool,
        follow: bool,
    ) -> Result<Option<Place>, Errno> {
        let path = join(&at.path, &name);
        if let Some(mount) = self.files.mount_at(&path) {
            self.steps.push(Step {
                folder: Arc::clone(&mount.folder),
                inode: mount.inode,
                read_only: mount.read_only,
                path,
                name,
                parent: at.inode,
                is_mount: true,
            });
            return Ok(None);
        }
        let (inode, link) = {
            let tree = lock(&at.folder);
            let inode = tree.child(at.inode, &name);
            let link = match inode.and_then(|inode| tree.node(inode)).map(|node| &node.kind) {
                Some(NodeKind::Link(target)) if !is_last || follow => Some(target.clone()),
                _ => None,
            };
            (inode, link)
        };
        if let Some(target) = link {
            self.follow(&target)?;
            return Ok(None);
        }
        let folder = Arc::clone(&at.folder);
        let (parent, read_only, is_mount) = (at.inode, at.read_only, false);
        match inode {
            Some(inode) => {
                self.steps.push(Step { folder, inode, read_only, path, name, parent, is_mount });
                Ok(None)
            }
            None if is_last => {
                Ok(Some(Place { folder, parent, name, inode: None, read_only, path, is_mount }))
            }
            None => Err(Errno::NotFound),
        }
    }

    fn follow(&mut self, target: &str) -> Result<(), Errno> {
        self.links += 1;
        if self.links > MOST_LINKS {
            return Err(Errno::Loop);
        }
        if target.starts_with('/') {
            self.steps.truncate(1);
        }
        for part in parts(target).into_iter().rev() {
            self.parts.push_front(part);
        }
        Ok(())
    }
}

impl Place {
    /// The node, where there is one.
    pub(crate) fn node(&self) -> Option<Node> {
        self.inode.and_then(|inode| lock(&self.folder).node(inode).cloned())
    }

    /// The node and its number, or that there is none.
    pub(crate) fn existing(&self) -> Result<(Inode, Node), Errno> {
        let inode = self.inode.ok_or(Errno::NotFound)?;
        let node = lock(&self.folder).node(inode).cloned().ok_or(Errno::NotFound)?;
        Ok((inode, node))
    }

    /// Whether names may be added to and taken from the folder that this is in.
    pub(crate) fn check_parent(&self, caller: Caller) -> Result<(), Errno> {
        if self.read_only {
            return Err(Errno::ReadOnly);
        }
        let tree = lock(&self.folder);
        let parent = tree.node(self.parent).ok_or(Errno::NotFound)?;
        match parent.allows(caller.user, caller.group, 2) {
            true => Ok(()),
            false => Err(Errno::Denied),
        }
    }
}

fn parts(path: &str) -> VecDeque<String> {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_owned).collect()
}

fn mount_point(mount: &Mount) -> MountPoint {
    let inode = {
        let mut tree = lock(&mount.folder);
        match tree.find(&mount.sub_path) {
            Some(inode) => inode,
            // A sub path that is not there is made, as the kubelet does.
            None => tree.folders(&mount.sub_path).unwrap_or(Tree::ROOT),
        }
    };
    let path = super::path::absolute("/", &mount.path);
    MountPoint { path, folder: Arc::clone(&mount.folder), inode, read_only: mount.read_only }
}

/// A mount needs a name in the image to be listed by.
fn make_place(root: &mut Tree, point: &MountPoint) {
    let is_folder = lock(&point.folder).node(point.inode).is_none_or(Node::is_folder);
    if root.find(&point.path).is_some() {
        return;
    }
    match is_folder {
        true => root.make_folders(&point.path),
        false => root.write(&point.path, Vec::new()),
    }
}
