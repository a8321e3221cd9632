//! `kubectl logs`: what containers wrote.

use futures::AsyncReadExt;
use futures::io::AsyncBufReadExt;
use futures::stream::{FuturesUnordered, StreamExt};
use k8s_openapi::api::core::v1::Pod;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use super::failure::{Failure, Outcome};
use super::{Io, Session, target};
use crate::cluster::{ApiRequest, RequestError};
use crate::invocation::Invocation;

/// How many streams `--follow` opens at once where nothing else is said.
const MOST_STREAMS: i64 = 5;
/// How much is read at a time.
const BUFFER: usize = 32 * 1024;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/logs/logs.go`, `Complete` and `RunLogs`;
/// `polymorphichelpers/logsforobject.go`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let sources = sources(invocation, session, io).await?;
    let flags = &invocation.flags;
    let most = flags.number("max-log-requests").unwrap_or(MOST_STREAMS);
    if flags.switch("follow") && i64::try_from(sources.len()).unwrap_or(i64::MAX) > most {
        return Err(Failure::message(format!(
            "you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use --max-log-requests to increase the limit",
            sources.len()
        )));
    }
    let cancelled = io.cancelled.clone();
    tokio::select! {
        outcome = print_all(invocation, session, io, sources) => outcome,
        () = Io::until_cancelled(cancelled) => Err(Failure::Interrupted),
    }
}

/// The whole log of a container that has ended; for `run -i` that came too late.
pub(super) async fn all_of(session: &Session, io: &mut Io, pod: &Pod, container: &str) -> Outcome {
    let path = log_path(pod);
    let request = ApiRequest::get(path).with("container", container).accepting("*/*");
    copy(session.cluster.open(&request).await?, io).await
}

/// The log of one container.
struct Source {
    prefix: String,
    request: ApiRequest,
}

async fn sources(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Result<Vec<Source>, Failure> {
    let flags = &invocation.flags;
    let namespace = session.policy.namespace(flags.text("namespace"));
    let selector = flags.text("selector").filter(|selector| !selector.is_empty());
    let pods = match (invocation.args.as_slice(), selector) {
        ([], None) | ([_, _, _, ..], _) => {
            return Err(Failure::message(
                "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples",
            ));
        }
        ([], Some(selector)) => {
            let pods = target::pods(session, &namespace, selector).await?;
            if pods.is_empty() {
                io.err(&format!("No resources found in {namespace} namespace.\n")).await?;
            }
            pods
        }
        ([target, ..], None) => {
            let pod = target::pod(session, &namespace, target).await;
            vec![pod.map_err(|failure| not_found(failure, &namespace))?]
        }
        ([_, ..], Some(_)) => {
            return Err(Failure::message("only a selector (-l) or a POD name is allowed"));
        }
    };
    let mut sources = Vec::new();
    for pod in &pods {
        let asked = flags.text("container").or_else(|| second_argument(invocation));
        let containers = if flags.switch("all-containers") {
            target::all_containers(pod)
        } else {
            vec![target::container(pod, asked, io).await?]
        };
        for container in containers {
            let request = request(invocation, pod, &container, selector.is_some());
            sources.push(Source { prefix: prefix(invocation, pod, &container), request });
        }
    }
    Ok(sources)
}

/// `logs` has words of its own for an object that does not exist.
///
/// Source: `kubectl/pkg/cmd/logs/logs.go`, `Complete`.
fn not_found(failure: Failure, namespace: &str) -> Failure {
    match failure {
        Failure::Request { error: RequestError::Status(status), .. } if status.is_not_found() => {
            Failure::message(format!(
                "error from server (NotFound): {} in namespace {namespace:?}",
                status.message
            ))
        }
        other => other,
    }
}

/// `logs POD CONTAINER`, an old spelling of `-c`.
fn second_argument(invocation: &Invocation) -> Option<&str> {
    invocation.args.get(1).map(String::as_str)
}

fn prefix(invocation: &Invocation, pod: &Pod, container: &str) -> String {
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    if invocation.flags.switch("prefix") {
        format!("[pod/{name}/{container}] ")
    } else {
        String::new()
    }
}

fn log_path(pod: &Pod) -> String {
    let metadata = &pod.metadata;
    format!(
        "/api/v1/namespaces/{}/pods/{}/log",
        metadata.namespace.as_deref().unwrap_or_default(),
        metadata.name.as_deref().unwrap_or_default()
    )
}

fn request(invocation: &Invocation, pod: &Pod, container: &str, selected: bool) -> ApiRequest {
    let flags = &invocation.flags;
    let mut request = ApiRequest::get(log_path(pod)).with("container", container).accepting("*/*");
    for (flag, parameter) in
        [("follow", "follow"), ("previous", "previous"), ("timestamps", "timestamps")]
    {
        if flags.switch(flag) {
            request = request.with(parameter, "true");
        }
    }
    // With a selector, kubectl shows the last 10 lines unless it is told a number.
    let tail = match flags.number("tail") {
        _ if selected && !flags.is_set("tail") => Some(10),
        tail => tail.filter(|lines| *lines >= 0),
    };
    let since = flags.duration("since").map(|since| since.as_secs()).filter(|since| *since > 0);
    let limit = flags.number("limit-bytes").filter(|limit| *limit > 0);
    for (parameter, value) in [("tailLines", tail), ("sinceSeconds", since), ("limitBytes", limit)]
    {
        if let Some(value) = value {
            request = request.with(parameter, value.to_string());
        }
    }
    request.with("sinceTime", flags.text("since-time").unwrap_or_default())
}

async fn print_all(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
    sources: Vec<Source>,
) -> Outcome {
    if invocation.flags.switch("follow") && sources.len() > 1 {
        return follow_all(session, io, sources).await;
    }
    for source in sources {
        let stream = match session.cluster.open(&source.request).await {
            Ok(stream) => stream,
            Err(error) if invocation.flags.switch("ignore-errors") => {
                io.err(&format!("{error}\n")).await?;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if source.prefix.is_empty() {
            copy(stream, io).await?;
        } else {
            copy_lines(stream, io, &source.prefix).await?;
        }
    }
    Ok(())
}

async fn copy(stream: impl futures::AsyncBufRead, io: &mut Io) -> Outcome {
    let mut stream = std::pin::pin!(stream);
    let mut buffer = vec![0; BUFFER];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        io.stdout.write_all(&buffer[..count]).await?;
        io.stdout.flush().await?;
    }
    Ok(())
}

async fn copy_lines(stream: impl futures::AsyncBufRead, io: &mut Io, prefix: &str) -> Outcome {
    let mut stream = std::pin::pin!(stream);
    let mut line = prefix.as_bytes().to_vec();
    while let Ok(1..) = stream.read_until(b'\n', &mut line).await {
        io.stdout.write_all(&line).await?;
        io.stdout.flush().await?;
        line.truncate(prefix.len());
    }
    Ok(())
}

/// Several logs at once, line by line as they come.
async fn follow_all(session: &Session, io: &mut Io, sources: Vec<Source>) -> Outcome {
    let (lines, mut received) = mpsc::channel::<Vec<u8>>(64);
    let mut readers = FuturesUnordered::new();
    for source in sources {
        let stream = session.cluster.open(&source.request).await?;
        readers.push(send_lines(stream, source.prefix, lines.clone()));
    }
    drop(lines);
    let reading = async { while readers.next().await.is_some() {} };
    let writing = async {
        while let Some(line) = received.recv().await {
            io.stdout.write_all(&line).await?;
            io.stdout.flush().await?;
        }
        Ok(())
    };
    let ((), outcome) = tokio::join!(reading, writing);
    outcome
}

async fn send_lines(
    stream: impl futures::AsyncBufRead,
    prefix: String,
    lines: mpsc::Sender<Vec<u8>>,
) {
    let mut stream = std::pin::pin!(stream);
    let mut line = prefix.as_bytes().to_vec();
    while let Ok(1..) = stream.read_until(b'\n', &mut line).await {
        // A line that nobody takes any more ends the reading.
        if lines.send(line.clone()).await.is_err() {
            return;
        }
        line.truncate(prefix.len());
    }
}
