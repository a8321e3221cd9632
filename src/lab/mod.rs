//! Markdown to a lab and its diagnostics; the catalogue of shipped labs.
//!
//! `mask → markdown → directive → guess → manifests → steps`: each stage reads what
//! the one before it found, and [`parse`] puts them in a row.

mod blocks;
mod catalogue;
mod condition;
mod conditions_yaml;
mod directive;
mod directive_values;
mod finding;
mod fix;
mod front_matter;
mod gaps;
mod guess;
#[cfg(test)]
mod laws;
mod lint;
mod manifests;
mod markdown;
mod mask;
mod model;
mod new;
mod parse;
mod places;
mod promises;
mod prose;
mod read;
mod refresh;
mod reload;
mod schemas;
mod shells;
mod show_json;
mod show_text;
mod steps;
mod yaml_place;

pub use catalogue::{RawLab, catalogue, find_shipped};
pub use condition::{Condition, PodState};
pub use finding::Finding;
pub use fix::{Change, fix};
pub use gaps::Wanted;
pub use lint::lint;
pub use model::{
    Block, BlockKind, Capture, CaptureSource, Check, Command, Directive, Element, Expect,
    ExpectExit, FrontMatter, ImageReplacement, Inline, Lab, LabScope, Need, Printed, Runs, Sample,
    SampleRule, Section, ShellName, Step, Until, Variable,
};
pub use new::{new_lab, title_of};
pub use parse::parse;
pub use places::Places;
pub use read::{ReadError, is_beside, read_lab};
pub use refresh::{Refreshed, with_samples};
pub use reload::{Reload, step_of_finding};
pub use schemas::{DIRECTIVE_SCHEMA, FRONT_MATTER_SCHEMA};
pub use show_json::show_json;
pub use show_text::{show_blocks, show_text};
