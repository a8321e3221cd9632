//! kubectl's verbs over kube-rs: one file per verb, printers and describers in `print`.

mod annotate;
mod api_resources;
mod apply;
mod attach;
mod auth;
mod autoscale;
mod cluster_info;
mod config;
mod cordon;
mod create;
mod delete;
mod delete_options;
mod describe;
mod describe_subject;
mod dispatch;
mod drain;
mod events;
mod exec;
mod explain;
mod expose;
mod failure;
mod format;
mod format_file;
mod found;
mod generate;
mod get;
mod get_request;
mod get_watch;
mod kustomize;
mod label;
mod last_applied;
mod list_error;
mod logs;
mod manifest;
mod merge_keys;
mod object_watch;
mod patch;
mod port_forward;
pub mod print;
mod remote;
mod replace;
mod resources;
mod rollout;
mod run;
mod scale;
mod session;
mod set;
mod taint;
mod target;
mod three_way;
mod top;
mod version;
mod wait;
mod written;

pub use dispatch::{is_about_files, run, run_about_files, run_line, without_cluster};
pub use session::{Attachment, Io, OpenFiles, Session, Sink, Terminal};

#[cfg(test)]
mod loopback;
#[cfg(test)]
mod verb_tests;
