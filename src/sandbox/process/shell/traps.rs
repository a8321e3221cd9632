use super::state::{Flow, Shell, Trap};
use crate::sandbox::process::kernel::{Disposition, Signal};

impl Shell {
    /// Does what was said about the signals that have come.
    pub(super) async fn spring_traps(&mut self) -> Flow {
        while let Some(signal) = self.system.take_signal() {
            let action = self.traps.get(&Trap::Signal(signal)).cloned();
            let flow = match action {
                Some(action) if !action.is_empty() => self.run_trap(&action).await,
                _ if signal == Signal::INT && self.options.interactive => Flow::Interrupt,
                _ => Flow::Next,
            };
            if flow != Flow::Next {
                return flow;
            }
        }
        Flow::Next
    }

    async fn run_trap(&mut self, action: &str) -> Flow {
        let status = self.status;
        let flow = self.run_text(action).await;
        if flow == Flow::Next {
            self.status = status;
        }
        flow
    }

    /// The shell ends: `trap … EXIT`.
    pub(super) async fn run_exit_trap(&mut self) {
        let Some(action) = self.traps.remove(&Trap::Exit).filter(|action| !action.is_empty())
        else {
            return;
        };
        let status = self.status;
        if self.run_text(&action).await != Flow::Exit {
            self.status = status;
        }
    }

    /// Sets what is done; `None` is what is usual.
    pub(super) fn set_trap(&mut self, trap: Trap, action: Option<&str>) {
        if let Trap::Signal(signal) = trap {
            let disposition = match action {
                None if self.keeps(signal) => Disposition::Catch,
                None => Disposition::Default,
                Some("") => Disposition::Ignore,
                Some(_) => Disposition::Catch,
            };
            self.system.on_signal(signal, disposition);
        }
        match action {
            Some(action) => self.traps.insert(trap, action.to_owned()),
            None => self.traps.remove(&trap),
        };
    }

    /// An interactive shell is not ended by Ctrl-C.
    fn keeps(&self, signal: Signal) -> bool {
        self.options.interactive && !self.is_subshell && signal == Signal::INT
    }
}
