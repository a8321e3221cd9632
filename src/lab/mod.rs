//! Markdown to a lab and its diagnostics.

mod condition;
mod model;

pub use condition::{Condition, PodState};
pub use model::{
    Block, BlockKind, Capture, CaptureSource, Check, Command, Directive, Element, Expect,
    ExpectExit, FrontMatter, ImageReplacement, Inline, Lab, LabScope, Need, Runs, SampleRule,
    Section, ShellName, Step, Until, Variable,
};
