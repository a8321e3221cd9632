//! `kubectl config`: the kubeconfig files.

mod change;
mod files;
mod property;
mod run;
mod view;

pub(super) use run::run;
