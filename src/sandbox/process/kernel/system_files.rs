use std::collections::BTreeMap;
use std::sync::Arc;

use super::handle::OpenMode;
use super::system::System;
use super::system_io::tree;
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::files::{Caller, Inode, Node, NodeKind, Place, absolute, join};
use crate::sandbox::process::proc;

/// A name in a folder, with what it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) node: Node,
    /// Its number.
    pub(crate) inode: u32,
}

/// Names, and what they stand for.
impl System {
    /// A path as seen from this process' directory, from the root; links stay.
    pub(crate) fn path(&self, path: &str) -> String {
        match path.starts_with('/') || path.is_empty() {
            true => path.to_owned(),
            false => join(&self.folder(), path),
        }
    }

    /// The directory of this process.
    pub(crate) fn folder(&self) -> String {
        self.with(|process| process.folder.clone()).unwrap_or_else(|| "/".to_owned())
    }

    /// Changes it; the new one.
    pub(crate) fn change_folder(&self, path: &str) -> Result<String, Errno> {
        let logical = absolute(&self.folder(), path);
        let node = self.stat(path)?;
        if !node.is_folder() {
            return Err(Errno::NotFolder);
        }
        let caller = self.caller();
        if !node.allows(caller.user, caller.group, 1) {
            return Err(Errno::Denied);
        }
        self.with(|process| process.folder.clone_from(&logical));
        Ok(logical)
    }

    pub(crate) fn caller(&self) -> Caller {
        self.with(|process| Caller { user: process.user, group: process.user_group })
            .unwrap_or(Caller { user: 0, group: 0 })
    }

    fn place(&self, path: &str, follow: bool) -> Result<Place, Errno> {
        let path = self.path(path);
        let caller = self.caller();
        self.kernel().files.find(&path, follow, caller)
    }

    /// What stands at a path; a link is followed.
    pub(crate) fn stat(&self, path: &str) -> Result<Node, Errno> {
        if let Some(node) = self.proc_node(path) {
            return Ok(node);
        }
        self.place(path, true)?.existing().map(|(_, node)| node)
    }

    /// What stands at a path; a link is itself.
    pub(crate) fn stat_link(&self, path: &str) -> Result<Entry, Errno> {
        let name = path.to_owned();
        if let Some(node) = self.proc_node(path) {
            return Ok(Entry { name, node, inode: 1 });
        }
        let (Inode(inode), node) = self.place(path, false)?.existing()?;
        Ok(Entry { name, node, inode })
    }

    fn proc_node(&self, path: &str) -> Option<Node> {
        let path = absolute(&self.folder(), path);
        proc::node(&self.kernel(), self.pid, &path)
    }

    /// The path without links, as `readlink -f` and `pwd -P` tell it.
    pub(crate) fn real_path(&self, path: &str) -> Result<String, Errno> {
        self.place(path, true).map(|place| place.path)
    }

    /// What is in a folder, by name.
    pub(crate) fn list(&self, path: &str) -> Result<Vec<Entry>, Errno> {
        let whole = absolute(&self.folder(), path);
        if let Some(entries) = proc::list(&self.kernel(), &whole) {
            return Ok(entries);
        }
        let place = self.place(path, true)?;
        let (_, node) = place.existing()?;
        let names = node.names().ok_or(Errno::NotFolder)?;
        let caller = self.caller();
        if !node.allows(caller.user, caller.group, 4) {
            return Err(Errno::Denied);
        }
        let tree = tree(&place.folder);
        let entries = names.iter().filter_map(|(name, inode)| {
            let node = tree.node(*inode)?.clone();
            Some(Entry { name: name.clone(), node, inode: inode.0 })
        });
        Ok(entries.collect())
    }

    /// The whole content of a file.
    pub(crate) fn read_file(&self, path: &str) -> Result<Vec<u8>, Errno> {
        let handle = self.open_handle(path, OpenMode::Read)?;
        let mut all = Vec::new();
        loop {
            match handle.read(1 << 20) {
                std::task::Poll::Ready(Ok(piece)) if !piece.is_empty() => all.extend(piece),
                std::task::Poll::Ready(Err(error)) => return Err(error),
                _ => break,
            }
            if all.len() > 16 << 20 {
                break;
            }
        }
        self.kernel().spend(self.pid, u32::try_from(all.len() / 256 + 1).unwrap_or(1));
        Ok(all)
    }

    /// Writes a whole file.
    pub(crate) fn write_file(&self, path: &str, content: &[u8]) -> Result<(), Errno> {
        let handle = self.open_handle(path, OpenMode::Write)?;
        let now = self.now();
        match handle.write(content, now) {
            std::task::Poll::Ready(Err(error)) => Err(error),
            _ => {
                self.kernel().stir();
                Ok(())
            }
        }
    }

    pub(super) fn create(&self, place: &Place, kind: NodeKind, mode: u32) -> Result<Inode, Errno> {
        let mut kernel = self.kernel();
        let now = kernel.now;
        let process = kernel.processes.get(&self.pid).ok_or(Errno::NoProcess)?;
        let (user, group, mask) = (process.user, process.user_group, process.mask);
        let mut tree = tree(&place.folder);
        tree.set_time(now);
        let inode = tree.insert(place.parent, &place.name, kind, mode & !mask)?;
        tree.change(inode, |node| (node.owner, node.group) = (user, group));
        drop(tree);
        kernel.stir();
        Ok(inode)
    }

