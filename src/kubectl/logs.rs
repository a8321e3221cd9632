//! `kubectl logs`: what containers wrote.

use std::io;

use futures::AsyncReadExt;
use futures::io::AsyncBufReadExt;
use futures::stream::{SelectAll, Stream, StreamExt};
use k8s_openapi::api::core::v1::Pod;
use tokio::io::AsyncWriteExt;

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
        match print(session, io, source).await {
            Err(failure) if failure.is_closed() => return Err(failure),
            Err(failure) if invocation.flags.switch("ignore-errors") => {
                io.err(&failure.text()).await?;
            }
            outcome => outcome?,
        }
    }
    Ok(())
}

async fn print(session: &Session, io: &mut Io, source: Source) -> Outcome {
    let stream = session.cluster.open(&source.request).await?;
    if source.prefix.is_empty() {
        copy(stream, io).await
    } else {
        print_lines(Box::pin(lines_of(stream, source.prefix)), io).await
    }
}

async fn copy(stream: impl futures::AsyncBufRead, io: &mut Io) -> Outcome {
    let mut stream = std::pin::pin!(stream);
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = stream.read(&mut buffer).await.map_err(|error| broken(&error))?;
        if count == 0 {
            return Ok(());
        }
        io.stdout.write_all(&buffer[..count]).await?;
        io.stdout.flush().await?;
    }
}

/// Several logs at once, line by line as they come.
async fn follow_all(session: &Session, io: &mut Io, sources: Vec<Source>) -> Outcome {
    let mut all = SelectAll::new();
    for source in sources {
        let stream = session.cluster.open(&source.request).await?;
        all.push(Box::pin(lines_of(stream, source.prefix)));
    }
    print_lines(all, io).await
}

/// A line that nobody takes any more ends the reading.
async fn print_lines(
    mut lines: impl Stream<Item = io::Result<Vec<u8>>> + Unpin,
    io: &mut Io,
) -> Outcome {
    while let Some(line) = lines.next().await {
        io.stdout.write_all(&line.map_err(|error| broken(&error))?).await?;
        io.stdout.flush().await?;
    }
    Ok(())
}

/// The lines of a stream; one that breaks gives what it had of its last line first.
fn lines_of(
    stream: impl futures::AsyncBufRead + Send,
    prefix: String,
) -> impl Stream<Item = io::Result<Vec<u8>>> + Send {
    let state = (Box::pin(stream), prefix, None);
    futures::stream::try_unfold(state, |(mut stream, prefix, broken)| async move {
        if let Some(error) = broken {
            return Err(error);
        }
        let mut line = prefix.as_bytes().to_vec();
        let broken = stream.read_until(b'\n', &mut line).await.err();
        match broken {
            broken if line.len() > prefix.len() => Ok(Some((line, (stream, prefix, broken)))),
            Some(error) => Err(error),
            None => Ok(None),
        }
    })
}

/// Source: `kubectl/pkg/cmd/logs/logs.go`, `DefaultConsumeRequest`: what Go's reader says.
fn broken(error: &io::Error) -> Failure {
    let mut cause: &(dyn std::error::Error + 'static) = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let cut_off = error.kind() == io::ErrorKind::UnexpectedEof
        || cause
            .downcast_ref::<io::Error>()
            .is_some_and(|inner| inner.kind() == io::ErrorKind::UnexpectedEof);
    Failure::message(if cut_off { "unexpected EOF".to_owned() } else { cause.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::OpenFiles;
    use futures::stream::TryStreamExt;
    use tokio::io::{AsyncReadExt as _, DuplexStream};

    fn stream(parts: Vec<io::Result<&'static str>>) -> impl futures::AsyncBufRead + Send {
        futures::stream::iter(parts).into_async_read()
    }

    /// What a verb writes to, and the other end.
    fn io() -> (Io, DuplexStream) {
        let (stdout, reader) = tokio::io::duplex(1024);
        let io = Io {
            open_files: OpenFiles::Here,
            stdin: Box::new(tokio::io::empty()),
            stdout: Box::new(stdout),
            stderr: Box::new(tokio::io::sink()),
            terminal: None,
            cancelled: tokio::sync::watch::channel(false).1,
        };
        (io, reader)
    }

    #[tokio::test]
    async fn a_log_that_breaks_off_is_no_success() {
        let cut_off = || vec![Ok("one\ntw"), Err(io::ErrorKind::UnexpectedEof.into())];
        let rows = [("", "one\ntw"), ("[web] ", "[web] one\n[web] tw")];
        for (prefix, wanted) in rows {
            let (mut io, mut reader) = io();
            let outcome = match prefix {
                "" => copy(stream(cut_off()), &mut io).await,
                _ => {
                    let lines = lines_of(stream(cut_off()), prefix.to_owned());
                    print_lines(Box::pin(lines), &mut io).await
                }
            };
            assert_eq!(outcome.unwrap_err().text(), "error: unexpected EOF\n");
            drop(io);
            let mut printed = String::new();
            reader.read_to_string(&mut printed).await.unwrap();
            assert_eq!(printed, wanted);
        }
    }

    #[tokio::test]
    async fn logs_that_nobody_takes_are_read_no_further() {
        let (mut io, reader) = io();
        drop(reader);
        let speaks = futures::stream::iter([Ok(b"one\n".to_vec())]).boxed();
        let silent = futures::stream::pending().boxed();
        let lines = futures::stream::select_all([silent, speaks]);
        assert!(print_lines(lines, &mut io).await.unwrap_err().is_closed());
    }
}
