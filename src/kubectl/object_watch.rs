//! Waiting for one object to be as wanted, by a watch and not by asking again and again.

use std::time::Duration;

use futures::io::AsyncBufReadExt;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::get_request::items_of;
use crate::cluster::{
    AWAY_LIMIT, Absence, ApiRequest, Cluster, RequestError, ResourceKind, SILENCE, WATCH_SPAN,
};

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

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Until when, at most.
    pub(super) deadline: Instant,
    /// How long the server may be away meanwhile.
    pub(super) away: Duration,
}

impl Patience {
    /// With a server that may be away for a while.
    pub(super) fn until(deadline: Instant) -> Self {
        Self { deadline, away: AWAY_LIMIT }
    }
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
/// A server that is away is asked again, until it has been away for too long.
pub(super) async fn until(
    cluster: &Cluster,
    watched: &Watched<'_>,
    patience: Patience,
    mut holds: impl FnMut(Option<&Value>) -> bool,
) -> Result<Waited, RequestError> {
    let mut absence = Absence::of_at_most(patience.away);
    let waiting = async {
        loop {
            match round(cluster, watched, &mut holds).await {
                Ok(Some(object)) => return Ok(object),
                Ok(None) => absence.ends(),
                Err(error) if error.is_away() && !absence.is_too_long(Instant::now()) => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    match tokio::time::timeout_at(patience.deadline, waiting).await {
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
        .with("timeoutSeconds", WATCH_SPAN.as_secs().to_string())
        .with("resourceVersion", version);
    let mut stream = std::pin::pin!(cluster.open(&request).await?);
    let mut line = Vec::new();
    while let Ok(Ok(1..)) = timeout(SILENCE, stream.read_until(b'\n', &mut line)).await {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kubectl::loopback::{Loopback, events, ok};

    async fn wait_for_its_end(server: &Loopback) -> Result<Waited, RequestError> {
        let cluster = server.cluster().await;
        let kind = cluster.kind_called("pods").await.unwrap();
        let watched = Watched { kind: &kind, namespace: Some("lab"), name: "web" };
        let deadline = Instant::now() + Duration::from_secs(600);
        let patience = Patience { deadline, away: Duration::from_millis(50) };
        until(&cluster, &watched, patience, |object| object.is_none()).await
    }

    #[tokio::test]
    async fn a_watch_that_is_dropped_goes_on_and_a_server_that_stays_away_ends_the_waiting() {
        let list = ok(&json!({"kind": "PodList", "metadata": {"resourceVersion": "7"},
            "items": [{"metadata": {"name": "web"}}]}));
        let gone = json!({"type": "DELETED", "object": {"metadata": {"name": "web"}}});
        let answers = vec![list.clone(), events(&[]), list.clone(), events(&[gone])];
        let server = Loopback::answering(answers).await;
        assert_eq!(wait_for_its_end(&server).await.unwrap(), Waited::Holds(None));

        // Nothing listens on the port of a server that has given its last answer.
        let server = Loopback::answering(vec![list, events(&[])]).await;
        let error = wait_for_its_end(&server).await.unwrap_err();
        assert!(matches!(error, RequestError::Refused { .. }), "{error}");
    }
}
