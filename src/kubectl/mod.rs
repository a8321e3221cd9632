//! kubectl's verbs over kube-rs: one file per verb, printers and describers in `print`.

mod attach;
mod exec;
mod failure;
mod logs;
pub mod print;
mod remote;
mod run;
mod session;
mod target;

pub use session::{Attachment, Io, Session, Sink, Terminal};
