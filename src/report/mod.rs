//! Consumers of engine events: one file per format.

mod text;

pub use text::{Counts, TextReport};
