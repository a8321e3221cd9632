use std::future::poll_fn;
use std::sync::{Arc, MutexGuard};
use std::task::Poll;

use jiff::Timestamp;

use super::process::{Pid, Process};
use super::state::{Kernel, Machine};
use super::{Shared, lock};

/// What a program asks for things: system calls.
#[derive(Debug, Clone)]
pub(crate) struct System {
    pub(super) kernel: Shared<Kernel>,
    pub(super) pid: Pid,
}

/// Waits until the closure has an answer.
pub(crate) async fn until<T>(mut answer: impl FnMut() -> Poll<T>) -> T {
    poll_fn(|_| answer()).await
}

impl System {
    /// System calls of one process.
    pub(crate) fn new(kernel: Shared<Kernel>, pid: Pid) -> Self {
        Self { kernel, pid }
    }

    /// The kernel itself, for what has no call of its own; never held across an await.
    pub(crate) fn kernel(&self) -> MutexGuard<'_, Kernel> {
        lock(&self.kernel)
    }

    /// The number of this process.
    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    /// What never changes.
    pub(crate) fn machine(&self) -> Arc<Machine> {
        Arc::clone(&self.kernel().machine)
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.kernel().now
    }

    /// Something of this process, as the kernel has it.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Process) -> T) -> Option<T> {
        self.kernel().processes.get_mut(&self.pid).map(look)
    }

    /// One step; every loop of a program takes at least one in each round.
    pub(crate) async fn step(&self) {
        self.steps(1).await;
    }

    /// Some steps.
    pub(crate) async fn steps(&self, count: u32) {
        until(|| match self.kernel().spend(self.pid, count) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }

    /// Waits until a time.
    pub(crate) async fn sleep_until(&self, at: Timestamp) {
        until(|| self.poll_time(at)).await;
    }

    /// Waits for so long.
    pub(crate) async fn sleep(&self, time: std::time::Duration) {
        let at = self.after(time);
        self.sleep_until(at).await;
    }

    /// The time in so long; far away at most.
    pub(crate) fn after(&self, time: std::time::Duration) -> Timestamp {
        let time = jiff::SignedDuration::try_from(time).unwrap_or(jiff::SignedDuration::MAX);
        self.now().checked_add(time).unwrap_or(Timestamp::MAX)
    }

    /// Whether a time has come; if not, it is what this process waits for.
    pub(crate) fn poll_time(&self, at: Timestamp) -> Poll<()> {
        let mut kernel = self.kernel();
        if kernel.now >= at {
            return Poll::Ready(());
        }
        if let Some(process) = kernel.processes.get_mut(&self.pid) {
            process.wake_at(at);
        }
        Poll::Pending
    }

    /// Waits for ever: only a signal ends this.
    pub(crate) async fn wait_for_ever(&self) {
        std::future::pending::<()>().await;
    }
}
