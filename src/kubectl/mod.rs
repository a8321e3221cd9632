//! kubectl's verbs over kube-rs: one file per verb, printers and describers in `print`.

mod api_resources;
mod apply;
mod attach;
mod cluster_info;
mod create;
mod delete;
mod delete_options;
mod describe;
mod describe_subject;
mod dispatch;
mod events;
mod exec;
mod explain;
mod expose;
mod failure;
mod format;
mod format_file;
mod get;
mod get_request;
mod get_watch;
mod label;
mod list_error;
mod logs;
mod manifest;
mod merge_keys;
mod object_watch;
pub mod print;
mod remote;
mod resources;
mod run;
mod session;
mod target;
mod three_way;
mod version;
mod wait;
mod written;

pub use dispatch::{run, run_line, without_cluster};
pub use session::{Attachment, Io, Session, Sink, Terminal};

#[cfg(test)]
mod loopback;
#[cfg(test)]
mod verb_tests;
