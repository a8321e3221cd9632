//! Consumers of engine events: one file per format.

mod diff;
mod drift;
mod text;

pub use diff::unified_diff;
pub use text::{Counts, TextReport};
