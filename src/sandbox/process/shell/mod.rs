//! The shell of a container: a POSIX shell in the words of busybox ash, dash or bash.
//!
//! `parse` reads text to a [`tree`]; `expand` makes fields of words; `run` carries out.

mod arithmetic;
mod builtins;
mod editor;
mod expand;
mod glob;
mod interactive;
mod jobs;
mod lexer;
mod parameter;
mod parser;
mod parser_compound;
mod parser_word;
mod pattern;
mod prompt;
mod redirect;
mod run;
mod simple;
mod start;
mod state;
mod test_command;
mod traps;
mod tree;
mod variables;
mod words_of;

pub(crate) use arithmetic::{evaluate as evaluate_arithmetic, evaluate_plain};
pub(crate) use pattern::Pattern;
pub(crate) use simple::quote_by_backslashes;
pub(crate) use start::{main, sh};
pub(crate) use state::Dialect;
pub(crate) use test_command::{Flavor, evaluate as evaluate_test};

#[cfg(test)]
mod differential_tests;
#[cfg(test)]
mod interactive_tests;
