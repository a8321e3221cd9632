//! The volumes of pods: where their files come from, and how they get into containers.

mod claims;
mod files;
mod mount;
mod mounts;
mod token;

pub(crate) use claims::Claims;
pub(crate) use files::Making;
pub(crate) use mount::{Mounting, Places, Volumes};
pub(crate) use mounts::{MESSAGE, mounts};

#[cfg(test)]
mod tests;
