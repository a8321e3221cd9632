use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::process::{Pid, Status};
use super::state::Kernel;
use super::{Shared, lock};

/// A program that runs; it ends with an exit code.
pub(crate) type ProgramFuture = Pin<Box<dyn Future<Output = i32> + Send>>;

/// A program, as the kernel keeps it.
pub(crate) struct Task(pub(crate) ProgramFuture);

impl Task {
    /// A program that has not run yet.
    pub(crate) fn new(program: impl Future<Output = i32> + Send + 'static) -> Self {
        Self(Box::pin(program))
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Task")
    }
}

/// Lets programs run.
#[derive(Debug, Default)]
pub(crate) struct Scheduler {
    tasks: BTreeMap<Pid, Task>,
    seen: u64,
}

impl Scheduler {
    /// Polls every program until none gets further at this time.
    pub(crate) fn run(&mut self, kernel: &Shared<Kernel>) {
        loop {
            let before = lock(kernel).activity();
            self.adopt(kernel);
            let pids: Vec<Pid> = self.tasks.keys().copied().collect();
            for pid in pids {
                self.poll(kernel, pid);
            }
            if lock(kernel).activity() == before {
                self.seen = before;
                return;
            }
        }
    }

    /// Whether something has happened since all programs were last polled.
    pub(crate) fn is_behind(&self, kernel: &Kernel) -> bool {
        kernel.activity() != self.seen
    }

    /// Drops all programs.
    pub(crate) fn stop(&mut self) {
        self.tasks.clear();
    }

    fn adopt(&mut self, kernel: &Shared<Kernel>) {
        let newborn = std::mem::take(&mut lock(kernel).newborn);
        self.tasks.extend(newborn);
    }

    fn poll(&mut self, kernel: &Shared<Kernel>, pid: Pid) {
        let runs = lock(kernel).begin_poll(pid);
        let Some(task) = self.tasks.get_mut(&pid).filter(|_| runs) else {
            self.tasks.remove(&pid);
            return;
        };
        // Programs are polled whenever anything happens, so nobody has to be woken.
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(code) = task.0.as_mut().poll(&mut context) {
            self.tasks.remove(&pid);
            lock(kernel).end_process(pid, Status::Exited(code));
        }
        self.adopt(kernel);
    }
}

impl Kernel {
    /// Whether the process still runs; what it waits for is said anew by its poll.
    fn begin_poll(&mut self, pid: Pid) -> bool {
        match self.processes.get_mut(&pid) {
            Some(process) if process.ended.is_none() => {
                process.wake = None;
                true
            }
            _ => false,
        }
    }
}
