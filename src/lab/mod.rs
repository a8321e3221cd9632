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
mod front_matter;
mod gaps;
mod guess;
mod manifests;
mod markdown;
mod mask;
mod model;
mod parse;
mod promises;
mod prose;
mod read;
mod refresh;
mod shells;
mod show_json;
mod show_text;
mod steps;
mod yaml_place;

pub use catalogue::{RawLab, catalogue, find_shipped};
pub use condition::{Condition, PodState};
pub use finding::Finding;
pub use gaps::Wanted;
pub use model::{
    Block, BlockKind, Capture, CaptureSource, Check, Command, Directive, Element, Expect,
    ExpectExit, FrontMatter, ImageReplacement, Inline, Lab, LabScope, Need, Printed, Runs, Sample,
    SampleRule, Section, ShellName, Step, Until, Variable,
};
pub use parse::parse;
pub use read::{ReadError, read_lab};
pub use refresh::{Refreshed, with_samples};
pub use show_json::show_json;
pub use show_text::{show_blocks, show_text};
