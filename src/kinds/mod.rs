//! Kubernetes kinds as data: names, scope, columns; a pod's status in one word.

mod probe;

pub use probe::Probe;
