use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::node::{Inode, Node, NodeKind};
use super::path::{absolute, base_name, folder_of, join};
use crate::sandbox::process::errno::Errno;

/// All files of a tree together are no larger.
const MOST_BYTES: usize = 32 << 20;
/// One file is no larger.
const LARGEST_FILE: usize = 8 << 20;
/// A tree has no more nodes.
const MOST_NODES: usize = 20_000;
/// Linux' `NAME_MAX`.
const LONGEST_NAME: usize = 255;

/// Files by path: what a container begins with, or a volume. A copy costs no file's
/// content, so a thousand containers share what their image brings.
#[derive(Debug, Clone)]
pub struct Tree {
    nodes: BTreeMap<Inode, Arc<Node>>,
    next: u32,
    bytes: usize,
    now: Timestamp,
}

impl Default for Tree {
    fn default() -> Self {
        let now = Timestamp::UNIX_EPOCH;
        let root = Node::new(NodeKind::Folder(BTreeMap::new()), 0o755, now);
        Self { nodes: [(Self::ROOT, Arc::new(root))].into(), next: 1, bytes: 0, now }
    }
}

/// By path: for those who fill a volume. Paths begin at the tree's own root.
impl Tree {
    /// Writes a file, with the folders above it.
    pub fn write(&mut self, path: &str, content: Vec<u8>) {
        self.write_with_mode(path, content, 0o644);
    }

    /// Writes a file with its permissions, with the folders above it.
    #[expect(clippy::needless_pass_by_value, reason = "a volume's content is made for it")]
    pub fn write_with_mode(&mut self, path: &str, content: Vec<u8>, mode: u32) {
        let Ok(inode) = self.replace(path, NodeKind::File(Arc::default()), mode) else { return };
        // A volume's owner decides about its size, so only a program meets the limits.
        let _ = self.write_at(inode, 0, &content);
    }

    /// Makes a symbolic link, with the folders above it; an older one is replaced.
    pub fn link(&mut self, path: &str, target: &str) {
        let _ = self.replace(path, NodeKind::Link(target.to_owned()), 0o777);
    }

    /// Makes a folder and those above it.
    pub fn make_folders(&mut self, path: &str) {
        let _ = self.folders(path);
    }

    /// Removes a file, or a folder with all that is in it.
    pub fn remove(&mut self, path: &str) {
        let path = absolute("/", path);
        let Some(parent) = self.find(folder_of(&path)) else { return };
        let name = base_name(&path);
        if let Some(inode) = self.child(parent, name) {
            for below in self.names(&path) {
                self.remove(&join(&path, &below));
            }
            let _ = inode;
            let _ = self.unlink(parent, name);
        }
    }

    /// The content of a file; links within the path are not followed.
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        match &self.node(self.find(path)?)?.kind {
            NodeKind::File(content) => Some(content.as_ref().clone()),
            _ => None,
        }
    }

    /// The names in a folder.
    pub fn names(&self, path: &str) -> Vec<String> {
        let node = self.find(path).and_then(|inode| self.node(inode));
        node.and_then(Node::names).map(|names| names.keys().cloned().collect()).unwrap_or_default()
    }

    /// The time that what is written from now on gets.
    pub fn set_time(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// Who owns the tree's root, and what they may do there (`fsGroup`, modes of a volume).
    pub fn set_root_owner(&mut self, user: u32, group: u32, mode: u32) {
        self.change(Self::ROOT, |node| {
            (node.owner, node.group, node.mode) = (user, group, mode);
        });
    }

    /// The node at a path; links are not followed.
    pub(crate) fn find(&self, path: &str) -> Option<Inode> {
        absolute("/", path)
            .split('/')
            .filter(|part| !part.is_empty())
            .try_fold(Self::ROOT, |folder, name| self.child(folder, name))
    }

    /// Puts a node at a path; what was there is gone.
    pub(crate) fn replace(
        &mut self,
        path: &str,
        kind: NodeKind,
        mode: u32,
    ) -> Result<Inode, Errno> {
        let path = absolute("/", path);
        let parent = self.folders(folder_of(&path))?;
        if self.child(parent, base_name(&path)).is_some() {
            self.unlink(parent, base_name(&path))?;
        }
        self.insert(parent, base_name(&path), kind, mode)
    }

    /// The folder at a path, made where it is not there.
    pub(crate) fn folders(&mut self, path: &str) -> Result<Inode, Errno> {
        let path = absolute("/", path);
        let mut at = Self::ROOT;
        for name in path.split('/').filter(|part| !part.is_empty()) {
            at = match self.child(at, name) {
                Some(inode) => inode,
                None => self.insert(at, name, NodeKind::Folder(BTreeMap::new()), 0o755)?,
            };
        }
        Ok(at)
    }
}

