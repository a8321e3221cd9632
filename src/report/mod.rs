//! Consumers of engine events: one file per format.

mod diff;
mod drift;
mod findings;
mod text;

pub use diff::unified_diff;
pub use findings::{findings_github, findings_human, findings_json, findings_summary};
pub use text::{Counts, TextReport};
