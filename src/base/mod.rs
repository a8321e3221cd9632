//! What every other folder stands on: places in a text, diagnostics, safe
//! text, durations, exit codes. Pure; imports nothing of the crate.

mod diagnostic;
mod duration;
mod exit;
mod nearest;
mod safe;
mod span;

pub use diagnostic::{Diagnostic, Severity, SourceText};
pub use duration::{DurationError, human_duration, parse_duration, short_elapsed};
pub use exit::Exit;
pub use nearest::{nearest, unmistakable};
pub use safe::{plain_text, safe_line, safe_text};
pub use span::{Position, Span};
