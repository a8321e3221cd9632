//! Signals to everything that runs in a terminal.

use std::collections::BTreeSet;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Whom a signal to a session meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Everyone.
    All,
    /// Everyone but the shell that leads it.
    AllButLeader,
}

/// Sends `signal` to the processes of the session that `leader` leads. Where
/// the system has no `/proc` to find them, the shell's own group must do.
pub(super) fn signal_session(leader: Pid, signal: Signal, which: Which) {
    let members = members(leader);
    for process in &members {
        let meant = which == Which::All || *process != leader.as_raw_nonzero().get();
        if let Some(process) = Pid::from_raw(*process).filter(|_| meant) {
            let _ = kill_process(process, signal);
        }
    }
    if which == Which::All && members.is_empty() {
        let _ = kill_process_group(leader, signal);
    }
}

/// Whether nobody of the session that `leader` leads is left.
pub(super) fn is_gone(leader: Pid) -> bool {
    members(leader).is_empty()
}

fn members(leader: Pid) -> BTreeSet<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return BTreeSet::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| session_of(*process) == Some(leader.as_raw_nonzero().get()))
        .collect()
}

/// The sixth field of `/proc/PID/stat`; the second, in parentheses, may hold anything.
fn session_of(process: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    // A zombie holds nothing and hears nothing.
    fields.next().filter(|state| *state != "Z")?;
    fields.nth(2)?.parse().ok()
}
