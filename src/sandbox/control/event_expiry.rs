use jiff::Timestamp;

use super::super::fields;
use super::context::Context;
use super::controllers::Controller;
use super::key::Key;

/// An event is kept for an hour after it was last written.
///
/// Source: `pkg/controlplane/apiserver/options/options.go`, `EventTTL`.
const KEPT_FOR: i64 = 3600;

/// Takes out an event whose time is over.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(event) = context.at(key) else { return };
    let times =
        ["lastTimestamp", "series.lastObservedTime", "eventTime", "metadata.creationTimestamp"];
    let last: Option<Timestamp> = times.iter().filter_map(|path| fields::time(&event, path)).max();
    let ends = fields::later(last.unwrap_or(context.now), KEPT_FOR);
    if ends <= context.now {
        context.store.remove(&key.resource, &key.namespace, &key.name);
    } else {
        context.later(Controller::EventExpiry, key, ends);
    }
}
