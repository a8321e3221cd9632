use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

/// The number of a node in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Inode(pub(crate) u32);

/// A file, a folder, or another thing that a name can stand for.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) kind: NodeKind,
    /// Permission bits.
    pub(crate) mode: u32,
    /// The user that owns it.
    pub(crate) owner: u32,
    /// The group that owns it.
    pub(crate) group: u32,
    /// When it was last written.
    pub(crate) modified: Timestamp,
    /// How many names it has.
    pub(crate) links: u32,
    /// How many programs have it open.
    pub(crate) opened: u32,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    /// Bytes.
    File(Arc<Vec<u8>>),
    /// Names.
    Folder(BTreeMap<String, Inode>),
    /// A symbolic link.
    Link(String),
    /// A program that is simulated: its name in the table of programs, or of the image.
    Program(Arc<str>),
    /// A device.
    Device(Device),
}

/// Devices of `/dev`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    /// Takes everything, has nothing.
    Null,
    /// Zero bytes without end.
    Zero,
    /// Bytes that look random, without end.
    Random,
    /// Always full.
    Full,
    /// The terminal of whoever opens it.
    Terminal,
    /// An open file of whoever opens it: `/dev/stdin`, `/dev/stdout`, `/dev/stderr`.
    Handle(i32),
}

impl Node {
    pub(super) fn new(kind: NodeKind, mode: u32, now: Timestamp) -> Self {
        Self { kind, mode, owner: 0, group: 0, modified: now, links: 1, opened: 0 }
    }

    /// How many bytes it holds.
    pub(crate) fn size(&self) -> u64 {
        match &self.kind {
            NodeKind::File(content) => content.len() as u64,
            NodeKind::Folder(_) => 4096,
            NodeKind::Link(target) => target.len() as u64,
            NodeKind::Program(_) => 919_304,
            NodeKind::Device(_) => 0,
        }
    }

    /// The names of a folder.
    pub(crate) fn names(&self) -> Option<&BTreeMap<String, Inode>> {
        match &self.kind {
            NodeKind::Folder(names) => Some(names),
            _ => None,
        }
    }

    /// Whether it is a folder.
    pub(crate) fn is_folder(&self) -> bool {
        matches!(self.kind, NodeKind::Folder(_))
    }

    /// Whether someone may do what the bit says: 4 read, 2 write, 1 run or look into.
    ///
    /// Source: `fs/namei.c`, `generic_permission`.
    pub(crate) fn allows(&self, user: u32, group: u32, bit: u32) -> bool {
        let shift = match () {
            () if user == 0 => return bit != 1 || self.is_folder() || self.mode & 0o111 != 0,
            () if user == self.owner => 6,
            () if group == self.group => 3,
            () => 0,
        };
        (self.mode >> shift) & bit == bit
    }
}
