//! What makes an object invalid, in the words of the real server.

use serde_json::Value;

use super::Status;

/// Checks a new object.
///
/// # Errors
/// 422 with everything that is wrong.
pub(super) fn new(_resource: &str, _object: &Value) -> Result<(), Status> {
    Ok(())
}

/// Checks an object that takes the place of another.
///
/// # Errors
/// The same.
pub(super) fn changed(_resource: &str, _object: &Value, _old: &Value) -> Result<(), Status> {
    Ok(())
}
