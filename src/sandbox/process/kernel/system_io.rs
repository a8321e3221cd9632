use std::sync::Arc;
use std::task::Poll;

use super::handle::{Handle, OpenFile, OpenMode};
use super::pipe::Pipe;
use super::signal::{Disposition, Signal};
use super::system::{System, until};
use super::terminal::Terminal;
use super::{Shared, lock};
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::files::{Device, NodeKind, Tree};
use crate::sandbox::process::proc;

/// So many files a process has open.
const MOST_HANDLES: usize = 256;

/// Reading and writing.
impl System {
    /// An open file by its number.
    pub(crate) fn handle(&self, number: i32) -> Result<Handle, Errno> {
        self.with(|process| process.handles.get(&number).cloned()).flatten().ok_or(Errno::BadHandle)
    }

    /// Up to `most` bytes; none at the end.
    pub(crate) async fn read(&self, number: i32, most: usize) -> Result<Vec<u8>, Errno> {
        let handle = self.handle(number)?;
        let bytes = until(|| {
            if !self.kernel().spend(self.pid, 1) {
                return Poll::Pending;
            }
            handle.read(most)
        })
        .await?;
        let mut kernel = self.kernel();
        kernel.stir();
        kernel.spend(self.pid, cost(bytes.len()));
        Ok(bytes)
    }

