use std::sync::Arc;

use super::redirect::Handles;
use super::state::{Dialect, Flow, Options, Shell, Trap};
use super::tree::{AndOr, List};
use crate::sandbox::process::kernel::{Group, Handle, NewProcess, Pid, Signal, Status, lock};

/// A command in the background.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) number: usize,
    pub(super) pid: Pid,
    pub(super) text: String,
    pub(super) status: Option<Status>,
}

impl Shell {
    /// Whether commands get groups of their own, and the terminal with them.
    pub(super) fn controls_jobs(&self) -> bool {
        self.options.interactive && !self.is_subshell
    }

    /// Gives the terminal to a group.
    pub(super) fn give_terminal(&self, group: Pid) {
        if let Some(terminal) = self.system.terminal().filter(|_| self.controls_jobs()) {
            lock(&terminal).foreground = group;
        }
    }

    /// Takes the terminal back.
    pub(super) fn take_terminal(&self) {
        let group = self.system.with(|process| process.group);
        if let (Some(terminal), Some(group)) = (self.system.terminal(), group)
            && self.controls_jobs()
        {
            let mut terminal = lock(&terminal);
            terminal.foreground = group;
            terminal.set_lines(true);
        }
    }

    /// Starts commands and goes on.
    pub(super) async fn run_in_background(&mut self, item: &Arc<AndOr>) -> Flow {
        let mut item = AndOr::clone(item);
        item.background = false;
        let text = item.text.clone();
        let mut handles = self.handles();
        if !self.controls_jobs() {
            handles.insert(0, Handle::Device(crate::sandbox::process::files::Device::Null));
        }
        let list = Arc::new(List { items: vec![Arc::new(item)] });
        let Some(pid) = self.spawn_list(list, handles, None) else {
            return self.fatal("can't fork: Resource temporarily unavailable").await;
        };
        self.last_background = Some(pid);
        let number = self.jobs.iter().map(|job| job.number).max().unwrap_or(0) + 1;
        self.jobs.push(Job { number, pid, text, status: None });
        if self.controls_jobs() && self.dialect == Dialect::Bash {
            let _ = self.system.write(2, format!("[{number}] {}\n", pid.0).as_bytes()).await;
        }
        self.status = 0;
        Flow::Next
    }

    /// Learns which jobs have ended.
    pub(super) fn update_jobs(&mut self) {
        for job in self.jobs.iter_mut().filter(|job| job.status.is_none()) {
            job.status = self.system.reap(job.pid);
        }
    }

    /// Before a prompt: tells which jobs have ended, and forgets them.
    pub(super) async fn tell_jobs(&mut self) {
        self.update_jobs();
        let ended: Vec<String> = self
            .jobs
            .iter()
            .filter_map(|job| {
                job.status.map(|status| job_line(job, self.dialect, Some(status), false))
            })
            .collect();
        for line in ended {
            let _ = self.system.write(2, line.as_bytes()).await;
        }
        self.jobs.retain(|job| job.status.is_none());
    }

    /// A shell for a process of its own.
    pub(super) fn for_subshell(&self) -> Self {
        let mut shell = self.clone();
        shell.is_subshell = true;
        shell.jobs.clear();
        shell.depth = 0;
        // What is ignored stays so; what is caught is as usual again.
        shell.traps.retain(|_, action| action.is_empty());
        let interactive = shell.options.interactive;
        shell.options = Options { interactive: false, ..shell.options };
        // Messages keep the form that the shell itself has.
        shell.options.from_argument |= interactive;
        shell
    }

    /// A process that this shell starts.
    pub(super) fn new_process(&self, arguments: Vec<String>, handles: Handles) -> NewProcess {
        let ignored = self.traps.iter().filter(|(_, action)| action.is_empty());
        NewProcess {
            arguments,
            env: self.variables.exported(),
            handles: Some(handles),
            group: if self.controls_jobs() { Group::Own } else { Group::Parent },
            ignored: ignored
                .filter_map(|(trap, _)| match trap {
                    Trap::Signal(signal) => Some(*signal),
                    Trap::Exit => None,
                })
                .collect(),
        }
    }

    /// What `ps` shows for a process that is a copy of this shell.
    pub(super) fn process_arguments(&self) -> Vec<String> {
        self.system.with(|process| process.arguments.clone()).unwrap_or_default()
    }
}

/// A line of `jobs`.
pub(super) fn job_line(job: &Job, dialect: Dialect, status: Option<Status>, long: bool) -> String {
    let state = match status {
        None => "Running".to_owned(),
        Some(Status::Exited(0)) => "Done".to_owned(),
        Some(Status::Exited(code)) if dialect == Dialect::Bash => format!("Exit {code}"),
        Some(Status::Exited(code)) => format!("Done({code})"),
        Some(Status::Signaled(signal)) => signal_words(signal).to_owned(),
    };
    let pid = if long { format!("{} ", job.pid.0) } else { String::new() };
    let ampersand = if status.is_none() && dialect == Dialect::Bash { " &" } else { "" };
    format!("[{}]+  {pid}{state:<24}{}{ampersand}\n", job.number, job.text)
}

/// What a shell says when a signal has ended a command.
pub(super) fn signal_words(signal: Signal) -> &'static str {
    match signal.0 {
        1 => "Hangup",
        3 => "Quit",
        6 => "Aborted",
        9 => "Killed",
        10 => "User defined signal 1",
        11 => "Segmentation fault",
        12 => "User defined signal 2",
        14 => "Alarm clock",
        15 => "Terminated",
        _ => "",
    }
}
