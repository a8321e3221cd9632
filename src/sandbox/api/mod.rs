//! The API as a pure function: a request and the store in, an answer or a plan out.

mod accept;
mod access;
mod answer;
mod body;
mod call;
mod convert;
mod custom;
mod decode;
mod delete;
mod discovery;
mod handle;
mod list_options;
mod managed;
mod openapi;
mod output;
mod patch;
mod read;
mod registry;
mod reply;
mod request;
mod reviews;
mod route;
mod subresource;
mod table;
#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "objects are written in place")]
mod tests;
mod type_meta;
mod watch_plan;
mod write;

pub(in crate::sandbox) use body::base64;
pub(super) use handle::handle;
pub(super) use reply::{Answer, Connect, ConnectKind, LogRequest, Reply};
pub(super) use request::{Impersonation, Request};
pub(super) use watch_plan::WatchPlan;
