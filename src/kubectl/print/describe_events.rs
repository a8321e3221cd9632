//! The events under a description.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Event;

use super::describe_page::{Page, When};

/// Writes the events, the oldest first; nothing where they were not asked for.
///
/// Source: `kubectl/pkg/describe/describe.go`, `DescribeEvents` (1.36: the field path stands
/// before the message); order: `util/event/sorted_event_list.go`.
pub(super) fn events(page: &mut Page, events: Option<&[Event]>, when: &When) {
    let Some(events) = events else { return };
    if events.is_empty() {
        page.field(0, "Events", "<none>");
        return;
    }
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_by_key(|event| event.last_timestamp.as_ref().map(|time| time.0));
    page.line(0, "Events:");
    page.line(1, "Type\tReason\tAge\tFrom\tMessage");
    page.line(1, "----\t------\t----\t----\t-------");
    for event in events {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let (type_, reason, age) =
            (text(&event.type_), text(&event.reason), event_age(event, when));
        let (from, message) = (from(event), message(event));
        page.line(1, format_args!("{type_}\t{reason}\t{age}\t{from}\t{message}"));
    }
}

/// How long ago an event was seen, and how often since when.
///
/// Source: `describe.go`, `DescribeEvents`; `cmd/events/event_printer.go`, `getInterval`.
pub fn event_age(event: &Event, when: &When) -> String {
    let event_time = event.event_time.as_ref().map(|time| time.0);
    let first = event_time.or(event.first_timestamp.as_ref().map(|time| time.0));
    let counted = |last: Option<Timestamp>, count: i32| {
        format!("{} (x{count} over {})", when.since(last), when.since(first))
    };
    match (&event.series, event.count) {
        (Some(series), _) => {
            let last = series.last_observed_time.as_ref().map(|time| time.0);
            counted(last, series.count.unwrap_or(0))
        }
        (None, Some(count)) if count > 1 => {
            counted(event.last_timestamp.as_ref().map(|time| time.0), count)
        }
        _ => when.since(first),
    }
}

fn from(event: &Event) -> &str {
    let component = event.source.as_ref().and_then(|source| source.component.as_deref());
    let component = component.filter(|component| !component.is_empty());
    component.or(event.reporting_component.as_deref()).unwrap_or_default()
}

fn message(event: &Event) -> String {
    let message = event.message.as_deref().unwrap_or_default().trim();
    match event.involved_object.field_path.as_deref() {
        Some(path) if !path.is_empty() => format!("{path}: {message}"),
        _ => message.to_owned(),
    }
}
