//! `kubectl get --watch`.

use std::collections::HashMap;
use std::time::Duration;

use futures::AsyncBufRead;
use futures::io::AsyncBufReadExt;
use kube::core::Status;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::Io;
use super::failure::{Failure, Outcome};
use super::format::{Format, Headers};
use super::get::Get;
use super::get_request::{Lookup, table_of};
use super::print::{Column, Row, TabWriter, TableStyle, header_line, row_line};
use crate::cluster::{AWAY_LIMIT, Absence, Cluster, RequestError, SILENCE};

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Prints what is there, then every change, until the caller has enough.
///
/// A watch that is dropped goes on where it ended; where the server has forgotten
/// that point, the list tells what changed.
///
/// Source: `kubectl/pkg/cmd/get/get.go`, `watch`.
pub(super) async fn run(get: &Get<'_>, io: &mut Io) -> Outcome {
    let [lookup] = get.lookups.as_slice() else {
        return Err(Failure::message(
            "watch is only supported on individual resources and resource collections - more than 1 resource was found",
        ));
    };
    let mut view = View::new(get, lookup);
    let cluster = &get.session.cluster;
    let first = view.list(cluster).await?;
    let shown = !get.invocation.flags.switch("watch-only");
    view.show_all(first, if shown { Showing::Changed } else { Showing::Nothing }, io).await?;
    let mut absence = Absence::of_at_most(AWAY_LIMIT);
    let mut pause = Duration::from_millis(250);
    loop {
        match view.follow(cluster, io).await {
            Ok(Ended::Dropped) => {
                absence.ends();
                pause = Duration::from_millis(250);
            }
            Ok(Ended::Expired) => match view.list(cluster).await {
                Ok(rows) => view.show_all(rows, Showing::Changed, io).await?,
                Err(error) if error.is_away() => {}
                Err(error) => return Err(error.into()),
            },
            Err(Stopped::Failure(failure)) => return Err(failure),
            Err(Stopped::Away(error)) if absence.is_too_long(Instant::now()) => {
                return Err(error.into());
            }
            Err(Stopped::Away(_)) => {}
        }
        // A server that drops every watch at once is not asked without end.
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// How a watch ended that can go on.
enum Ended {
    Dropped,
    Expired,
}

/// Why a watch cannot go on, or not now.
enum Stopped {
    Away(RequestError),
    Failure(Failure),
}

impl<E: Into<Failure>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failure(error.into())
    }
}

/// Which rows of a list are shown.
#[derive(Clone, Copy, PartialEq)]
enum Showing {
    Changed,
    Nothing,
}

/// An event of a watch.
#[derive(Deserialize)]
pub(super) struct Event {
    /// `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
    pub(super) r#type: String,
    /// What it is about.
    pub(super) object: Value,
}

/// What has been shown so far.
struct View<'a, 'b> {
    get: &'a Get<'b>,
    lookup: &'a Lookup,
    style: TableStyle,
    columns: Vec<Column>,
    widths: Vec<usize>,
    printed: usize,
    versions: HashMap<String, String>,
    version: String,
}

impl<'a, 'b> View<'a, 'b> {
    fn new(get: &'a Get<'b>, lookup: &'a Lookup) -> Self {
        let mut style = get.style(lookup.wanted.kind.namespaced);
        let show_kind = get.invocation.flags.switch("show-kind");
        style.kind = show_kind.then(|| lookup.wanted.kind.group_kind());
        Self {
            get,
            lookup,
            style,
            columns: Vec::new(),
            widths: Vec::new(),
            printed: 0,
            versions: HashMap::new(),
            version: String::new(),
        }
    }

    fn is_table(&self) -> bool {
        self.get.format.is_table()
    }

    /// The rows as they are now; a watch goes on from there.
    async fn list(&mut self, cluster: &Cluster) -> Result<Vec<Row>, RequestError> {
        let search = &self.get.search;
        let (rows, version) = if self.is_table() {
            let table = search.table(self.lookup, cluster).await?.answer;
            self.columns = table.column_definitions;
            (table.rows, table.metadata.resource_version)
        } else {
            let found = search.objects(self.lookup, cluster).await?.answer;
            let row = |object| Row { cells: Vec::new(), object };
            (found.items.into_iter().map(row).collect(), found.version)
        };
        // One object's own version may be long forgotten; 0 is "as it is now", and what
        // was shown already is not shown twice.
        let named = self.lookup.wanted.name.is_some();
        self.version = if named { "0".to_owned() } else { version };
        Ok(rows)
    }

