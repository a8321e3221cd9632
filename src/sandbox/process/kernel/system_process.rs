use std::collections::BTreeMap;
use std::task::Poll;

use super::handle::Handle;
use super::process::{Pid, Status};
use super::scheduler::Task;
use super::signal::{Disposition, Signal};
use super::system::{System, until};
use crate::sandbox::process::errno::Errno;

/// A process that is to be started by another.
#[derive(Debug, Default)]
pub(crate) struct NewProcess {
    /// As `ps` shows it.
    pub(crate) arguments: Vec<String>,
    /// Its variables.
    pub(crate) env: Vec<(String, String)>,
    /// Its open files; `None`: those of its parent.
    pub(crate) handles: Option<BTreeMap<i32, Handle>>,
    /// The group that it belongs to.
    pub(crate) group: Group,
    /// Signals that it does not care for, as its parent has said.
    pub(crate) ignored: Vec<Signal>,
}

/// The group of a new process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Group {
    /// Its parent's.
    #[default]
    Parent,
    /// One of its own.
    Own,
    /// This one.
    Join(Pid),
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woken {
    /// A child has ended.
    Child(Pid, Status),
    /// There is no such child.
    NoChild,
    /// A signal has come that the process catches.
    Signal,
}

/// Processes and signals.
impl System {
    /// Starts a process; `program` makes its program from its own system calls.
    pub(crate) fn spawn(
        &self,
        new: NewProcess,
        program: impl FnOnce(System) -> Task,
    ) -> Result<Pid, Errno> {
        let pid = self.add_child(new)?;
        // The program may use its system calls while it is made, so nothing is held here.
        let task = program(System { kernel: self.kernel.clone(), pid });
        self.kernel().set_program(pid, task);
        Ok(pid)
    }

    fn add_child(&self, new: NewProcess) -> Result<Pid, Errno> {
        let mut kernel = self.kernel();
        kernel.spend(self.pid, 20);
        if !kernel.can_spawn() {
            return Err(Errno::Again);
        }
        let parent = kernel.processes.get(&self.pid).ok_or(Errno::NoProcess)?;
        let mut process = kernel.blank_process(new.arguments);
        process.parent = self.pid;
        process.env = new.env;
        process.folder.clone_from(&parent.folder);
        process.mask = parent.mask;
        (process.user, process.user_group) = (parent.user, parent.user_group);
        process.handles = new.handles.unwrap_or_else(|| parent.handles.clone());
        match new.group {
            Group::Parent => process.group = parent.group,
            Group::Own => {}
            Group::Join(group) => process.group = group,
        }
        for signal in new.ignored {
            process.dispositions.insert(signal, Disposition::Ignore);
        }
        Ok(kernel.add_process(process))
    }

    /// Waits for a child, or for any; a signal that is caught ends the wait where it
    /// may be interrupted.
    pub(crate) async fn wait(&self, child: Option<Pid>, interruptible: bool) -> Woken {
        until(|| {
            let mut kernel = self.kernel();
            if interruptible
                && let Some(process) = kernel.processes.get(&self.pid)
                && process.pending.iter().any(|signal| *signal != Signal::CHLD)
            {
                return Poll::Ready(Woken::Signal);
            }
            let is_mine = |pid: Pid| child.is_none_or(|child| child == pid);
            let mut children =
                kernel.processes.iter().filter(|(pid, it)| it.parent == self.pid && is_mine(**pid));
            if children.clone().next().is_none() {
                return Poll::Ready(Woken::NoChild);
            }
            let ended = children.find_map(|(pid, it)| it.ended.map(|status| (*pid, status)));
            match ended {
                Some((pid, status)) => {
                    kernel.processes.remove(&pid);
                    kernel.stir();
                    Poll::Ready(Woken::Child(pid, status))
                }
                None => Poll::Pending,
            }
        })
        .await
    }

    /// The status of a child that has ended, without waiting; it is then gone.
    pub(crate) fn reap(&self, child: Pid) -> Option<Status> {
        let mut kernel = self.kernel();
        let process = kernel.processes.get(&child).filter(|it| it.parent == self.pid)?;
        let status = process.ended?;
        kernel.processes.remove(&child);
        Some(status)
    }

    /// Sends a signal.
    pub(crate) fn kill(&self, pid: Pid, signal: Signal) -> Result<(), Errno> {
        let mut kernel = self.kernel();
        let user = kernel.processes.get(&self.pid).map_or(0, |process| process.user);
        let target = kernel.processes.get(&pid).ok_or(Errno::NoProcess)?;
        if user != 0 && user != target.user {
            return Err(Errno::NotPermitted);
        }
        kernel.signal(pid, signal);
        Ok(())
    }

    /// Ends this process as a signal does.
    pub(crate) async fn die_by(&self, signal: Signal) -> i32 {
        self.kernel().end_process(self.pid, Status::Signaled(signal));
        self.wait_for_ever().await;
        128 + i32::from(signal.0)
    }

    /// Sends a signal to a group.
    pub(crate) fn kill_group(&self, group: Pid, signal: Signal) -> Result<(), Errno> {
        let mut kernel = self.kernel();
        if !kernel.processes.values().any(|process| process.group == group) {
            return Err(Errno::NoProcess);
        }
        kernel.signal_group(group, signal);
        Ok(())
    }

    /// Says what to do about a signal.
    pub(crate) fn on_signal(&self, signal: Signal, disposition: Disposition) {
        self.with(|process| match disposition {
            Disposition::Default => {
                process.dispositions.remove(&signal);
            }
            other => {
                process.dispositions.insert(signal, other);
            }
        });
    }

    /// A signal that has come and is caught.
    pub(crate) fn take_signal(&self) -> Option<Signal> {
        self.with(|process| process.pending.pop_front()).flatten()
    }

    /// Puts a signal back, so that the next who asks gets it.
    pub(crate) fn put_back_signal(&self, signal: Signal) {
        self.with(|process| process.pending.push_front(signal));
    }

    /// Whether a signal has come that is caught.
    pub(crate) fn has_signal(&self) -> bool {
        self.with(|process| !process.pending.is_empty()).unwrap_or(false)
    }

    /// Waits for a future, or for a signal that is caught.
    pub(crate) async fn or_signal<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            if self.has_signal() {
                return Poll::Ready(None);
            }
            future.as_mut().poll(context).map(Some)
        })
        .await
    }

    /// Waits for a future, but no longer than until a time.
    pub(crate) async fn or_time<T>(
        &self,
        at: Option<jiff::Timestamp>,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                return Poll::Ready(Some(value));
            }
            match at {
                Some(at) => self.poll_time(at).map(|()| None),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Says what the process holds in memory; beyond the limit the container ends.
    pub(crate) fn use_memory(&self, bytes: u64) {
        self.kernel().use_memory(self.pid, bytes);
    }
}