/// By node: for system calls.
impl Tree {
    /// The folder that holds all.
    pub(crate) const ROOT: Inode = Inode(0);

    /// A node.
    pub(crate) fn node(&self, inode: Inode) -> Option<&Node> {
        self.nodes.get(&inode).map(AsRef::as_ref)
    }

    /// What a name in a folder stands for.
    pub(crate) fn child(&self, folder: Inode, name: &str) -> Option<Inode> {
        self.node(folder)?.names()?.get(name).copied()
    }

    /// Makes a node.
    pub(crate) fn insert(
        &mut self,
        folder: Inode,
        name: &str,
        kind: NodeKind,
        mode: u32,
    ) -> Result<Inode, Errno> {
        if self.nodes.len() >= MOST_NODES {
            return Err(Errno::NoSpace);
        }
        let inode = Inode(self.next);
        self.add_name(folder, name, inode)?;
        self.next += 1;
        self.nodes.insert(inode, Arc::new(Node::new(kind, mode, self.now)));
        Ok(inode)
    }

    /// One more name for a node.
    pub(crate) fn link_node(&mut self, folder: Inode, name: &str, to: Inode) -> Result<(), Errno> {
        self.add_name(folder, name, to)?;
        self.change(to, |node| node.links += 1);
        Ok(())
    }

    fn add_name(&mut self, folder: Inode, name: &str, inode: Inode) -> Result<(), Errno> {
        if name.len() > LONGEST_NAME {
            return Err(Errno::NameTooLong);
        }
        let now = self.now;
        let parent = self.nodes.get_mut(&folder).ok_or(Errno::NotFound)?;
        let parent = Arc::make_mut(parent);
        let NodeKind::Folder(names) = &mut parent.kind else { return Err(Errno::NotFolder) };
        if names.contains_key(name) {
            return Err(Errno::Exists);
        }
        names.insert(name.to_owned(), inode);
        parent.modified = now;
        Ok(())
    }

    /// Takes a name away, and the node with its last one.
    pub(crate) fn unlink(&mut self, folder: Inode, name: &str) -> Result<(), Errno> {
        let now = self.now;
        let parent = self.nodes.get_mut(&folder).ok_or(Errno::NotFound)?;
        let parent = Arc::make_mut(parent);
        let NodeKind::Folder(names) = &mut parent.kind else { return Err(Errno::NotFolder) };
        let inode = names.remove(name).ok_or(Errno::NotFound)?;
        parent.modified = now;
        self.change(inode, |node| node.links = node.links.saturating_sub(1));
        self.forget_unused(inode);
        Ok(())
    }

    /// Moves a name.
    pub(crate) fn rename(&mut self, from: (Inode, &str), to: (Inode, &str)) -> Result<(), Errno> {
        let inode = self.child(from.0, from.1).ok_or(Errno::NotFound)?;
        if self.child(to.0, to.1) == Some(inode) {
            return Ok(());
        }
        if self.is_below(to.0, inode) {
            return Err(Errno::Invalid);
        }
        if self.child(to.0, to.1).is_some() {
            self.unlink(to.0, to.1)?;
        }
        self.add_name(to.0, to.1, inode)?;
        self.change(inode, |node| node.links += 1);
        self.unlink(from.0, from.1)
    }

