//! A pseudo-terminal on the host with a long-lived shell in it.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use pty_process::{Command, OwnedReadPty, OwnedWritePty};
use rustix::process::{Pid, Signal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::engine::shell_setup::HostShell;
use crate::engine::{Size, TerminalId, processes};

/// What a terminal tells.
#[derive(Debug)]
pub(super) enum FromTerminal {
    /// Its programs wrote this.
    Bytes(Vec<u8>),
    /// Its shell ended, with this code; none where it could not be opened.
    Closed(Option<i32>),
}

/// What every host shell of a run has in common.
#[derive(Debug, Clone)]
pub(super) struct ShellSpec {
    /// Which shell there is.
    pub(super) shell: HostShell,
    /// The file that it reads at its start.
    pub(super) start_file: PathBuf,
    /// Its environment, on top of the process's own.
    pub(super) environment: Vec<(String, String)>,
}

/// An open terminal. Dropping it kills its processes; [`Terminal::end`] lets them end.
#[derive(Debug)]
pub(super) struct Terminal {
    shell: Pid,
    orders: mpsc::UnboundedSender<Order>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
enum Order {
    Write(Vec<u8>),
    Resize(Size),
}

impl Terminal {
    /// Starts a shell in `directory`; what it tells goes to `to`, which holds
    /// the programs back when nobody reads.
    ///
    /// # Errors
    /// No pseudo-terminal, or the shell does not start.
    pub(super) fn open(
        id: TerminalId,
        spec: &ShellSpec,
        directory: &Path,
        size: Size,
        to: mpsc::Sender<(TerminalId, FromTerminal)>,
    ) -> io::Result<Self> {
        let (pty, pts) = pty_process::open().map_err(io::Error::other)?;
        pty.resize(pty_process::Size::new(size.rows, size.columns)).map_err(io::Error::other)?;
        let child = spec.command(id, directory).spawn(pts).map_err(io::Error::other)?;
        let shell = child
            .id()
            .and_then(|id| Pid::from_raw(id.cast_signed()))
            .ok_or_else(|| io::Error::other("the shell ended at once"))?;
        let (orders, inbox) = mpsc::unbounded_channel();
        let (reader, writer) = pty.into_split();
        let task = tokio::spawn(async move {
            let writing = tokio::spawn(write_all(writer, inbox));
            let exit = read_all(reader, child, id, &to).await;
            writing.abort();
            let _ = to.send((id, FromTerminal::Closed(exit))).await;
        });
        Ok(Self { shell, orders, task })
    }

    /// Keys.
    pub(super) fn write(&self, bytes: Vec<u8>) {
        let _ = self.orders.send(Order::Write(bytes));
    }

    /// A new size, for the programs to redraw themselves.
    pub(super) fn resize(&self, size: Size) {
        let _ = self.orders.send(Order::Resize(size));
    }

    /// Kills what runs in the foreground, but not the shell itself.
    pub(super) fn kill_foreground(&self) {
        processes::signal_session(self.shell, Signal::KILL, processes::Which::AllButLeader);
    }

    /// Ends every process of the terminal: hang-up, then kill after a grace.
    pub(super) async fn end(mut self) {
        processes::signal_session(self.shell, Signal::HUP, processes::Which::All);
        let _ = tokio::time::timeout(Duration::from_millis(500), &mut self.task).await;
        processes::signal_session(self.shell, Signal::KILL, processes::Which::All);
        let gone = async {
            while !processes::is_gone(self.shell) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), gone).await;
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.task.abort();
        processes::signal_session(self.shell, Signal::KILL, processes::Which::All);
    }
}

impl ShellSpec {
    fn command(&self, id: TerminalId, directory: &Path) -> Command {
        let mut command = Command::new(self.shell.program())
            .current_dir(directory)
            .envs(self.environment.iter().cloned())
            .env("PODLAB_TERMINAL", id.0.to_string())
            .env_remove("PROMPT_COMMAND")
            .env_remove("BASH_ENV");
        command = match self.shell {
            HostShell::Bash => {
                command.arg("--noprofile").arg("--rcfile").arg(&self.start_file).arg("-i")
            }
            HostShell::Sh => command.arg("-i").env("ENV", &self.start_file),
        };
        command.kill_on_drop(true)
    }
}

async fn write_all(mut pty: OwnedWritePty, mut inbox: mpsc::UnboundedReceiver<Order>) {
    while let Some(order) = inbox.recv().await {
        let done = match order {
            Order::Write(bytes) => pty.write_all(&bytes).await.is_ok(),
            Order::Resize(size) => {
                pty.resize(pty_process::Size::new(size.rows, size.columns)).is_ok()
            }
        };
        if !done {
            return;
        }
    }
}

/// Reads until the shell has ended and what it left is read.
async fn read_all(
    mut pty: OwnedReadPty,
    mut child: tokio::process::Child,
    id: TerminalId,
    to: &mpsc::Sender<(TerminalId, FromTerminal)>,
) -> Option<i32> {
    let mut buffer = vec![0; 64 * 1024];
    let mut ended = None;
    loop {
        let read = match &ended {
            None => tokio::select! {
                biased;
                read = pty.read(&mut buffer) => read,
                status = child.wait() => {
                    ended = Some(status.ok());
                    continue;
                }
            },
            // A program in the background may keep the terminal open for ever.
            Some(_) => {
                let rest = tokio::time::timeout(Duration::from_millis(50), pty.read(&mut buffer));
                rest.await.unwrap_or(Ok(0))
            }
        };
        match read {
            Ok(count) if count > 0 => {
                let bytes = buffer[..count].to_vec();
                if to.send((id, FromTerminal::Bytes(bytes))).await.is_err() {
                    return None;
                }
            }
            _ => break,
        }
    }
    let status = match ended {
        Some(status) => status,
        None => child.wait().await.ok(),
    };
    status.map(exit_code)
}

/// As a shell tells it: 128 and the signal, where one has ended the program.
fn exit_code(status: ExitStatus) -> i32 {
    status.code().or(status.signal().map(|signal| signal + 128)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::marks::Layer;
    use crate::engine::tracker::{Finished, Happening, Tracker};
    use crate::engine::typing::Typing;

    const SIZE: Size = Size { columns: 120, rows: 40 };
    const PATIENCE: Duration = Duration::from_secs(60);

    /// A shell with everything around it that types and listens.
    struct Bench {
        terminal: Terminal,
        inbox: mpsc::Receiver<(TerminalId, FromTerminal)>,
        tracker: Tracker,
        folder: tempfile::TempDir,
        seen: Vec<Happening>,
    }

    impl Bench {
        async fn new(shell: HostShell) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let start_file = folder.path().join("start");
            std::fs::write(&start_file, shell.start_file("t1")).unwrap();
            let environment = vec![
                ("TERM".to_owned(), "xterm-256color".to_owned()),
                ("HISTFILE".to_owned(), folder.path().join("history").display().to_string()),
            ];
            let spec = ShellSpec { shell, start_file, environment };
            let (to, inbox) = mpsc::channel(16);
            let terminal = Terminal::open(TerminalId(0), &spec, folder.path(), SIZE, to).unwrap();
            let tracker = Tracker::new("t1");
            let mut bench = Self { terminal, inbox, tracker, folder, seen: Vec::new() };
            bench.until("a prompt", |one| *one == Happening::Ready(Layer::Host)).await;
            bench
        }

        /// The next happening that fits; none when the shell has closed.
        async fn next(&mut self, fits: impl Fn(&Happening) -> bool) -> Option<Happening> {
            loop {
                while !self.seen.is_empty() {
                    let one = self.seen.remove(0);
                    if fits(&one) {
                        return Some(one);
                    }
                }
                match self.inbox.recv().await?.1 {
                    FromTerminal::Bytes(bytes) => self.seen = self.tracker.feed(&bytes),
                    FromTerminal::Closed(_) => return None,
                }
            }
        }

        async fn until(&mut self, what: &str, fits: impl Fn(&Happening) -> bool) -> Happening {
            let next = tokio::time::timeout(PATIENCE, self.next(fits)).await;
            next.unwrap_or_else(|_| panic!("waited for {what}"))
                .unwrap_or_else(|| panic!("{what}: closed"))
        }

        async fn run(&mut self, text: &str) -> Finished {
            let mut typing = match self.tracker.takes_paste() {
                true => Typing::pasted(text),
                false => Typing::by_line(text),
            };
            let mut finished = None;
            while let Some((line, keys)) = typing.next() {
                self.tracker.typing(Layer::Host, &line);
                self.terminal.write(keys);
                loop {
                    let one = self.until(text, |one| !matches!(one, Happening::Started(..))).await;
                    match one {
                        Happening::Continue(_) => break,
                        Happening::Ready(_) if finished.is_some() => break,
                        Happening::Ended(_, end) | Happening::Ran(_, _, end) => {
                            finished = Some(end);
                        }
                        _ => {}
                    }
                }
            }
            finished.unwrap()
        }
    }

    #[tokio::test]
    async fn exit_codes_and_output_are_exact_in_bash_and_sh() {
        for shell in [HostShell::Bash, HostShell::Sh] {
            let mut bench = Bench::new(shell).await;
            let long = "x".repeat(300);
            let rows = [
                ("echo hello", 0, "hello\n"),
                ("false", 1, ""),
                ("printf 'no newline'; (exit 28)", 28, "no newline"),
                ("cat <<EOF\none $((1 + 1))\n\ttabbed\nEOF", 0, "one 2\n        tabbed\n"),
                ("echo one && \\\n  echo two", 0, "one\ntwo\n"),
                ("echo 'it costs 5!'", 0, "it costs 5!\n"),
                ("export A=kept", 0, ""),
                ("echo $A", 0, "kept\n"),
                ("kill -9 $$ 2>/dev/null & wait $! ; echo", 0, "\n"),
            ];
            for (text, exit, output) in &rows[..8] {
                let finished = bench.run(text).await;
                let printed = finished.output.text.replace('\t', "        ");
                assert_eq!(
                    (finished.exit, printed.as_str()),
                    (*exit, *output),
                    "{shell:?}: {text}"
                );
            }
            let finished = bench.run(&format!("echo {long}")).await;
            assert_eq!(finished.output.text, format!("{long}\n"), "{shell:?}");
            bench.terminal.end().await;
        }
    }

    #[tokio::test]
    async fn a_typed_command_is_known_as_it_was_typed() {
        let mut bench = Bench::new(HostShell::Bash).await;
        bench.terminal.write(b"echo 100%;  echo x\x7f'a\tb'\r".to_vec());
        let started = bench.until("the command", |one| matches!(one, Happening::Started(..))).await;
        let Happening::Started(Layer::Host, Some(text)) = started else { panic!("{started:?}") };
        assert!(text.starts_with("echo 100%;  echo '"), "{text}");
        bench.terminal.end().await;
    }

    #[tokio::test]
    async fn a_lab_that_changes_its_prompt_keeps_the_marks() {
        let mut bench = Bench::new(HostShell::Bash).await;
        bench.run("PS1='mine> '").await;
        assert_eq!(bench.run("(exit 3)").await.exit, 3);
        bench.run("set -u").await;
        assert_eq!(bench.run("echo still").await.output.text, "still\n");
        bench.terminal.end().await;
    }

    #[tokio::test]
    async fn a_shell_that_dies_says_so_and_where_it_was() {
        for shell in [HostShell::Bash, HostShell::Sh] {
            let mut bench = Bench::new(shell).await;
            bench.run("mkdir deep && cd deep").await;
            bench.run("set -e").await;
            bench.terminal.write(b"false\r".to_vec());
            let closed = tokio::time::timeout(PATIENCE, bench.next(|_| false)).await;
            assert_eq!(closed.unwrap(), None);
            let wanted = bench.folder.path().join("deep");
            assert_eq!(bench.tracker.directory().map(Path::new), Some(wanted.as_path()));
        }
    }

    #[tokio::test]
    async fn a_shell_that_a_signal_kills_has_a_code_as_well() {
        let mut bench = Bench::new(HostShell::Bash).await;
        bench.terminal.write(b"kill -9 $$\r".to_vec());
        let closed = async {
            loop {
                if let (_, FromTerminal::Closed(code)) = bench.inbox.recv().await.unwrap() {
                    return code;
                }
            }
        };
        assert_eq!(tokio::time::timeout(PATIENCE, closed).await.unwrap(), Some(137));
    }

    #[tokio::test]
    async fn many_megabytes_pass_and_the_end_is_kept() {
        let mut bench = Bench::new(HostShell::Bash).await;
        let finished = bench.run("yes 123456789 | head -c 20000000; echo done").await;
        assert!(finished.output.text.ends_with("123456789\ndone\n"));
        let lines = finished.output.text.lines().count();
        assert_eq!(lines + finished.output.lines_dropped, 2_000_001);
        bench.terminal.end().await;
    }

    #[tokio::test]
    async fn an_interrupt_ends_what_runs_and_a_kill_does_so_for_certain() {
        let mut bench = Bench::new(HostShell::Bash).await;
        // One process, so that the interrupt never finds the shell between two.
        bench.terminal.write(b"sh -c 'echo begun; exec sleep 1000'\r".to_vec());
        bench.until("the start", |one| matches!(one, Happening::Started(..))).await;
        while !bench.tracker.output_so_far(Layer::Host).text.contains("begun") {
            let Some((_, FromTerminal::Bytes(bytes))) = bench.inbox.recv().await else { panic!() };
            bench.tracker.feed(&bytes);
        }
        bench.terminal.write(b"\x03".to_vec());
        let ended = bench.until("its end", |one| matches!(one, Happening::Ended(..))).await;
        assert!(matches!(ended, Happening::Ended(_, Finished { exit: 130, .. })), "{ended:?}");
        bench.terminal.write(b"trap '' INT; (trap '' INT; echo deaf; sleep 1000)\r".to_vec());
        bench.until("the start", |one| matches!(one, Happening::Started(..))).await;
        while !bench.tracker.output_so_far(Layer::Host).text.contains("deaf") {
            let Some((_, FromTerminal::Bytes(bytes))) = bench.inbox.recv().await else { panic!() };
            bench.tracker.feed(&bytes);
        }
        bench.terminal.kill_foreground();
        let ended = bench.until("its end", |one| matches!(one, Happening::Ended(..))).await;
        assert!(matches!(ended, Happening::Ended(_, Finished { exit: 137, .. })), "{ended:?}");
        bench.terminal.end().await;
    }

    #[tokio::test]
    async fn nothing_of_a_terminal_outlives_its_end() {
        let mut bench = Bench::new(HostShell::Sh).await;
        let finished = bench.run("nohup sleep 1000 >/dev/null 2>&1 & echo $!").await;
        let process: i32 = finished.output.text.trim().parse().unwrap();
        let alive = || {
            std::fs::read_to_string(format!("/proc/{process}/stat"))
                .is_ok_and(|stat| !stat.contains(" Z "))
        };
        assert!(alive());
        bench.terminal.end().await;
        assert!(!alive());
    }
}
