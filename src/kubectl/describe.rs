//! `kubectl describe`.

use super::failure::{Failure, Outcome};
use super::{Io, Session};
use crate::invocation::Invocation;

/// Runs the verb.
pub(super) async fn run(_: &Invocation, _: &Session, _: &mut Io) -> Outcome {
    Err(Failure::message("describe"))
}
