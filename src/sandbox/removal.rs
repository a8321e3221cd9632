//! How an object goes: at once, or when all is over that holds it.

use jiff::Timestamp;
use serde_json::Value;

use super::fields;

/// Begins to delete an object; whether something still holds it: a pod's time of grace,
/// a finalizer, what is in a namespace.
///
/// Source: `apiserver/pkg/registry/rest/delete.go`, `BeforeDelete`.
pub(super) fn begin(
    resource: &str,
    object: &mut Value,
    asked: Option<i64>,
    now: Timestamp,
) -> bool {
    let grace = if resource == "pods" { pod_grace(object, asked) } else { 0 };
    let before = fields::number(object, "metadata.deletionGracePeriodSeconds");
    // A second deletion can only make it shorter.
    let stays = fields::is_deleting(object) && before.is_some_and(|before| before <= grace);
    if !stays {
        mark(resource, object, grace, now);
    }
    !fields::items(object, "metadata.finalizers").is_empty()
        || fields::count(object, "metadata.deletionGracePeriodSeconds") > 0
        || (resource == "namespaces" && !fields::items(object, "spec.finalizers").is_empty())
}

fn mark(resource: &str, object: &mut Value, grace: i64, now: Timestamp) {
    let at = fields::seconds(fields::later(now, grace));
    fields::set(object, "metadata.deletionTimestamp", at);
    if resource == "namespaces" {
        fields::set(object, "status.phase", "Terminating");
    } else {
        fields::set(object, "metadata.deletionGracePeriodSeconds", grace);
    }
}

/// How long a pod may take: what is asked for, else what it says; none where nothing runs.
///
/// Source: `pkg/registry/core/pod/strategy.go`, `CheckGracefulDelete`.
fn pod_grace(pod: &Value, asked: Option<i64>) -> i64 {
    let ended = matches!(fields::text(pod, "status.phase"), "Succeeded" | "Failed");
    if ended || fields::text(pod, "spec.nodeName").is_empty() {
        return 0;
    }
    let own = fields::number(pod, "spec.terminationGracePeriodSeconds");
    // Less than nothing is one second.
    match asked.or(own).unwrap_or(30) {
        negative if negative < 0 => 1,
        grace => grace.min(i64::from(i32::MAX)),
    }
}
