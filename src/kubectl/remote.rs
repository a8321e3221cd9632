//! A process in a container, joined to the person's input and output.

use futures::SinkExt;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::api::{AttachParams, AttachedProcess, TerminalSize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use super::failure::{Failure, Outcome};
use super::{Attachment, Io, Sink};
use crate::invocation::Invocation;

/// Between us and the container; kube's default of 1 KiB makes a screenful crawl.
const BUFFER: usize = 64 * 1024;

/// Which streams of the process are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Streams {
    /// Output only.
    Output,
    /// Output, and input until its end.
    Input,
    /// The same for servers before 1.30, which can only end a session as a whole: the
    /// end of an input that was empty is not passed on, or no output would arrive.
    PatientInput,
    /// A terminal, in both directions.
    Terminal,
}

impl Streams {
    /// As `-i` and `-t` ask, where `-t` needs a terminal at our end.
    ///
    /// Source: `kubectl/pkg/cmd/exec/exec.go`, `SetupTTY`.
    pub(super) async fn asked(invocation: &Invocation, io: &mut Io) -> Result<Self, Failure> {
        let (stdin, tty) = (invocation.flags.switch("stdin"), invocation.flags.switch("tty"));
        if !stdin {
            return Ok(Self::Output);
        }
        if tty && io.terminal.is_none() {
            io.err("Unable to use a TTY - input is not a terminal or the right kind of file\n")
                .await?;
        }
        Ok(if tty && io.terminal.is_some() { Self::Terminal } else { Self::Input })
    }

    /// The parameters of the request.
    pub(super) fn parameters(self, container: &str) -> AttachParams {
        let parameters = match self {
            Self::Terminal => AttachParams::interactive_tty(),
            Self::Input | Self::PatientInput => AttachParams::default().stdin(true).stderr(true),
            Self::Output => AttachParams::default().stderr(true),
        };
        buffered(parameters, container)
    }

    /// The parameters for a container that has a terminal of its own; what it prints
    /// comes as one stream, wherever we have a terminal or not.
    ///
    /// Source: `kubectl/pkg/cmd/attach/attach.go`, `Run`, "force a TTY".
    pub(super) fn with_its_terminal(self, container: &str) -> AttachParams {
        let parameters = AttachParams::interactive_tty().stdin(self != Self::Output);
        buffered(parameters, container)
    }
}

fn buffered(parameters: AttachParams, container: &str) -> AttachParams {
    parameters
        .container(container)
        .max_stdin_buf_size(BUFFER)
        .max_stdout_buf_size(BUFFER)
        .max_stderr_buf_size(BUFFER)
}

/// How a process in a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// With this exit code.
    Code(u8),
    /// The server could not start it or lost it.
    Failed(String),
    /// The person stopped it.
    Interrupted,
    /// The stream ended without a word; the container tells the rest.
    Unknown,
}

impl Ended {
    /// What the verb ends with.
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Code(0) | Self::Unknown => Ok(()),
            Self::Code(code) => Err(Failure::Exit(code)),
            Self::Interrupted => Err(Failure::Interrupted),
            Self::Failed(message) => Err(Failure::Message(message)),
        }
    }
}

/// Whether the process begins with the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    /// It does.
    New,
    /// It was there before, and has drawn its screen (a prompt) for nobody to see. A
    /// terminal that changes its size makes it draw again.
    ///
    /// Source: `kubectl/pkg/cmd/attach/attach.go`, `Run`, "fake resizing +1".
    Running,
}

/// Joins `process` to `io` until it ends, or the person stops it.
pub(super) async fn join(
    mut process: AttachedProcess,
    io: &mut Io,
    streams: Streams,
    begun: Process,
    attachment: Attachment,
) -> Ended {
    let status = process.take_status();
    let terminal_size = process.terminal_size();
    let mut terminal = if streams == Streams::Terminal { io.terminal.as_mut() } else { None };
    if let Some(terminal) = terminal.as_mut() {
        (terminal.raw)(true);
        (terminal.attached)(Some(attachment));
    }
    let sizes = terminal.as_ref().map(|terminal| terminal.size.clone());
    let (stdin, stdout, stderr) = (process.stdin(), process.stdout(), process.stderr());
    let output =
        async { tokio::join!(copy(stdout, &mut io.stdout), copy(stderr, &mut io.stderr),) };
    let stopped = async {
        match streams {
            // In raw mode Ctrl-C is a key like any other.
            Streams::Terminal => std::future::pending().await,
            _ => Io::until_cancelled(io.cancelled.clone()).await,
        }
    };
    let interrupted = tokio::select! {
        _ = output => false,
        () = feed(&mut io.stdin, stdin, streams) => false,
        () = follow_size(sizes, terminal_size, begun) => false,
        () = stopped => true,
    };
    let ended = if interrupted {
        Ended::Interrupted
    } else {
        match status {
            Some(status) => ended(status.await),
            None => Ended::Unknown,
        }
    };
    process.abort();
    if let Some(terminal) = terminal {
        (terminal.attached)(None);
        (terminal.raw)(false);
    }
    ended
}

