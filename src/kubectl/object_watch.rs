//! Waiting for one object to be as wanted, by a watch and not by asking again and again.

use std::time::Duration;

use futures::io::AsyncBufReadExt;
use serde_json::Value;
use tokio::time::Instant;

use super::get_request::items_of;
use crate::cluster::{ApiRequest, Cluster, RequestError, ResourceKind};

/// The longest pause before a dropped watch is taken up again.
const PAUSE: Duration = Duration::from_millis(500);

/// One object, by name.
#[derive(Debug, Clone)]
pub(super) struct Watched<'a> {
    /// Its kind.
    pub(super) kind: &'a ResourceKind,
    /// Its namespace; none for cluster-scoped kinds.
    pub(super) namespace: Option<&'a str>,
    /// Its name.
    pub(super) name: &'a str,
}

/// How waiting ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Waited {
    /// The object is as wanted; none where it is wanted gone.
    Holds(Option<Value>),
    /// It was not in time.
    TimedOut,
}

/// Waits until `holds` says so of the object (none: it does not exist), or the deadline.
///
/// A server that is away is asked again until the deadline.
pub(super) async fn until(
    cluster: &Cluster,
    watched: &Watched<'_>,
    deadline: Instant,
    mut holds: impl FnMut(Option<&Value>) -> bool,
) -> Result<Waited, RequestError> {
    let waiting = async {
        loop {
            match round(cluster, watched, &mut holds).await {
                Ok(Some(object)) => return Ok(object),
                Ok(None) => {}
                Err(error) if error.is_away() => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    match tokio::time::timeout_at(deadline, waiting).await {
        Ok(object) => object.map(Waited::Holds),
        Err(_) => Ok(Waited::TimedOut),
    }
}

/// One list and the watch after it: the object (or its absence) that was wanted, or
/// nothing where the watch ended first.
async fn round(
    cluster: &Cluster,
    watched: &Watched<'_>,
    holds: &mut impl FnMut(Option<&Value>) -> bool,
) -> Result<Option<Option<Value>>, RequestError> {
    let path = watched.kind.path(watched.namespace);
    let fields = format!("metadata.name={}", watched.name);
    let list = ApiRequest::get(path.as_str()).with("fieldSelector", fields.as_str());
    let list = cluster.json(&list).await?;
    let version = list["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
    let object = items_of(list).pop();
    if holds(object.as_ref()) {
        return Ok(Some(object));
    }
    let request = ApiRequest::get(path)
        .with("fieldSelector", fields)
        .with("watch", "true")
        .with("resourceVersion", version);
    let mut stream = std::pin::pin!(cluster.open(&request).await?);
    let mut line = Vec::new();
    while let Ok(1..) = stream.read_until(b'\n', &mut line).await {
        let Ok(mut event) = serde_json::from_slice::<Value>(&line) else { break };
        line.clear();
        let object = event["object"].take();
        match event["type"].as_str() {
            Some("ADDED" | "MODIFIED") if holds(Some(&object)) => return Ok(Some(Some(object))),
            Some("DELETED") if holds(None) => return Ok(Some(None)),
            Some("ERROR") => break,
            _ => {}
        }
    }
    Ok(None)
}
