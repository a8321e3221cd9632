//! `kubectl events`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use k8s_openapi::api::core::v1::Event;
use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::format::{Format, Headers};
use super::get_request::items_of;
use super::get_watch::next_event;
use super::print::{TabWriter, When, event_age};
use super::{Io, Session};
use crate::base::safe_text;
use crate::cluster::{ApiRequest, RequestError};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/events/events.go`, `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let cancelled = io.cancelled.clone();
    tokio::select! {
        outcome = events(invocation, session, io) => outcome,
        () = Io::until_cancelled(cancelled) => Err(Failure::Interrupted),
    }
}

async fn events(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let types: Vec<String> = flags.all("types").iter().map(|one| one.to_lowercase()).collect();
    if types.iter().any(|one| one != "normal" && one != "warning") {
        return Err(Failure::message("valid --types are Normal or Warning"));
    }
    let everywhere = flags.switch("all-namespaces");
    let namespace = session.policy.namespace(flags.text("namespace"));
    let path = if everywhere {
        "/api/v1/events".to_owned()
    } else {
        format!("/api/v1/namespaces/{namespace}/events")
    };
    let about = about(flags.text("for").unwrap_or_default(), session).await?;
    let mut printed = Printed {
        format: Format::asked(invocation)?,
        everywhere,
        header: !flags.switch("no-headers"),
        widths: Vec::new(),
    };
    let request = ApiRequest::get(path).with("fieldSelector", about);
    if flags.switch("watch") {
        return watch(&request, (&types, &mut printed), session, io).await;
    }
    let mut found = Vec::new();
    let mut proceed = String::new();
    loop {
        let part = request.clone().with("limit", "500").with("continue", proceed.as_str());
        let part = session.cluster.json(&part).await?;
        proceed = part["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
        found.extend(items_of(part).into_iter().filter(|event| is_of(event, &types)));
        if proceed.is_empty() {
            break;
        }
    }
    if found.is_empty() {
        return Ok(io
            .err(&if everywhere {
                "No events found.\n".to_owned()
            } else {
                format!("No events found in {namespace} namespace.\n")
            })
            .await?);
    }
    found.sort_by_key(seen);
    let list = json!({"apiVersion": "v1", "kind": "EventList", "metadata": {}, "items": found});
    let text = printed.text(&list, session)?;
    Ok(io.out(&text).await?)
}

/// Prints every event as it comes, until the server or the caller has enough.
async fn watch(
    request: &ApiRequest,
    (types, printed): (&[String], &mut Printed),
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let stream = session.cluster.open(&request.clone().with("watch", "true")).await?;
    let mut stream = std::pin::pin!(stream);
    while let Some(event) = next_event(&mut stream).await {
        if event.r#type == "ERROR" {
            let status = serde_json::from_value(event.object).unwrap_or_default();
            return Err(RequestError::Status(Box::new(status)).into());
        }
        // An event that is forgotten is no news.
        if matches!(event.r#type.as_str(), "DELETED" | "BOOKMARK") || !is_of(&event.object, types) {
            continue;
        }
        let text = printed.text(&event.object, session)?;
        io.out(&text).await?;
    }
    Ok(())
}

/// The field selector for `--for TYPE/NAME`.
///
/// Source: `events.go`, `decodeResourceTypeName`.
async fn about(object: &str, session: &Session) -> Result<String, Failure> {
    if object.is_empty() {
        return Ok(String::new());
    }
    let Some((kind, name)) = object.split_once('/') else {
        return Err(Failure::message("--for must be in resource/name form"));
    };
    if name.contains('/') {
        return Err(Failure::message(
            "arguments in resource/name form may not have more than one slash",
        ));
    }
    let kind = session.cluster.kind_called(kind).await?;
    let version = kind.api_version();
    Ok(format!(
        "involvedObject.kind={},involvedObject.apiVersion={version},involvedObject.name={name}",
        kind.kind
    ))
}

fn is_of(event: &Value, types: &[String]) -> bool {
    let type_ = event["type"].as_str().unwrap_or_default().to_lowercase();
    types.is_empty() || types.contains(&type_)
}

/// When the event was last seen.
///
/// Source: `events.go`, `eventTime`.
fn seen(event: &Value) -> Option<Timestamp> {
    let time = |value: &Value| value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    time(&event["series"]["lastObservedTime"])
        .or_else(|| time(&event["lastTimestamp"]))
        .or_else(|| time(&event["eventTime"]))
}

/// How events are printed, and what stands above them already.
struct Printed {
    format: Format,
    everywhere: bool,
    header: bool,
    widths: Vec<usize>,
}

impl Printed {
    fn text(&mut self, object: &Value, session: &Session) -> Result<String, Failure> {
        if !self.format.is_table() {
            return self.format.print(object, Headers::Shown);
        }
        let mut lines = String::new();
        if std::mem::take(&mut self.header) {
            lines += if self.everywhere { "NAMESPACE\t" } else { "" };
            lines += "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n";
        }
        let when = When { now: session.cluster.now(), zone: TimeZone::UTC };
        for event in items_of(object.clone()) {
            lines += &self.line(&event, &when)?;
        }
        Ok(TabWriter::TABLE.layout_remembering(&lines, &mut self.widths))
    }

    /// Source: `event_printer.go`, `printOneEvent`.
    fn line(&self, event: &Value, when: &When) -> Result<String, Failure> {
        let read: Event = serde_json::from_value(event.clone()).map_err(|error| {
            Failure::message(format!("the server's event could not be read: {error}"))
        })?;
        let namespace = read.metadata.namespace.as_deref().unwrap_or_default();
        let namespace = if self.everywhere { format!("{namespace}\t") } else { String::new() };
        let age = event_age(&read, when);
        let object = &read.involved_object;
        let [kind, name] =
            [&object.kind, &object.name].map(|one| one.as_deref().unwrap_or_default());
        let [type_, reason, message] = [&read.type_, &read.reason, &read.message]
            .map(|one| one.as_deref().unwrap_or_default());
        let message = message.trim();
        let line = format!("{namespace}{age}\t{type_}\t{reason}\t{kind}/{name}\t{message}");
        Ok(safe_text(&line) + "\n")
    }
}
