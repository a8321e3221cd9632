//! `kubectl set`.

mod env;
mod image;
mod resources;
mod run;
mod selector;
mod template;

pub(super) use run::run;
