//! Programs that images have: one file for each, or for a small family.
//!
//! A program is an `async fn` of a [`Run`]; [`table`] names them.

mod cat;
mod echo;
pub(crate) mod escapes;
mod file_basics;
mod load;
mod options;
mod run;
mod sleep;
mod table;

pub(crate) use echo::{echo_text, printf_text};
pub(crate) use load::{LoadError, Loaded, find_in_path, load};
pub(crate) use run::Run;
pub(crate) use table::{Tool, applets, tool};
