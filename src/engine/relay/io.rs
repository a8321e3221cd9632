//! The ends that a verb holds: input that is asked for when it is read, output
//! in the order in which it was written.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;

use super::INPUT_GRANT;
use crate::kubectl::Attachment;

/// A verb may be so many bytes ahead of what its reader took.
const AHEAD: usize = 256 * 1024;

/// What a verb says to its connection.
#[derive(Debug)]
pub(super) enum FromVerb {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    WantStdin,
    Raw(bool),
    Attached(Option<Attachment>),
}

/// Counts bytes on their way, and holds writers back.
#[derive(Debug, Default)]
pub(super) struct Flow {
    ahead: AtomicUsize,
    wakers: [AtomicWaker; 2],
}

impl Flow {
    /// `count` bytes have been passed on.
    pub(super) fn passed(&self, count: usize) {
        self.ahead.fetch_sub(count, Ordering::AcqRel);
        for waker in &self.wakers {
            waker.wake();
        }
    }
}

/// Standard output or error of a verb.
#[derive(Debug)]
pub(super) struct VerbSink {
    to: mpsc::UnboundedSender<FromVerb>,
    flow: Arc<Flow>,
    stream: Stream,
}

/// Which of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

impl VerbSink {
    pub(super) fn new(
        stream: Stream,
        to: &mpsc::UnboundedSender<FromVerb>,
        flow: &Arc<Flow>,
    ) -> Self {
        Self { to: to.clone(), flow: flow.clone(), stream }
    }
}

impl AsyncWrite for VerbSink {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.flow.wakers[self.stream as usize].register(context.waker());
        if self.flow.ahead.load(Ordering::Acquire) > AHEAD {
            return Poll::Pending;
        }
        let bytes = &bytes[..bytes.len().min(AHEAD)];
        self.flow.ahead.fetch_add(bytes.len(), Ordering::AcqRel);
        let message = match self.stream {
            Stream::Stdout => FromVerb::Stdout(bytes.to_vec()),
            Stream::Stderr => FromVerb::Stderr(bytes.to_vec()),
        };
        match self.to.send(message) {
            Ok(()) => Poll::Ready(Ok(bytes.len())),
            Err(_) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Standard input of a verb: asks for the person's input when it is first read, and
/// again when it has read what was asked for.
#[derive(Debug)]
pub(super) struct VerbInput {
    pub(super) from: mpsc::UnboundedReceiver<Vec<u8>>,
    pub(super) to: mpsc::UnboundedSender<FromVerb>,
    /// How much of what was asked for has not been read.
    pub(super) wanted: usize,
    pub(super) rest: Vec<u8>,
}

impl AsyncRead for VerbInput {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.wanted == 0 {
            self.wanted = INPUT_GRANT;
            let _ = self.to.send(FromVerb::WantStdin);
        }
        if self.rest.is_empty() {
            match self.from.poll_recv(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Ready(Some(bytes)) => self.rest = bytes,
            }
        }
        let count = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest[..count]);
        self.rest.drain(..count);
        self.wanted = self.wanted.saturating_sub(count);
        Poll::Ready(Ok(()))
    }
}
