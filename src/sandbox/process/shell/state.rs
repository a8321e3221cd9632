use std::collections::BTreeMap;
use std::sync::Arc;

use super::jobs::Job;
use super::tree::Command;
use super::variables::Variables;
use crate::sandbox::process::kernel::{Pid, Signal, System};

/// Functions call each other no deeper.
pub(super) const DEEPEST_CALL: usize = 40;
/// Commands are within each other no deeper, whether by functions, by `eval` or by braces:
/// each level costs the host's stack.
pub(super) const DEEPEST_COMMAND: usize = 48;
/// A value of a variable is no longer.
pub(super) const LONGEST_VALUE: usize = 1 << 20;

/// Whose shell it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// busybox ash.
    Ash,
    /// Debian's `sh`.
    Dash,
    /// GNU bash.
    Bash,
}

/// How a command ended, beside its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next command follows.
    Next,
    /// So many loops end.
    Break(usize),
    /// So many loops end but one, which goes on with its next round.
    Continue(usize),
    /// The function ends.
    Return,
    /// The shell ends.
    Exit,
    /// Ctrl-C: back to the prompt.
    Interrupt,
}

/// What `set` changes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// `-e`
    pub(super) exit_on_error: bool,
    /// `-u`
    pub(super) no_unset: bool,
    /// `-x`
    pub(super) trace: bool,
    /// `-f`
    pub(super) no_glob: bool,
    /// `-C`
    pub(super) no_clobber: bool,
    /// `-a`
    pub(super) export_all: bool,
    /// `-n`
    pub(super) no_execution: bool,
    /// `-v`
    pub(super) verbose: bool,
    /// `-o pipefail`
    pub(super) pipe_fail: bool,
    /// `-i`
    pub(super) interactive: bool,
    /// `-c`
    pub(super) from_argument: bool,
    /// `-s`
    pub(super) from_input: bool,
}

/// When a trap is sprung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trap {
    /// The shell ends.
    Exit,
    /// A signal comes.
    Signal(Signal),
}

/// A shell that runs.
#[derive(Debug, Clone)]
pub(super) struct Shell {
    pub(super) system: System,
    pub(super) dialect: Dialect,
    /// `$0`
    pub(super) name: String,
    /// How it names itself in messages.
    pub(super) title: String,
    pub(super) variables: Variables,
    pub(super) functions: BTreeMap<String, Arc<Command>>,
    pub(super) aliases: BTreeMap<String, String>,
    /// `$1` and so on.
    pub(super) arguments: Vec<String>,
    /// `$?`
    pub(super) status: i32,
    /// `$$`: a subshell has its parent's.
    pub(super) pid: Pid,
    /// `$!`
    pub(super) last_background: Option<Pid>,
    pub(super) jobs: Vec<Job>,
    pub(super) options: Options,
    pub(super) traps: BTreeMap<Trap, String>,
    pub(super) history: Arc<Vec<String>>,
    /// The line of the command that runs.
    pub(super) line: usize,
    /// How many loops are around it.
    pub(super) loops: usize,
    /// How many functions and evaluated texts are around it.
    pub(super) calls: usize,
    /// How many commands are around it.
    pub(super) depth: usize,
    /// How many conditions are around it: there `-e` means nothing.
    pub(super) conditions: usize,
    /// The status of the last `$(…)` of the command.
    pub(super) substituted: Option<i32>,
    /// Whether this is a process of its own beside the shell that was started.
    pub(super) is_subshell: bool,
    pub(super) getopts_at: usize,
    pub(super) started: jiff::Timestamp,
}

impl Shell {
    /// Whether it has bash's additions.
    pub(super) fn is_bash(&self) -> bool {
        self.dialect == Dialect::Bash
    }

    /// Whether its grammar goes beyond POSIX.
    pub(super) fn is_extended(&self) -> bool {
        self.dialect != Dialect::Dash
    }

