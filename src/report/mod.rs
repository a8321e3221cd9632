//! Consumers of engine events: one file per format.

mod drift;
mod text;

pub use text::{Counts, TextReport};
