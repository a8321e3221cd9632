//! kubectl's verbs over kube-rs: one file per verb, printers and describers in `print`.

pub mod print;
mod session;

pub use session::{Attachment, Io, Session, Sink, Terminal};
