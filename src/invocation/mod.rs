//! kubectl's verbs and flags as tables, and what a command line means for a lab.

mod changing_verbs;
mod config_verbs;
mod create_verbs;
mod flag;
mod flags;
mod flags_changing;
mod flags_create;
mod given;
mod hand_over;
mod help;
mod kind_alias;
mod meaning;
mod native;
mod parse;
mod program;
mod reading_verbs;
mod request;
mod rollout_verbs;
mod sub_verb;
mod usage_error;
mod verb;
mod verbs;

pub use flag::{Flag, Takes};
pub use flags::GLOBAL;
pub use given::Flags;
pub use hand_over::{KeptBack, hand_over};
pub use help::{global_help, help, sub_help};
pub use meaning::{Known, Meaning, meaning};
pub use native::{NotNative, native};
pub use parse::{Invocation, is_verb, parse};
pub use sub_verb::SubVerbRow;
pub use usage_error::UsageError;
pub use verb::{Native, Verb, VerbRow};
pub use verbs::{NATIVE_GLOBAL, VERBS};
