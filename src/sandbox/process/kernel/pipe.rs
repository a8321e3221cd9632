use std::collections::VecDeque;
use std::task::Poll;

use super::{Shared, lock, shared};
use crate::sandbox::process::errno::Errno;

/// Linux' default.
const CAPACITY: usize = 64 << 10;

/// Bytes on their way between two programs.
#[derive(Debug)]
pub(crate) struct Pipe {
    buffer: VecDeque<u8>,
    readers: usize,
    writers: usize,
}

/// The end that is read; the pipe knows when it is gone.
#[derive(Debug)]
pub(crate) struct PipeReader(Shared<Pipe>);

/// The end that is written; the pipe knows when it is gone.
#[derive(Debug)]
pub(crate) struct PipeWriter(Shared<Pipe>);

impl Pipe {
    /// A new pipe's two ends.
    pub(crate) fn ends() -> (PipeReader, PipeWriter) {
        let pipe = shared(Self { buffer: VecDeque::new(), readers: 1, writers: 1 });
        (PipeReader(pipe.clone()), PipeWriter(pipe))
    }
}

impl PipeReader {
    /// Up to `most` bytes; none at the end.
    pub(crate) fn read(&self, most: usize) -> Poll<Vec<u8>> {
        let mut pipe = lock(&self.0);
        if pipe.buffer.is_empty() && pipe.writers > 0 {
            return Poll::Pending;
        }
        let count = most.min(pipe.buffer.len());
        Poll::Ready(pipe.buffer.drain(..count).collect())
    }
}

impl PipeWriter {
    /// How many of the bytes went in.
    pub(crate) fn write(&self, bytes: &[u8]) -> Poll<Result<usize, Errno>> {
        let mut pipe = lock(&self.0);
        if pipe.readers == 0 {
            return Poll::Ready(Err(Errno::BrokenPipe));
        }
        let room = CAPACITY.saturating_sub(pipe.buffer.len()).min(bytes.len());
        if room == 0 && !bytes.is_empty() {
            return Poll::Pending;
        }
        pipe.buffer.extend(&bytes[..room]);
        Poll::Ready(Ok(room))
    }

    /// Puts in all, whatever its size, as far as `most` bytes wait; for input from outside.
    pub(crate) fn push(&self, bytes: &[u8], most: usize) {
        let mut pipe = lock(&self.0);
        let room = most.saturating_sub(pipe.buffer.len()).min(bytes.len());
        pipe.buffer.extend(&bytes[..room]);
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        lock(&self.0).readers -= 1;
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        lock(&self.0).writers -= 1;
    }
}
