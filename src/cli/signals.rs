//! Ctrl-C and the signals that ask a program to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGINT, SIGTERM and SIGHUP, counted.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    heard: u32,
}

/// How much the person wants the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// The first signal: stop, and clean up.
    Stop,
    /// The second: clean up without waiting for anything.
    Hurry,
    /// The third: leave.
    Leave,
}

impl Signals {
    /// From now on these signals are heard, and no longer end the process by themselves.
    ///
    /// # Errors
    /// The system does not let us listen.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            heard: 0,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Urgency {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
        self.heard += 1;
        match self.heard {
            1 => Urgency::Stop,
            2 => Urgency::Hurry,
            _ => Urgency::Leave,
        }
    }
}
