//! The watcher: a source (true watches), a model (a pure reducer), observations.

mod change;
mod event_rows;
mod hearing;
mod kept;
mod lane;
mod model;
mod observation;
mod pod_changes;
mod pod_state;
mod probe_report;
mod queries;
mod source;
mod words;

pub use change::{Change, Followed, Health, Seen};
pub use event_rows::EventRow;
pub use lane::{Lane, Mark, MarkKind, ProbeRun};
pub use model::Model;
pub use observation::{Observation, ProbeFailure, Restart, Tone};
pub use pod_state::{ContainerPhase, ContainerRow, End, PodState};
pub use probe_report::ProbeSpec;
pub use source::{Follow, follow};

#[cfg(test)]
mod laws;
#[cfg(test)]
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod recorded;
