//! Listens for the `kubectl` of a lab's shells.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::net::UnixListener;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::Fallback;
use super::connection::serve;
use crate::engine::TerminalId;
use crate::kubectl::{Attachment, Io};

/// Carries invocations out.
pub(in crate::engine) trait Executor: Send + Sync + 'static {
    /// Runs what stands after the word `kubectl`, and gives its exit code.
    fn run(&self, arguments: Vec<String>, directory: PathBuf, io: Io) -> BoxFuture<'static, u8>;

    /// Who does it.
    fn decide(&self, arguments: &[String]) -> Decision;
}

/// Who carries an invocation out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Decision {
    /// The executor.
    Own,
    /// A real kubectl.
    HandOver(Fallback),
    /// Nobody, for this reason.
    Refused(String),
}

/// What the relay tells about the invocations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Notice {
    /// One began in this terminal.
    Began { terminal: Option<TerminalId>, arguments: Vec<String> },
    /// An interactive session began or ended.
    Attached { terminal: Option<TerminalId>, attachment: Option<Attachment> },
    /// The session in this terminal has no marks: a program that is not a shell.
    Unmarked { terminal: Option<TerminalId> },
    /// One ended.
    Ended { terminal: Option<TerminalId>, exit: u8 },
}

/// What every connection shares.
pub(super) struct Serving {
    pub(super) executor: Arc<dyn Executor>,
    pub(super) aid: String,
    pub(super) notices: mpsc::UnboundedSender<Notice>,
}

/// A relay that listens until it is dropped.
#[derive(Debug)]
pub(in crate::engine) struct Relay {
    task: AbortHandle,
    socket: PathBuf,
}

impl Relay {
    /// Listens at `socket`, which must be in a folder that only the user can enter.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub(in crate::engine) fn listen(
        socket: &Path,
        executor: Arc<dyn Executor>,
        aid: &str,
        notices: mpsc::UnboundedSender<Notice>,
    ) -> io::Result<Self> {
        let listener = UnixListener::bind(socket)?;
        let serving = Arc::new(Serving::new(executor, aid.to_owned(), notices));
        let task = tokio::spawn(accept(listener, serving)).abort_handle();
        Ok(Self { task, socket: socket.to_owned() })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.socket);
    }
}

async fn accept(listener: UnixListener, serving: Arc<Serving>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, serving.clone()))),
                Err(_) => return,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
