use std::sync::Arc;

use super::files::Device;
use super::kernel::{
    Handle, Kernel, Outlet, Pid, Pipe, PipeReader, PipeWriter, Shared, Signal, Terminal, ViewId,
    lock, shared,
};

/// So much input from outside waits for a program.
const MOST_INPUT: usize = 32 << 20;

/// Where a session's input goes.
#[derive(Debug, Clone)]
pub(super) enum Input {
    /// Nowhere.
    None,
    /// Into a pipe; the reader is there until a program has taken it.
    Pipe(Arc<PipeWriter>, Shared<Option<PipeReader>>),
    /// To a terminal.
    Terminal(Shared<Terminal>),
}

impl Input {
    /// Input through a pipe.
    pub(super) fn pipe() -> Self {
        let (reader, writer) = Pipe::ends();
        Self::Pipe(Arc::new(writer), shared(Some(reader)))
    }

    /// What the program reads from.
    pub(super) fn reader(&self) -> Handle {
        match self {
            Self::Pipe(_, reader) => match lock(reader).take() {
                Some(reader) => Handle::PipeReader(Arc::new(reader)),
                None => Handle::Device(Device::Null),
            },
            Self::Terminal(terminal) => Handle::Terminal(terminal.clone()),
            Self::None => Handle::Device(Device::Null),
        }
    }

    /// Bytes from outside.
    pub(super) fn give(&self, bytes: &[u8], kernel: &mut Kernel) {
        match self {
            Self::None => {}
            Self::Pipe(writer, _) => writer.push(bytes, MOST_INPUT),
            Self::Terminal(terminal) => {
                let (signals, group) = {
                    let mut terminal = lock(terminal);
                    (terminal.type_bytes(bytes, kernel.now), terminal.foreground)
                };
                for signal in signals {
                    kernel.signal_group(group, signal);
                }
            }
        }
    }

    /// No more will come; on a terminal that is Ctrl-D.
    pub(super) fn end(self, kernel: &mut Kernel) {
        if matches!(self, Self::Terminal(_)) {
            self.give(b"\x04", kernel);
        }
    }
}

/// A program of `exec`, or someone who looks at the main one.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) input: Input,
    pub(super) outlet: Shared<Outlet>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Exec { pid: Pid, exit: Option<i32> },
    Attach(ViewId),
}

impl Session {
    pub(super) fn exec(pid: Pid, input: Input, outlet: Shared<Outlet>) -> Self {
        Self { input, outlet, kind: Kind::Exec { pid, exit: None } }
    }

    pub(super) fn attach(input: Input, outlet: Shared<Outlet>, view: ViewId) -> Self {
        Self { input, outlet, kind: Kind::Attach(view) }
    }

    pub(super) fn is_attached(&self) -> bool {
        matches!(self.kind, Kind::Attach(_))
    }

    pub(super) fn view(&self) -> Option<ViewId> {
        match self.kind {
            Kind::Attach(view) => Some(view),
            Kind::Exec { .. } => None,
        }
    }

    /// The exit code, as long as the kernel knows it.
    pub(super) fn exit_code(&self, kernel: &Shared<Kernel>) -> Option<i32> {
        match &self.kind {
            Kind::Exec { exit: Some(code), .. } => Some(*code),
            Kind::Exec { pid, .. } => {
                let kernel = lock(kernel);
                kernel.processes.get(pid)?.ended.map(|status| status.code())
            }
            Kind::Attach(_) => None,
        }
    }

    /// Remembers the exit code.
    pub(super) fn note_exit(&mut self, kernel: &Shared<Kernel>) {
        let code = self.exit_code(kernel);
        if let Kind::Exec { exit, .. } = &mut self.kind {
            *exit = code;
        }
    }

    /// Whoever looked is gone.
    pub(super) fn hang_up(self, kernel: &mut Kernel) {
        let Kind::Exec { pid, .. } = self.kind else { return };
        if let Input::Terminal(terminal) = &self.input {
            let foreground = {
                let mut terminal = lock(terminal);
                terminal.hang_up();
                terminal.foreground
            };
            kernel.signal_group(foreground, Signal::HUP);
            kernel.signal(pid, Signal::HUP);
        }
        kernel.forget(pid);
    }
}
