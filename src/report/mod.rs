//! Consumers of engine events: one file per format.

mod findings;
mod text;

pub use findings::{findings_github, findings_human, findings_json, findings_summary};
pub use text::{Counts, TextReport};
