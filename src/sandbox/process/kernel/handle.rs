use std::sync::Arc;
use std::task::Poll;

use jiff::Timestamp;

use super::outlet::Outlet;
use super::pipe::{PipeReader, PipeWriter};
use super::socket::{self, SocketEnd};
use super::terminal::Terminal;
use super::{Shared, lock, shared};
use crate::sandbox::process::contract::{Folder, Stream};
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::files::{Device, Inode, NodeKind, Tree};

/// An open file of a process; copies share their place in it.
#[derive(Debug, Clone)]
pub(crate) enum Handle {
    /// A file.
    File(Arc<OpenFile>),
    /// A text that was made when it was opened, as in `/proc`.
    Text(Shared<OpenText>),
    /// The end of a pipe that is read.
    PipeReader(Arc<PipeReader>),
    /// The end of a pipe that is written.
    PipeWriter(Arc<PipeWriter>),
    /// A terminal.
    Terminal(Shared<Terminal>),
    /// What leaves the container.
    Outlet(Shared<Outlet>, Stream),
    /// A connection.
    Socket(Arc<SocketEnd>),
    /// A port that is listened on.
    Listener,
    /// A device.
    Device(Device),
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenMode {
    /// It must be there.
    Read,
    /// Made or emptied.
    Write,
    /// Made, written at the end.
    Append,
    /// Made, for both; nothing is emptied.
    ReadWrite,
    /// Must not be there (`set -C`).
    New,
}

/// A file that is open.
#[derive(Debug)]
pub(crate) struct OpenFile {
    folder: Folder,
    inode: Inode,
    mode: OpenMode,
    at: Shared<usize>,
}

/// A text and how far it was read.
#[derive(Debug)]
pub(crate) struct OpenText {
    bytes: Vec<u8>,
    at: usize,
}

fn tree(folder: &Folder) -> std::sync::MutexGuard<'_, Tree> {
    folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl OpenFile {
    /// Opens a node; it stays until this is dropped, whatever happens to its name.
    pub(crate) fn new(folder: Folder, inode: Inode, mode: OpenMode) -> Self {
        tree(&folder).opened(inode);
        Self { folder, inode, mode, at: shared(0) }
    }

    fn read(&self, most: usize) -> Result<Vec<u8>, Errno> {
        if matches!(self.mode, OpenMode::Write | OpenMode::Append | OpenMode::New) {
            return Err(Errno::BadHandle);
        }
        let tree = tree(&self.folder);
        let node = tree.node(self.inode).ok_or(Errno::NotFound)?;
        let NodeKind::File(content) = &node.kind else {
            return Err(if node.is_folder() { Errno::IsFolder } else { Errno::Invalid });
        };
        let mut at = lock(&self.at);
        let rest = content.get(*at..).unwrap_or_default();
        let piece = rest[..most.min(rest.len())].to_vec();
        *at += piece.len();
        Ok(piece)
    }

    fn write(&self, bytes: &[u8], now: Timestamp) -> Result<usize, Errno> {
        if self.mode == OpenMode::Read {
            return Err(Errno::BadHandle);
        }
        let mut tree = tree(&self.folder);
        let mut at = lock(&self.at);
        if self.mode == OpenMode::Append {
            *at = tree.node(self.inode).map_or(0, |node| node.size() as usize);
        }
        tree.set_time(now);
        tree.write_at(self.inode, *at, bytes)?;
        *at += bytes.len();
        Ok(bytes.len())
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        tree(&self.folder).closed(self.inode);
    }
}

impl Handle {
    /// A text to be read.
    pub(crate) fn text(bytes: Vec<u8>) -> Self {
        Self::Text(shared(OpenText { bytes, at: 0 }))
    }

    /// Up to `most` bytes; none at the end.
    pub(crate) fn read(&self, most: usize) -> Poll<Result<Vec<u8>, Errno>> {
        match self {
            Self::File(file) => Poll::Ready(file.read(most)),
            Self::Text(text) => Poll::Ready(Ok(lock(text).read(most))),
            Self::PipeReader(pipe) => pipe.read(most).map(Ok),
            Self::Terminal(terminal) => lock(terminal).read(most).map(Ok),
            Self::Socket(end) => lock(&end.0).read(most).map(Ok),
            Self::Device(device) => Poll::Ready(Ok(read_device(*device, most))),
            Self::PipeWriter(_) | Self::Outlet(..) | Self::Listener => {
                Poll::Ready(Err(Errno::BadHandle))
            }
        }
    }

    /// How many of the bytes were taken.
    pub(crate) fn write(&self, bytes: &[u8], now: Timestamp) -> Poll<Result<usize, Errno>> {
        let taken = |count: Option<usize>| count.map_or(Poll::Pending, |it| Poll::Ready(Ok(it)));
        match self {
            Self::File(file) => Poll::Ready(file.write(bytes, now)),
            Self::PipeWriter(pipe) => pipe.write(bytes),
            Self::Terminal(terminal) => taken(lock(terminal).write(bytes, now)),
            Self::Outlet(outlet, stream) => taken(lock(outlet).write(*stream, bytes, now)),
            Self::Socket(end) => socket::write(&end.0, bytes),
            Self::Device(Device::Full) => Poll::Ready(Err(Errno::NoSpace)),
            Self::Device(_) => Poll::Ready(Ok(bytes.len())),
            Self::Text(_) | Self::PipeReader(_) | Self::Listener => {
                Poll::Ready(Err(Errno::BadHandle))
            }
        }
    }

    /// Whether a write would take something at once.
    pub(crate) fn has_room(&self) -> bool {
        match self {
            Self::Socket(end) => socket::has_room(&end.0),
            _ => true,
        }
    }
}

impl OpenText {
    fn read(&mut self, most: usize) -> Vec<u8> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let piece = rest[..most.min(rest.len())].to_vec();
        self.at += piece.len();
        piece
    }
}

fn read_device(device: Device, most: usize) -> Vec<u8> {
    let count = most.min(4096);
    match device {
        Device::Zero | Device::Full => vec![0; count],
        // Nothing here may differ from run to run, so it only looks random.
        Device::Random => (0..count)
            .map(|at| ((at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u8)
            .collect(),
        Device::Null | Device::Terminal | Device::Handle(_) => Vec::new(),
    }
}
