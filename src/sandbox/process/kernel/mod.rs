//! What programs run on: processes, open files, pipes, terminals, sockets, time.
//!
//! A program is a future that asks for things through a [`System`]. Whatever cannot be
//! answered at once leaves the future pending; [`Scheduler`] polls all programs until
//! none gets further. Nothing here knows what a program does.

mod handle;
mod outlet;
mod pipe;
mod process;
mod scheduler;
mod signal;
mod socket;
mod state;
mod system;
mod system_files;
mod system_io;
mod system_net;
mod system_process;
mod terminal;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use handle::{Handle, OpenMode};
pub(crate) use outlet::{Outlet, ViewId};
pub(crate) use pipe::{Pipe, PipeReader, PipeWriter};
pub(crate) use process::{Pid, Process, Status};
pub(crate) use scheduler::{ProgramFuture, Scheduler, Task};
pub(crate) use signal::{Disposition, Signal};
pub(crate) use state::{Kernel, Machine};
pub(crate) use system::{System, until};
pub(crate) use system_files::Entry;
pub(crate) use system_net::{ConnectError, Resolved};
pub(crate) use system_process::{Group, NewProcess, Woken};
pub(crate) use terminal::Terminal;

/// Something that several hold.
pub(crate) type Shared<T> = Arc<Mutex<T>>;

/// The thing, for as long as it is looked at. A panic elsewhere has not made it unusable.
pub(crate) fn lock<T>(shared: &Shared<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Something to be held by several.
pub(crate) fn shared<T>(value: T) -> Shared<T> {
    Arc::new(Mutex::new(value))
}
