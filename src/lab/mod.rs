//! Markdown to a lab and its diagnostics.

mod catalogue;
mod classify;
mod condition;
mod conditions_yaml;
mod directive;
mod directive_values;
mod finding;
mod front_matter;
mod languages;
mod looks;
mod markdown;
mod mask;
mod model;
mod programs;
mod prompts;
mod prose;
mod read;
mod session;
mod yaml_place;

pub use catalogue::{RawLab, catalogue, find_shipped};
pub use condition::{Condition, PodState};
pub use finding::Finding;
pub use model::{
    Block, BlockKind, Capture, CaptureSource, Check, Command, Directive, Element, Expect,
    ExpectExit, FrontMatter, ImageReplacement, Inline, Lab, LabScope, Need, Runs, SampleRule,
    Section, ShellName, Step, Until, Variable,
};
pub use read::{ReadError, read_lab};
