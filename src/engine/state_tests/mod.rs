//! The engine's state from the outside: what happened in, what is told out.

mod bench;
mod gaps;
mod people;
mod reloads;
mod samples;
mod shells;
mod steps;