    /// A place where nothing stands yet, and something may.
    fn free_place(&self, path: &str) -> Result<Place, Errno> {
        let trimmed = path.trim_end_matches('/');
        let place = self.place(if trimmed.is_empty() { path } else { trimmed }, false)?;
        if place.inode.is_some() {
            return Err(Errno::Exists);
        }
        place.check_parent(self.caller())?;
        Ok(place)
    }

    /// Makes a folder.
    pub(crate) fn make_folder(&self, path: &str, mode: u32) -> Result<(), Errno> {
        let place = self.free_place(path)?;
        self.create(&place, NodeKind::Folder(BTreeMap::new()), mode).map(|_| ())
    }

    /// Makes a symbolic link.
    pub(crate) fn make_link(&self, target: &str, path: &str) -> Result<(), Errno> {
        let place = self.free_place(path)?;
        self.create(&place, NodeKind::Link(target.to_owned()), 0o777).map(|_| ())
    }

    /// Gives a file one more name.
    pub(crate) fn link(&self, from: &str, to: &str) -> Result<(), Errno> {
        let old = self.place(from, true)?;
        let (inode, node) = old.existing()?;
        if node.is_folder() {
            return Err(Errno::NotPermitted);
        }
        let new = self.free_place(to)?;
        if !Arc::ptr_eq(&old.folder, &new.folder) {
            return Err(Errno::Invalid);
        }
        tree(&new.folder).link_node(new.parent, &new.name, inode)
    }

    /// Takes a file's name away.
    pub(crate) fn remove_file(&self, path: &str) -> Result<(), Errno> {
        let place = self.place(path, false)?;
        let (_, node) = place.existing()?;
        if node.is_folder() {
            return Err(Errno::IsFolder);
        }
        self.remove_name(&place)
    }

    /// Takes an empty folder away.
    pub(crate) fn remove_folder(&self, path: &str) -> Result<(), Errno> {
        let place = self.place(path, false)?;
        let (_, node) = place.existing()?;
        let names = node.names().ok_or(Errno::NotFolder)?;
        if place.is_mount {
            return Err(Errno::Busy);
        }
        if !names.is_empty() {
            return Err(Errno::NotEmpty);
        }
        self.remove_name(&place)
    }

    fn remove_name(&self, place: &Place) -> Result<(), Errno> {
        place.check_parent(self.caller())?;
        if place.is_mount {
            return Err(Errno::Busy);
        }
        let mut kernel = self.kernel();
        let mut tree = tree(&place.folder);
        tree.set_time(kernel.now);
        let removed = tree.unlink(place.parent, &place.name);
        drop(tree);
        kernel.stir();
        removed
    }

    /// Moves a name within one file system; [`Errno::Invalid`] where it is another.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), Errno> {
        let (old, new) = (self.place(from, false)?, self.place(to, false)?);
        old.existing()?;
        let caller = self.caller();
        old.check_parent(caller)?;
        new.check_parent(caller)?;
        if old.is_mount || new.is_mount {
            return Err(Errno::Busy);
        }
        if !Arc::ptr_eq(&old.folder, &new.folder) {
            return Err(Errno::Invalid);
        }
        let mut kernel = self.kernel();
        let mut tree = tree(&old.folder);
        tree.set_time(kernel.now);
        let renamed = tree.rename((old.parent, &old.name), (new.parent, &new.name));
        drop(tree);
        kernel.stir();
        renamed
    }

    /// Whether two paths lead to the same tree.
    pub(crate) fn same_tree(&self, one: &str, other: &str) -> bool {
        match (self.place(one, false), self.place(other, false)) {
            (Ok(one), Ok(other)) => Arc::ptr_eq(&one.folder, &other.folder),
            _ => false,
        }
    }

    /// Changes what is told about a file: mode, owner, times.
    pub(crate) fn change_node(
        &self,
        path: &str,
        change: impl FnOnce(&mut Node),
    ) -> Result<(), Errno> {
        let place = self.place(path, true)?;
        let (inode, node) = place.existing()?;
        if place.read_only {
            return Err(Errno::ReadOnly);
        }
        let user = self.caller().user;
        if user != 0 && user != node.owner {
            return Err(Errno::NotPermitted);
        }
        tree(&place.folder).change(inode, change);
        self.kernel().stir();
        Ok(())
    }

    /// Makes a file if it is not there, and marks it as written now.
    pub(crate) fn touch(&self, path: &str) -> Result<(), Errno> {
        let place = self.place(path, true)?;
        let Some((inode, node)) = place.inode.zip(place.node()) else {
            place.check_parent(self.caller())?;
            return self.create(&place, NodeKind::File(Arc::default()), 0o666).map(|_| ());
        };
        if place.read_only && !matches!(node.kind, NodeKind::Device(_)) {
            return Err(Errno::ReadOnly);
        }
        let now = self.now();
        tree(&place.folder).change(inode, |node| node.modified = now);
        Ok(())
    }

    /// Whether this process may do what the bit says: 4 read, 2 write, 1 run.
    pub(crate) fn may(&self, path: &str, bit: u32) -> bool {
        let caller = self.caller();
        let Ok(place) = self.place(path, true) else { return self.proc_node(path).is_some() };
        let Ok((_, node)) = place.existing() else { return false };
        node.allows(caller.user, caller.group, bit) && !(bit == 2 && place.read_only)
    }
}
