use std::fmt::Display;

use crate::sandbox::images::Style;
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::files::base_name;
use crate::sandbox::process::kernel::System;

/// What a program is started with.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Its system calls.
    pub(crate) system: System,
    /// Its name and its arguments.
    pub(crate) arguments: Vec<String>,
    /// Its variables.
    pub(crate) env: Vec<(String, String)>,
    /// Whose words it has.
    pub(crate) style: Style,
}

/// So much of an input is read at most where all of it is needed at once.
pub(super) const MOST_INPUT: usize = 8 << 20;

impl Run {
    /// The name that it was called by.
    pub(crate) fn name(&self) -> &str {
        self.arguments.first().map(|name| base_name(name)).unwrap_or_default()
    }

    /// What stands behind the name.
    pub(crate) fn rest(&self) -> &[String] {
        self.arguments.get(1..).unwrap_or_default()
    }

    /// Whether its words are GNU's.
    pub(crate) fn is_gnu(&self) -> bool {
        self.style == Style::Gnu
    }

    /// A variable.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Writes to standard output.
    pub(crate) async fn print(&self, text: &str) {
        self.print_bytes(text.as_bytes()).await;
    }

    /// Writes to standard output.
    pub(crate) async fn print_bytes(&self, bytes: &[u8]) {
        if !bytes.is_empty() {
            let _ = self.system.write(1, bytes).await;
        }
    }

    /// Writes to standard error as it stands.
    pub(crate) async fn print_error(&self, text: &str) {
        let _ = self.system.write(2, text.as_bytes()).await;
    }

    /// Writes a message that begins with the program's name; 1, the usual exit code.
    pub(crate) async fn fail(&self, message: impl Display) -> i32 {
        self.print_error(&format!("{}: {message}\n", self.name())).await;
        1
    }

    /// `can't open 'x': …` or `x: …`: what each style says about a file.
    pub(crate) async fn fail_open(&self, path: &str, error: Errno) -> i32 {
        match self.is_gnu() {
            true => self.fail(format!("{path}: {error}")).await,
            false => self.fail(format!("can't open '{path}': {error}")).await,
        }
    }

    /// What each style says when an option is not known; the exit code.
    pub(crate) async fn bad_option(&self, option: &str) -> i32 {
        let name = self.name();
        let letter = option.trim_start_matches('-').chars().next().unwrap_or('-');
        let text = match (self.is_gnu(), option.starts_with("--")) {
            (true, true) => format!(
                "{name}: unrecognized option '{option}'\nTry '{name} --help' for more information.\n"
            ),
            (true, false) => format!(
                "{name}: invalid option -- '{letter}'\nTry '{name} --help' for more information.\n"
            ),
            (false, true) => format!("{name}: unrecognized option: {}\n", &option[2..]),
            (false, false) => format!("{name}: unrecognized option: {letter}\n"),
        };
        self.print_error(&text).await;
        if !self.is_gnu() {
            self.usage("").await;
        }
        1
    }

    /// The whole of a file; `-` is standard input.
    pub(crate) async fn read_input(&self, path: &str) -> Result<Vec<u8>, Errno> {
        if path == "-" {
            return self.system.read_to_end(0, MOST_INPUT).await;
        }
        self.system.step().await;
        let number = self.system.open(path, crate::sandbox::process::kernel::OpenMode::Read)?;
        let read = self.system.read_to_end(number, MOST_INPUT).await;
        self.system.close(number);
        read
    }
}
