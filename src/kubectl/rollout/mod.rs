//! `kubectl rollout`.

mod history;
mod revisions;
mod run;
mod status;
mod switch;
mod undo;

pub(super) use run::run;
