//! The engine's state from the outside: what happened in, what is told out.

mod bench;
mod people;
mod shells;
mod steps;