    /// Writes all bytes.
    pub(crate) async fn write(&self, number: i32, bytes: &[u8]) -> Result<(), Errno> {
        let handle = self.handle(number)?;
        let mut rest = bytes;
        loop {
            let count = until(|| self.poll_write(&handle, rest)).await;
            let count = match count {
                Ok(count) => count,
                Err(error) => return self.write_failed(error).await,
            };
            rest = &rest[count..];
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    fn poll_write(&self, handle: &Handle, bytes: &[u8]) -> Poll<Result<usize, Errno>> {
        let now = {
            let mut kernel = self.kernel();
            if !kernel.spend(self.pid, 1) {
                return Poll::Pending;
            }
            kernel.now
        };
        let taken = handle.write(bytes, now);
        if let Poll::Ready(Ok(count)) = taken {
            let mut kernel = self.kernel();
            kernel.stir();
            kernel.spend(self.pid, cost(count));
        }
        taken
    }

    /// As [`Self::read`], without waiting.
    pub(crate) fn try_read(&self, number: i32, most: usize) -> Poll<Result<Vec<u8>, Errno>> {
        let handle = match self.handle(number) {
            Ok(handle) => handle,
            Err(error) => return Poll::Ready(Err(error)),
        };
        let read = handle.read(most);
        if let Poll::Ready(Ok(bytes)) = &read {
            let mut kernel = self.kernel();
            kernel.stir();
            kernel.spend(self.pid, cost(bytes.len()));
        }
        read
    }

    /// Writes what there is room for, without waiting; a closed end is an error only.
    pub(crate) fn try_write(&self, number: i32, bytes: &[u8]) -> Poll<Result<usize, Errno>> {
        match self.handle(number) {
            Ok(handle) => self.poll_write(&handle, bytes),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Whether something can be written.
    pub(crate) fn has_room(&self, number: i32) -> bool {
        self.handle(number).is_ok_and(|handle| handle.has_room())
    }

    /// Nobody reads any more: SIGPIPE, unless the process does not want it.
    async fn write_failed(&self, error: Errno) -> Result<(), Errno> {
        if error == Errno::BrokenPipe {
            let disposition = self.with(|process| process.disposition(Signal::PIPE));
            if disposition == Some(Disposition::Default) {
                self.die_by(Signal::PIPE).await;
            }
        }
        Err(error)
    }

    /// Everything until the end, or `most` bytes.
    pub(crate) async fn read_to_end(&self, number: i32, most: usize) -> Result<Vec<u8>, Errno> {
        let mut all = Vec::new();
        while all.len() < most {
            let piece = self.read(number, 64 << 10).await?;
            if piece.is_empty() {
                break;
            }
            all.extend(piece);
        }
        Ok(all)
    }

    /// Opens a file and tells its number.
    pub(crate) fn open(&self, path: &str, mode: OpenMode) -> Result<i32, Errno> {
        let handle = self.open_handle(path, mode)?;
        self.add_handle(handle)
    }

    /// Opens a file without giving it a number.
    pub(crate) fn open_handle(&self, path: &str, mode: OpenMode) -> Result<Handle, Errno> {
        let path = self.path(path);
        if let Some(text) = proc::read(&self.kernel(), self.pid, &path) {
            return match mode {
                OpenMode::Read => Ok(Handle::text(text)),
                _ => Err(Errno::Denied),
            };
        }
        let caller = self.caller();
        let place = self.kernel().files.find(&path, true, caller)?;
        let Some((inode, node)) = place.inode.zip(place.node()) else {
            if mode == OpenMode::Read {
                return Err(Errno::NotFound);
            }
            place.check_parent(caller)?;
            let inode = self.create(&place, NodeKind::File(Arc::default()), 0o666)?;
            return Ok(Handle::File(Arc::new(OpenFile::new(place.folder, inode, mode))));
        };
        let bit = if mode == OpenMode::Read { 4 } else { 2 };
        match (&node.kind, mode) {
            (_, OpenMode::New) => return Err(Errno::Exists),
            (NodeKind::Device(device), _) => return self.open_device(*device),
            (NodeKind::Folder(_), mode) if mode != OpenMode::Read => return Err(Errno::IsFolder),
            _ if bit == 2 && place.read_only => return Err(Errno::ReadOnly),
            _ if !node.allows(caller.user, caller.group, bit) => return Err(Errno::Denied),
            (NodeKind::Program(_), OpenMode::Read) => {
                return Ok(Handle::text(b"\x7fELF\x02\x01\x01".to_vec()));
            }
            (NodeKind::Program(_), _) => {
                // A program that is overwritten is a file from then on.
                let mut tree = tree(&place.folder);
                tree.change(inode, |node| node.kind = NodeKind::File(Arc::default()));
            }
            (_, OpenMode::Write) => tree(&place.folder).truncate(inode, 0)?,
            _ => {}
        }
        Ok(Handle::File(Arc::new(OpenFile::new(place.folder, inode, mode))))
    }

    fn open_device(&self, device: Device) -> Result<Handle, Errno> {
        match device {
            Device::Handle(number) => self.handle(number),
            Device::Terminal => self.terminal().map(Handle::Terminal).ok_or(Errno::NotTerminal),
            other => Ok(Handle::Device(other)),
        }
    }

    /// Gives an open file the lowest free number.
    pub(crate) fn add_handle(&self, handle: Handle) -> Result<i32, Errno> {
        self.with(|process| {
            if process.handles.len() >= MOST_HANDLES {
                return Err(Errno::TooManyFiles);
            }
            let number = process.free_handle(3);
            process.handles.insert(number, handle);
            Ok(number)
        })
        .unwrap_or(Err(Errno::BadHandle))
    }

    /// Gives an open file this number; what had it is closed.
    pub(crate) fn set_handle(&self, number: i32, handle: Handle) {
        let old = self.with(|process| process.handles.insert(number, handle));
        drop(old);
        self.kernel().stir();
    }

    /// Closes an open file.
    pub(crate) fn close(&self, number: i32) {
        let old = self.with(|process| process.handles.remove(&number));
        drop(old);
        self.kernel().stir();
    }

    /// A pipe: the end to read and the end to write.
    pub(crate) fn pipe(&self) -> (Handle, Handle) {
        let (reader, writer) = Pipe::ends();
        (Handle::PipeReader(Arc::new(reader)), Handle::PipeWriter(Arc::new(writer)))
    }

    /// The terminal that an open file is.
    pub(crate) fn terminal_at(&self, number: i32) -> Option<Shared<Terminal>> {
        match self.handle(number) {
            Ok(Handle::Terminal(terminal)) => Some(terminal),
            _ => None,
        }
    }

    /// The terminal of the process, where it has one.
    pub(crate) fn terminal(&self) -> Option<Shared<Terminal>> {
        [0, 1, 2].iter().find_map(|number| self.terminal_at(*number))
    }

    /// The size of the terminal in columns and rows.
    pub(crate) fn terminal_size(&self) -> Option<(u16, u16)> {
        self.terminal().map(|terminal| {
            let terminal = lock(&terminal);
            (terminal.columns, terminal.rows)
        })
    }
}

/// Steps that so many bytes cost.
fn cost(bytes: usize) -> u32 {
    u32::try_from(bytes / 64).unwrap_or(u32::MAX)
}

pub(super) fn tree(
    folder: &crate::sandbox::process::contract::Folder,
) -> std::sync::MutexGuard<'_, Tree> {
    folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