    async fn show_all(&mut self, rows: Vec<Row>, showing: Showing, io: &mut Io) -> Outcome {
        let fresh: Vec<Row> = rows.into_iter().filter(|row| self.is_news(row)).collect();
        if showing == Showing::Nothing {
            return Ok(());
        }
        let changes: Vec<(&str, &Row)> = fresh.iter().map(|row| ("ADDED", row)).collect();
        self.print(&changes, io).await
    }

    /// Whether this state of an object has not been shown; remembers that it now is.
    fn is_news(&mut self, row: &Row) -> bool {
        let text = |key: &str| row.object["metadata"][key].as_str().unwrap_or_default().to_owned();
        let (uid, version) = (text("uid"), text("resourceVersion"));
        version.is_empty() || self.versions.insert(uid, version.clone()) != Some(version)
    }

    /// Prints changes as they come until the stream ends.
    async fn follow(&mut self, cluster: &Cluster, io: &mut Io) -> Result<Ended, Stopped> {
        let request = self.get.search.watch(self.lookup, &self.version);
        let stream = match cluster.open(&request).await {
            Ok(stream) => stream,
            Err(error) if error.is_away() => return Err(Stopped::Away(error)),
            Err(error) if error.status().is_some_and(is_expired) => return Ok(Ended::Expired),
            Err(error) => return Err(error.into()),
        };
        let mut stream = std::pin::pin!(stream);
        while let Some(event) = next_event(&mut stream).await {
            if event.r#type == "ERROR" {
                let status: Status = serde_json::from_value(event.object).unwrap_or_default();
                if is_expired(&status) {
                    return Ok(Ended::Expired);
                }
                return Err(RequestError::Status(Box::new(status)).into());
            }
            self.event(event, cluster, io).await?;
        }
        Ok(Ended::Dropped)
    }

    async fn event(&mut self, event: Event, cluster: &Cluster, io: &mut Io) -> Outcome {
        let rows = if self.is_table() {
            let table = table_of(event.object, cluster).map_err(RequestError::from)?;
            if !table.column_definitions.is_empty() {
                self.columns = table.column_definitions;
            }
            table.rows
        } else {
            vec![Row { cells: Vec::new(), object: event.object }]
        };
        for row in rows {
            if let Some(version) = row.object["metadata"]["resourceVersion"].as_str() {
                version.clone_into(&mut self.version);
            }
            if event.r#type == "BOOKMARK" {
                continue;
            }
            if self.is_news(&row) || event.r#type == "DELETED" {
                self.print(&[(event.r#type.as_str(), &row)], io).await?;
            }
        }
        Ok(())
    }

    async fn print(&mut self, changes: &[(&str, &Row)], io: &mut Io) -> Outcome {
        if changes.is_empty() {
            return Ok(());
        }
        let text =
            if self.is_table() { self.table_text(changes) } else { self.object_text(changes)? };
        self.printed += changes.len();
        Ok(io.out(&text).await?)
    }

    fn table_text(&mut self, changes: &[(&str, &Row)]) -> String {
        let mut lines = String::new();
        if self.printed == 0 && !self.style.no_headers {
            lines += &header_line(&self.columns, &self.style);
        }
        for (event, row) in changes {
            lines += &row_line(&self.columns, row, &self.style, event);
        }
        TabWriter::TABLE.layout_remembering(&lines, &mut self.widths)
    }

    fn object_text(&mut self, changes: &[(&str, &Row)]) -> Result<String, Failure> {
        let mut text = String::new();
        for (index, (event, row)) in changes.iter().enumerate() {
            let first = self.printed + index == 0;
            if !first && matches!(self.get.format, Format::Yaml(_)) {
                text += "---\n";
            }
            let headers = if first { self.get.headers() } else { Headers::Hidden };
            text += &if matches!(self.get.format, Format::CustomColumns(_)) {
                let lines = self.get.format.lines(&row.object, headers)?;
                TabWriter::TABLE.layout_remembering(&lines, &mut self.widths)
            } else if self.style.with_event {
                self.get.format.print(&json!({"type": event, "object": row.object}), headers)?
            } else {
                self.get.format.print(&row.object, headers)?
            };
        }
        Ok(text)
    }
}

fn is_expired(status: &Status) -> bool {
    status.code == 410 || matches!(status.reason.as_str(), "Gone" | "Expired")
}

/// The next event; none where the stream has ended, died, or is not JSON any more.
pub(super) async fn next_event(stream: &mut (impl AsyncBufRead + Unpin)) -> Option<Event> {
    let mut line = Vec::new();
    let read = tokio::time::timeout(SILENCE, stream.read_until(b'\n', &mut line)).await;
    match read {
        Ok(Ok(1..)) => serde_json::from_slice(&line).ok(),
        _ => None,
    }
}
