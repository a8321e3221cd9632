use jiff::Timestamp;
use serde_json::Value;

use super::Status;
use crate::sandbox::store::{Object, Store, StoreError};

/// Creates an object as the API server does on every create, whoever asks: defaults,
/// what admission adds, validation, allocations; then it is stored.
///
/// `resource` is `pods` or `deployments.apps`.
///
/// # Errors
/// What the API server would answer.
pub fn create(
    store: &mut Store,
    resource: &str,
    object: Value,
    now: Timestamp,
) -> Result<Object, Status> {
    store.create(resource, object, now).map_err(|error| store_status(&error))
}

/// A failure of the store as the API says it.
pub fn store_status(error: &StoreError) -> Status {
    match error {
        StoreError::AlreadyExists { resource, name } => Status::already_exists(resource, name),
        StoreError::NotFound { resource, name } => Status::not_found(resource, name),
        StoreError::Conflict { resource, name } => Status::conflict(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and try again",
        ),
        StoreError::Expired { .. } => Status::new(410, "Expired", error.to_string()),
    }
}
