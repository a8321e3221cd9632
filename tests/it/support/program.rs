use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use tempfile::TempDir;

/// All that a lab may need on the host, and nothing else. No kubectl.
const PROGRAMS: &[&str] = &[
    "bash", "sh", "curl", "cat", "sed", "grep", "env", "sleep", "touch", "rm", "ls", "tail",
    "head", "awk",
];

/// The built `podlab` in a bare environment: an empty home, a `PATH` of links.
#[derive(Debug)]
pub struct Program {
    root: TempDir,
    before: Vec<String>,
}

/// How a program ended.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A bare environment of its own.
pub fn program() -> Program {
    Program::new(Vec::new())
}

impl Program {
    /// `before` is put before the program: a command that runs it elsewhere.
    pub fn new(before: Vec<String>) -> Self {
        let root = tempfile::Builder::new().prefix("podlab-test-").tempdir().unwrap();
        for folder in ["bin", "home", "tmp"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        for name in PROGRAMS {
            let found = std::env::split_paths(&std::env::var_os("PATH").unwrap())
                .map(|folder| folder.join(name))
                .find(|path| path.is_file());
            let found = found.unwrap_or_else(|| panic!("{name} is not on this machine's PATH"));
            symlink(found, root.path().join("bin").join(name)).unwrap();
        }
        Self { root, before }
    }

    /// The path of the built program.
    pub fn path() -> &'static str {
        env!("CARGO_BIN_EXE_podlab")
    }

    /// A file or folder of the environment.
    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.path().join(path)
    }

    /// Writes a file below the environment and returns its path.
    pub fn write(&self, path: &str, content: &str) -> PathBuf {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// `podlab` with these arguments, ready to start.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let words = self.words();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(arguments);
        command.current_dir(self.at("home"));
        command
    }

    /// The words of a command line that starts the program in this environment.
    pub fn words(&self) -> Vec<String> {
        self.words_for(&[Self::path()])
    }

    /// The words of any command line in this environment; it may begin with `NAME=value`.
    pub fn words_for(&self, command: &[&str]) -> Vec<String> {
        let mut words = self.before.clone();
        words.extend(["env".to_owned(), "-i".to_owned()]);
        words.extend(self.environment());
        words.extend(command.iter().map(|&word| word.to_owned()));
        words
    }

    /// The variables that the program sees, as `NAME=value`.
    fn environment(&self) -> Vec<String> {
        let path = |name: &str| self.at(name).display().to_string();
        vec![
            format!("PATH={}", path("bin")),
            format!("HOME={}", path("home")),
            format!("TMPDIR={}", path("tmp")),
            "LANG=C.UTF-8".to_owned(),
            "TERM=xterm-256color".to_owned(),
        ]
    }

    /// Runs it to its end, without a terminal and with empty input.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Finished {
        self.run_with("", arguments)
    }

    /// Runs it to its end with this on its standard input.
    pub fn run_with<S: AsRef<OsStr>>(
        &self,
        input: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Finished {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that reads no input may be gone before it is written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// What is left in the environment's temporary folder.
    pub fn left_in_tmp(&self) -> Vec<String> {
        let entries = fs::read_dir(self.at("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Finished {
    /// Fails with all that was printed unless it ended with `code`.
    #[track_caller]
    pub fn assert_code(&self, code: i32) -> &Self {
        assert_eq!(
            self.code,
            Some(code),
            "\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

/// Sends a signal, by name.
#[track_caller]
pub fn signal(child: &Child, name: &str) {
    let killed = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
    assert!(killed.unwrap().success(), "kill -s {name}");
}

/// A program that still runs, and what it has printed so far.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
    seen: String,
}

impl Running {
    /// Starts it, with empty input.
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            while stdout.read_line(&mut line).unwrap_or(0) > 0 {
                let _ = sender.send(std::mem::take(&mut line));
            }
        });
        Self { child, lines, seen: String::new() }
    }

    /// Reads up to the first line that contains `text`, and returns that line.
    #[track_caller]
    pub fn read_until(&mut self, text: &str) -> String {
        loop {
            let Ok(line) = self.lines.recv() else {
                panic!("ended before it printed `{text}`:\n{}", self.seen);
            };
            self.seen.push_str(&line);
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Sends it a signal, by name.
    pub fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Waits for its end.
    pub fn finish(mut self) -> Finished {
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let status = self.child.wait().unwrap();
        let stdout = self.seen + &self.lines.iter().collect::<String>();
        Finished { code: status.code(), stdout, stderr }
    }
}
