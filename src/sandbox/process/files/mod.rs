//! A container's file system: an in-memory tree, volumes mounted in it.

mod mounts;
mod node;
mod path;
mod tree;

pub(crate) use mounts::{Caller, Files, Place};
pub(crate) use node::{Device, Inode, Node, NodeKind};
pub(crate) use path::{absolute, base_name, folder_of, join};
pub(crate) use tree::Tree;
