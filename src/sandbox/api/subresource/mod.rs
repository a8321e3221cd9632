//! What lies below an object: its scale, its log, its streams.

mod eviction;
mod pod;
mod scale;
mod token;

use super::call::Call;
use super::{ConnectKind, Reply, patch, read, write};
use crate::sandbox::admit::Status;

/// Carries out a request for a subresource.
///
/// # Errors
/// Whatever its own code refuses; 405 for a method that it does not have.
pub(super) fn handle(call: &mut Call<'_>) -> Result<Reply, Status> {
    let method = call.request.method.clone();
    match (call.target.subresource.as_str(), method.as_str()) {
        ("scale", _) => scale::scale(call),
        ("log", "GET") => pod::log(call),
        ("exec", _) => pod::connect(call, ConnectKind::Exec),
        ("attach", _) => pod::connect(call, ConnectKind::Attach),
        ("portforward", _) => pod::connect(call, ConnectKind::PortForward),
        ("binding", "POST") => pod::bind(call),
        ("eviction", "POST") => eviction::evict(call),
        ("token", "POST") => token::token(call),
        ("proxy", _) => Err(Status::new(
            503,
            "ServiceUnavailable",
            "the podlab sandbox does not proxy; use port-forward",
        )),
        ("status" | "approval" | "ephemeralcontainers" | "resize", "GET") => read::get(call),
        ("status" | "approval" | "ephemeralcontainers" | "resize" | "finalize", "PUT") => {
            write::update(call)
        }
        ("status" | "approval" | "ephemeralcontainers" | "resize", "PATCH") => patch::patch(call),
        _ => Err(Status::method_not_allowed()),
    }
}
