//! What a list could not find, in kubectl's words.

use crate::cluster::{RequestError, ResourceKind};

/// The error of a list, with what was looked for: the kind, labels and fields.
///
/// Source: `cli-runtime/pkg/resource/visitor.go`, `EnhanceListError`.
pub(super) fn list_error(
    error: RequestError,
    kind: &ResourceKind,
    [labels, fields]: [&str; 2],
) -> RequestError {
    let RequestError::Status(mut status) = error else { return error };
    if status.code != 400 && status.code != 404 {
        return RequestError::Status(status);
    }
    let subject = format!("{}/{}, Resource={}", kind.group, kind.version, kind.plural);
    let found = if labels.is_empty() && fields.is_empty() {
        format!("Unable to list {subject:?}")
    } else {
        format!(
            "Unable to find {subject:?} that match label selector {labels:?}, field selector \
             {fields:?}"
        )
    };
    status.message = format!("{found}: {}", status.message);
    RequestError::Status(status)
}
