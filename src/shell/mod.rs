//! Shell text to commands with spans; placeholders and their substitution.
//!
//! A small lexer of our own rather than a grammar: what a lab shows may be half
//! shell and half output, holds placeholders that a grammar takes for redirections,
//! and must come back whole in any case.

mod lexer;
mod placeholder;
mod simple;
mod split;
mod substitute;
mod word;

pub use placeholder::{Placeholder, placeholders};
pub use simple::{SimpleCommand, first_command, simple_commands};
pub use split::{Piece, first_piece, is_complete, split};
pub use substitute::{expand, substitute};
pub use word::Word;
