//! What podlab guesses of a block that says nothing itself: its kind, what of it is
//! typed, and whether that is meant for the reader. Every guess is a row of a table
//! that is read from the top, with an example beside it:
//!
//! * [`classify`]: which kind a block is
//! * [`prompts`]: what may stand before a command
//! * [`programs`]: whether a line begins as something that is typed
//! * [`printed`]: whether a line is something that a program prints
//! * [`unprompted`]: where commands end and output begins, and how commands resume

pub(super) mod announcements;
pub(super) mod classify;
pub(super) mod illustration;
pub(super) mod languages;
mod looks;
mod printed;
pub(super) mod programs;
pub(super) mod prompts;
pub(super) mod session;
pub(super) mod statements;
mod unprompted;
