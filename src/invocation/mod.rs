//! kubectl's verbs and flags as tables, and what a command line means for a lab.

mod meaning;

pub use meaning::{Known, Meaning};
