use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::handle::Handle;
use super::signal::{Disposition, Signal};

/// The number of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pid(pub(crate) u32);

impl Pid {
    /// The main process; those of `exec` have no parent here.
    pub(crate) const MAIN: Self = Self(1);
    /// The parent of those that were started from outside.
    pub(crate) const OUTSIDE: Self = Self(0);
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// By itself, with this code.
    Exited(i32),
    /// By a signal.
    Signaled(Signal),
}

impl Status {
    /// As a shell's `$?` tells it.
    pub(crate) fn code(self) -> i32 {
        match self {
            Self::Exited(code) => code & 0xff,
            Self::Signaled(signal) => 128 + i32::from(signal.0),
        }
    }
}

/// What the system knows of a process.
#[derive(Debug)]
pub(crate) struct Process {
    /// Who started it.
    pub(crate) parent: Pid,
    /// What a terminal signals together.
    pub(crate) group: Pid,
    /// As `ps` shows it.
    pub(crate) arguments: Vec<String>,
    /// The variables that it was started with.
    pub(crate) env: Vec<(String, String)>,
    /// Its directory.
    pub(crate) folder: String,
    /// The permissions that new files do not get.
    pub(crate) mask: u32,
    /// The user's number.
    pub(crate) user: u32,
    /// The group's number.
    pub(crate) user_group: u32,
    /// Open files.
    pub(crate) handles: BTreeMap<i32, Handle>,
    /// How it ended, until its parent has asked.
    pub(crate) ended: Option<Status>,
    /// Whether someone outside will ask how it ended; its parent asks in any case.
    pub(crate) kept: bool,
    /// Signals that it has to ask for.
    pub(crate) pending: VecDeque<Signal>,
    /// What it does about signals.
    pub(crate) dispositions: BTreeMap<Signal, Disposition>,
    /// When it goes on by itself.
    pub(crate) wake: Option<Timestamp>,
    /// What it holds in memory beyond the usual.
    pub(crate) memory: u64,
    /// When it was started.
    pub(crate) started: Timestamp,
    /// How much it has done at this instant.
    pub(crate) slice: Slice,
}

/// The steps of a process at one instant; too many, and it has to pause.
#[derive(Debug, Default)]
pub(crate) struct Slice {
    at: Option<Timestamp>,
    spent: u32,
    pauses: u32,
    exhausted: bool,
}

/// So many steps at one instant, fewer for a process that does not rest.
const STEPS: u32 = 8000;
/// But never fewer than these.
const LEAST_STEPS: u32 = 200;
/// The first pause of a process that does not rest; each that follows is longer.
const PAUSE: i64 = 10;
/// The longest pause, in milliseconds.
const LONGEST_PAUSE: i64 = 500;

impl Slice {
    /// Does some steps; `Some` is when to go on, where there were too many.
    pub(super) fn spend(&mut self, now: Timestamp, steps: u32, sharing: u32) -> Option<Timestamp> {
        if self.at.is_none_or(|at| at != now) {
            self.pauses = if self.exhausted { self.pauses + 1 } else { 0 };
            (self.at, self.spent, self.exhausted) = (Some(now), 0, false);
        }
        if self.spent >= (STEPS / (1 + self.pauses / 4) / sharing.max(1)).max(LEAST_STEPS) {
            self.exhausted = true;
            let pause = (PAUSE * i64::from(self.pauses + 1)).min(LONGEST_PAUSE);
            return now.checked_add(jiff::SignedDuration::from_millis(pause)).ok();
        }
        self.spent = self.spent.saturating_add(steps);
        None
    }
}

impl Process {
    /// What it does about a signal.
    pub(crate) fn disposition(&self, signal: Signal) -> Disposition {
        self.dispositions.get(&signal).copied().unwrap_or_default()
    }

    /// The lowest free number for an open file, from `least` on.
    pub(crate) fn free_handle(&self, least: i32) -> i32 {
        let mut free = least;
        while self.handles.contains_key(&free) {
            free += 1;
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_never_rests_pauses_longer_and_longer() {
        let mut slice = Slice::default();
        let mut now = Timestamp::UNIX_EPOCH;
        let mut pauses = Vec::new();
        for _ in 0..3 {
            let until = (0..STEPS + 1).find_map(|_| slice.spend(now, 1, 1)).unwrap();
            pauses.push(until.as_millisecond() - now.as_millisecond());
            now = until;
        }
        assert_eq!(pauses, [10, 20, 30]);
        // It rests once, and is as new.
        assert_eq!(slice.spend(now, 1, 1), None);
        now += jiff::SignedDuration::from_secs(1);
        assert_eq!(slice.spend(now, STEPS, 1), None);
        assert_eq!(slice.spend(now, 1, 1), Some(now + jiff::SignedDuration::from_millis(10)));
    }
}
