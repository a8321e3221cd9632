use jiff::Timestamp;

use super::{Answer, Reply, Request};
use crate::sandbox::admit::Status;
use crate::sandbox::store::Store;

/// Carries a request out on the store.
pub fn handle(store: &mut Store, request: &Request, now: Timestamp) -> Reply {
    let _ = (store, request, now);
    Reply::Answer(Answer::of_status(&Status::no_such_path()))
}
