//! Printers and describers: objects to kubectl's text. Pure.

mod tabwriter;

pub use tabwriter::TabWriter;
