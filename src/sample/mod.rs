//! Typed tokens, the aligner, and its two answers: is the real output like the sample,
//! and what do the author's literals mean here. Pure.
//!
//! `token → layout → rows, lines → align → compare`: `lab-format` § Bindings.

mod addresses;
mod agree;
mod align;
mod binding;
mod bindings;
mod cell;
mod compare;
mod context;
mod json;
mod judgement;
mod layout;
mod lines;
mod moment;
mod pair;
mod recognise;
mod refresh;
mod relayout;
mod rows;
mod status;
mod table;
mod table_rows;
mod token;

pub use addresses::{addresses, mentions};
pub use binding::{Binding, Identity, Place};
pub use bindings::{Bindings, By};
pub use compare::{ComparedRow, Comparison, compare};
pub use context::Context;
pub use judgement::{Judgement, Verdict};
pub use refresh::refreshed;
pub use table_rows::{TableRow, table_rows};
pub use token::{Token, TokenKind, tokens};
