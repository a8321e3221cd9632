//! What a verb gets from its caller.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use crate::cluster::{Cluster, Policy};

/// The world of one invocation.
#[derive(Debug, Clone)]
pub struct Session {
    /// The cluster, connected.
    pub cluster: Cluster,
    /// Where it may write.
    pub policy: Arc<dyn Policy>,
    /// The directory that relative file names are relative to.
    pub directory: PathBuf,
}

/// A sink that a verb writes to.
pub type Sink = Box<dyn AsyncWrite + Send + Unpin>;

/// Where input comes from and output goes to.
pub struct Io {
    /// Standard input. Nothing is read from the person before a verb reads here.
    pub stdin: Box<dyn AsyncRead + Send + Unpin>,
    /// Standard output.
    pub stdout: Sink,
    /// Standard error.
    pub stderr: Sink,
    /// The person's terminal, where stdin is one.
    pub terminal: Option<Terminal>,
    /// Turns true when the caller wants the verb to end (Ctrl-C): verbs `select!` on it.
    pub cancelled: watch::Receiver<bool>,
    /// Whose open files `/dev/fd/63` means.
    pub open_files: OpenFiles,
}

/// Where names such as `/dev/fd/63`, which shells make of `<(…)`, have a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenFiles {
    /// In this process: the shell has started it.
    Here,
    /// In another one, which hands its invocation over.
    Elsewhere,
}

/// A terminal at the other end of stdin and stdout.
pub struct Terminal {
    /// Columns and rows, and every change of them.
    pub size: watch::Receiver<(u16, u16)>,
    /// Switches the person's terminal to raw mode (true) and back (false).
    pub raw: Box<dyn FnMut(bool) + Send>,
    /// Told when an interactive session in a container begins and ends.
    pub attached: Box<dyn FnMut(Option<Attachment>) + Send>,
}

/// An interactive session in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The command that runs, where it is known.
    pub command: Vec<String>,
}

impl Io {
    /// Writes text to standard output, at once.
    ///
    /// # Errors
    /// Nobody reads it any more.
    pub async fn out(&mut self, text: &str) -> std::io::Result<()> {
        self.stdout.write_all(text.as_bytes()).await?;
        self.stdout.flush().await
    }

    /// Writes text to standard error, at once.
    ///
    /// # Errors
    /// Nobody reads it any more.
    pub async fn err(&mut self, text: &str) -> std::io::Result<()> {
        self.stderr.write_all(text.as_bytes()).await?;
        self.stderr.flush().await
    }

    /// Comes back when the caller wants the verb to end.
    pub async fn until_cancelled(mut cancelled: watch::Receiver<bool>) {
        // A caller that is gone can no longer cancel.
        if cancelled.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
