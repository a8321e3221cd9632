//! Events as Kubernetes' components write them: like ones are counted, similar ones
//! combined, too many of one object held back.

mod correlate;
mod event;
mod recent;
mod recorder;

pub use event::{Event, Kind};
pub use recorder::Recorder;

#[cfg(test)]
mod recorder_tests;