    /// Writes to standard error, as this dialect begins its messages.
    pub(super) async fn complain(&self, message: &str) {
        let text = match self.dialect {
            Dialect::Bash if self.options.interactive => format!("{}: {message}\n", self.title),
            Dialect::Bash if self.options.from_argument => {
                format!("{}: line {}: {message}\n", self.title, self.line)
            }
            Dialect::Bash => format!("{}: line {}: {message}\n", self.title, self.line),
            Dialect::Dash => format!("{}: {}: {message}\n", self.title, self.line),
            Dialect::Ash if self.options.interactive || self.options.from_argument => {
                format!("{}: {message}\n", self.title)
            }
            Dialect::Ash => format!("{}: line {}: {message}\n", self.title, self.line),
        };
        let _ = self.system.write(2, text.as_bytes()).await;
    }

    /// A message of a builtin.
    ///
    /// Source: busybox' `ash.c`, `ash_vmsg`: ash names the builtin before the line.
    pub(super) async fn complain_as(&self, builtin: &str, message: &str) {
        if self.dialect != Dialect::Ash || self.options.interactive {
            return self.complain(&format!("{builtin}: {message}")).await;
        }
        let line = if self.options.from_argument { 0 } else { self.line };
        let text = format!("{}: {builtin}: line {line}: {message}\n", self.title);
        let _ = self.system.write(2, text.as_bytes()).await;
    }

    /// Writes to standard output; the status where that fails.
    pub(super) async fn print(&self, text: &str) -> i32 {
        match self.system.write(1, text.as_bytes()).await {
            Ok(()) => 0,
            Err(error) => {
                self.complain(&format!("write error: {error}")).await;
                1
            }
        }
    }

    /// An error that ends a shell that is not interactive.
    pub(super) async fn fatal(&mut self, message: &str) -> Flow {
        self.complain(message).await;
        self.status = if self.is_bash() { 1 } else { 2 };
        match self.options.interactive && !self.is_subshell {
            true => Flow::Interrupt,
            false => Flow::Exit,
        }
    }

    /// An error in an expansion; bash has a status of its own for it.
    pub(super) async fn fatal_expansion(&mut self, message: &str) -> Flow {
        let flow = self.fatal(message).await;
        if self.is_bash() {
            self.status = 127;
        }
        flow
    }

    /// The value of one of `@*#?-$!` or a number; `None` where it is a variable's name.
    pub(super) fn special(&self, name: &str) -> Option<Option<String>> {
        let value = match name {
            "?" => Some(self.status.to_string()),
            "$" => Some(self.pid.0.to_string()),
            "#" => Some(self.arguments.len().to_string()),
            "!" => self.last_background.map(|pid| pid.0.to_string()),
            "-" => Some(self.flags()),
            "0" => Some(self.name.clone()),
            "@" | "*" => (!self.arguments.is_empty()).then(|| self.arguments.join(" ")),
            _ => match name.parse::<usize>() {
                Ok(number) => self.arguments.get(number.wrapping_sub(1)).cloned(),
                Err(_) => return self.computed(name),
            },
        };
        Some(value)
    }

    /// Variables that are made when they are read.
    fn computed(&self, name: &str) -> Option<Option<String>> {
        let value = match name {
            "LINENO" => self.line.to_string(),
            "RANDOM" if self.is_extended() => {
                let seed = self.system.now().as_nanosecond() as u64
                    ^ u64::from(self.system.pid().0) << 20
                    ^ self.system.kernel().activity();
                (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 49).to_string()
            }
            "SECONDS" if self.is_bash() => {
                self.system.now().duration_since(self.started).as_secs().to_string()
            }
            "BASHPID" if self.is_bash() => self.system.pid().0.to_string(),
            "COLUMNS" | "LINES" if self.options.interactive => {
                let (columns, rows) = self.system.terminal_size()?;
                if name == "COLUMNS" { columns.to_string() } else { rows.to_string() }
            }
            _ => return None,
        };
        Some(Some(value))
    }

    fn flags(&self) -> String {
        let options = &self.options;
        [
            (options.export_all, 'a'),
            (options.exit_on_error, 'e'),
            (options.no_glob, 'f'),
            (options.interactive, 'i'),
            (options.interactive, 'm'),
            (options.no_unset, 'u'),
            (options.trace, 'x'),
            (options.no_clobber, 'C'),
            (options.from_argument, 'c'),
            (options.from_input, 's'),
        ]
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, letter)| *letter)
        .collect()
    }
}
