//! `kubectl kustomize` and `-k`: what people write most of kustomizations; a field that
//! is not done is refused by its name.

mod build;
mod hash;
mod made;
mod patches;
mod references;
mod resource;
mod transform;

pub(super) use build::{build, run};