    fn is_below(&self, inode: Inode, folder: Inode) -> bool {
        if inode == folder {
            return true;
        }
        let names = self.node(folder).and_then(Node::names);
        names.is_some_and(|names| names.values().any(|child| self.is_below(inode, *child)))
    }

    /// Changes what is told about a node.
    pub(crate) fn change(&mut self, inode: Inode, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(&inode) {
            change(Arc::make_mut(node));
        }
    }

    /// Marks a node as written now.
    pub(crate) fn touch(&mut self, inode: Inode) {
        let now = self.now;
        self.change(inode, |node| node.modified = now);
    }

    /// Writes into a file; a gap before is filled with zeros.
    pub(crate) fn write_at(&mut self, inode: Inode, at: usize, bytes: &[u8]) -> Result<(), Errno> {
        let end = at.checked_add(bytes.len()).filter(|end| *end <= LARGEST_FILE);
        let end = end.ok_or(Errno::NoSpace)?;
        let old = self.node(inode).ok_or(Errno::NotFound)?.size() as usize;
        if self.bytes + end.saturating_sub(old) > MOST_BYTES {
            return Err(Errno::NoSpace);
        }
        let now = self.now;
        let node = self.nodes.get_mut(&inode).ok_or(Errno::NotFound)?;
        let node = Arc::make_mut(node);
        let NodeKind::File(content) = &mut node.kind else { return Err(Errno::Invalid) };
        let content = Arc::make_mut(content);
        if content.len() < end {
            content.resize(end, 0);
        }
        if let Some(place) = content.get_mut(at..end) {
            place.copy_from_slice(bytes);
        }
        node.modified = now;
        self.bytes += end.saturating_sub(old);
        Ok(())
    }

    /// Makes a file this long; what is beyond is gone.
    pub(crate) fn truncate(&mut self, inode: Inode, length: usize) -> Result<(), Errno> {
        let old = self.node(inode).ok_or(Errno::NotFound)?.size() as usize;
        if length > old {
            let zeros = vec![0; length.min(LARGEST_FILE + 1) - old];
            return self.write_at(inode, old, &zeros);
        }
        let mut is_file = false;
        self.change(inode, |node| {
            if let NodeKind::File(content) = &mut node.kind {
                Arc::make_mut(content).truncate(length);
                is_file = true;
            }
        });
        if is_file {
            self.bytes = self.bytes.saturating_sub(old - length);
            self.touch(inode);
        }
        Ok(())
    }

    /// A program has opened a node: it stays until the program closes it.
    pub(crate) fn opened(&mut self, inode: Inode) {
        self.change(inode, |node| node.opened += 1);
    }

    /// A program has closed a node.
    pub(crate) fn closed(&mut self, inode: Inode) {
        self.change(inode, |node| node.opened = node.opened.saturating_sub(1));
        self.forget_unused(inode);
    }

    fn forget_unused(&mut self, inode: Inode) {
        let Some(node) = self.node(inode) else { return };
        if node.links > 0 || node.opened > 0 || inode == Self::ROOT {
            return;
        }
        let below: Vec<Inode> =
            node.names().map(|names| names.values().copied().collect()).unwrap_or_default();
        let freed = if let NodeKind::File(content) = &node.kind { content.len() } else { 0 };
        self.bytes = self.bytes.saturating_sub(freed);
        self.nodes.remove(&inode);
        for inode in below {
            self.change(inode, |node| node.links = node.links.saturating_sub(1));
            self.forget_unused(inode);
        }
    }

    /// How many bytes all files hold.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The largest that all files may become.
    pub(crate) fn capacity(&self) -> usize {
        MOST_BYTES
    }
}