/// Copies until the end; a side that does not exist ends at once.
async fn copy(from: Option<impl AsyncRead + Unpin>, to: &mut Sink) {
    let Some(mut from) = from else { return };
    let mut buffer = vec![0; BUFFER];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if to.write_all(&buffer[..count]).await.is_err() || to.flush().await.is_err() {
            return;
        }
    }
}

/// Copies input to the process; its end is passed on, and ends nothing else.
async fn feed(
    from: &mut (impl AsyncRead + Unpin + ?Sized),
    to: Option<impl AsyncWrite + Unpin>,
    streams: Streams,
) {
    if let Some(mut to) = to {
        let mut buffer = vec![0; 8 * 1024];
        let mut empty = true;
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            empty = false;
            if to.write_all(&buffer[..count]).await.is_err() || to.flush().await.is_err() {
                break;
            }
        }
        if empty && streams == Streams::PatientInput {
            std::future::pending::<()>().await;
        }
        // Nothing is lost where the process no longer listens.
        let _ = to.shutdown().await;
        drop(to);
    }
    std::future::pending::<()>().await;
}

/// Tells the container's terminal its size, at first and whenever it changes.
async fn follow_size(
    sizes: Option<watch::Receiver<(u16, u16)>>,
    to: Option<impl futures::Sink<TerminalSize> + Unpin>,
    begun: Process,
) {
    if let (Some(mut sizes), Some(mut to)) = (sizes, to) {
        if begun == Process::Running {
            let (width, height) = *sizes.borrow();
            let larger =
                TerminalSize { width: width.saturating_add(1), height: height.saturating_add(1) };
            // Where nobody takes it, the next size finds the same.
            let _ = to.send(larger).await;
        }
        loop {
            let (width, height) = *sizes.borrow_and_update();
            if to.send(TerminalSize { width, height }).await.is_err()
                || sizes.changed().await.is_err()
            {
                break;
            }
        }
    }
    std::future::pending::<()>().await;
}

/// Source: `client-go/tools/remotecommand/v4.go`, `errorDecoderV4.decode`.
fn ended(status: Option<Status>) -> Ended {
    let Some(status) = status else { return Ended::Unknown };
    if status.status.as_deref() == Some("Success") {
        return Ended::Code(0);
    }
    if status.reason.as_deref() == Some("NonZeroExitCode") {
        let causes = status.details.as_ref().and_then(|details| details.causes.as_ref());
        let code = causes
            .into_iter()
            .flatten()
            .find(|cause| cause.reason.as_deref() == Some("ExitCode"))
            .and_then(|cause| cause.message.as_ref()?.parse::<u8>().ok());
        if let Some(code) = code {
            return Ended::Code(code);
        }
    }
    Ended::Failed(status.message.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_process_is_read_from_its_status() {
        let check = |json: &str, wanted: Ended| {
            assert_eq!(ended(Some(serde_json::from_str(json).unwrap())), wanted, "{json}");
        };
        check(r#"{"status":"Success"}"#, Ended::Code(0));
        check(
            r#"{"status":"Failure","reason":"NonZeroExitCode","message":"command terminated with non-zero exit code",
                "details":{"causes":[{"reason":"ExitCode","message":"28"}]}}"#,
            Ended::Code(28),
        );
        check(
            r#"{"status":"Failure","reason":"InternalError","message":"no such file"}"#,
            Ended::Failed("no such file".to_owned()),
        );
        assert_eq!(ended(None), Ended::Unknown);
    }
}
