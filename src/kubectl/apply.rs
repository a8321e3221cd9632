//! `kubectl apply`.

use serde_json::Value;

use super::failure::{Failure, Outcome};
use super::{Io, Session};
use crate::invocation::Invocation;

/// Runs the verb.
pub(super) async fn run(_: &Invocation, _: &Session, _: &mut Io) -> Outcome {
    Err(Failure::message("apply"))
}
pub(super) fn with_last_applied(object: &Value) -> Value {
    object.clone()
}
