//! Schemas of everything that is served, for clients that check and explain.

mod documents;
mod gnostic;
mod schemas;

pub(super) use documents::{document, index, second_version};
