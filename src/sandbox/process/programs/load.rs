use std::sync::Arc;

use super::run::Run;
use super::table::{Tool, tool};
use crate::sandbox::images::{Image, Style};
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::files::{NodeKind, base_name};
use crate::sandbox::process::kernel::{System, Task};

/// A script may name a script as its interpreter, so often.
const MOST_INTERPRETERS: usize = 4;

/// A program that was found, with its arguments.
pub(crate) struct Loaded {
    program: Program,
    /// As they are given to it.
    pub(crate) arguments: Vec<String>,
}

enum Program {
    Tool(Tool),
    OfImage(Arc<Image>, String),
}

/// Why a program cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LoadError {
    /// It is not there.
    NotFound,
    /// It is no program, or not for this user.
    Denied,
    /// It is a folder.
    IsFolder,
    /// The program that a script asks for is not there.
    NoInterpreter(String),
}

impl Loaded {
    /// The program's future.
    pub(crate) fn start(self, system: System, env: Vec<(String, String)>) -> Task {
        let style = system.machine().image.style();
        let run = Run { system, arguments: self.arguments, env, style };
        match self.program {
            Program::Tool(tool) => Task(tool(run)),
            Program::OfImage(image, name) => {
                Task::new(crate::sandbox::process::server::run_image_program(run, image, name))
            }
        }
    }
}

/// Finds the program that a command line begins with.
pub(crate) fn load(system: &System, fields: &[String], path: &str) -> Result<Loaded, LoadError> {
    let name = fields.first().map(String::as_str).unwrap_or_default();
    if name.is_empty() {
        return Err(LoadError::NotFound);
    }
    let mut arguments = fields.to_vec();
    let mut file = match name.contains('/') {
        true => name.to_owned(),
        false => search(system, name, path)?,
    };
    for _ in 0..MOST_INTERPRETERS {
        let node = system.stat(&file).map_err(|error| match error {
            Errno::Denied => LoadError::Denied,
            _ => LoadError::NotFound,
        })?;
        if node.is_folder() {
            return Err(LoadError::IsFolder);
        }
        if !system.may(&file, 1) {
            return Err(LoadError::Denied);
        }
        match &node.kind {
            NodeKind::Program(program) => {
                let program = program_named(system, program).ok_or(LoadError::NotFound)?;
                return Ok(Loaded { program, arguments });
            }
            NodeKind::File(content) => {
                let (interpreter, option) = interpreter(content);
                arguments[0].clone_from(&file);
                arguments.splice(0..0, std::iter::once(interpreter.clone()).chain(option));
                if system.stat(&interpreter).is_err() {
                    return Err(LoadError::NoInterpreter(interpreter));
                }
                file = interpreter;
            }
            _ => return Err(LoadError::Denied),
        }
    }
    Err(LoadError::Denied)
}

fn program_named(system: &System, name: &str) -> Option<Program> {
    let image = Arc::clone(&system.machine().image);
    if image.programs().contains_key(name) {
        return Some(Program::OfImage(image, name.to_owned()));
    }
    tool(name).map(Program::Tool)
}

/// What `#!` says; a script without it is the shell's.
fn interpreter(content: &[u8]) -> (String, Option<String>) {
    let first = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(&first[..first.len().min(256)]).into_owned();
    let Some(line) = line.strip_prefix("#!") else { return ("/bin/sh".to_owned(), None) };
    let (program, option) = match line.trim().split_once(char::is_whitespace) {
        Some((program, option)) => (program, Some(option.trim().to_owned())),
        None => (line.trim(), None),
    };
    (program.to_owned(), option)
}

fn search(system: &System, name: &str, path: &str) -> Result<String, LoadError> {
    match find_in_path(system, name, path) {
        Some(file) => Ok(file),
        // Something of that name is there, but is no program.
        None if path.split(':').any(|folder| exists(system, folder, name)) => {
            Err(LoadError::Denied)
        }
        None => Err(LoadError::NotFound),
    }
}

fn exists(system: &System, folder: &str, name: &str) -> bool {
    !folder.is_empty()
        && system.stat(&format!("{folder}/{name}")).is_ok_and(|node| !node.is_folder())
}

/// The path of a program that may be run.
pub(crate) fn find_in_path(system: &System, name: &str, path: &str) -> Option<String> {
    let runs = |file: &String| {
        system.stat(file).is_ok_and(|node| !node.is_folder()) && system.may(file, 1)
    };
    if name.contains('/') {
        return Some(name.to_owned()).filter(runs);
    }
    path.split(':')
        .map(|folder| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
        .find(runs)
}

/// `busybox NAME …`: the program of that name, in busybox' words.
pub(super) async fn busybox(run: Run) -> i32 {
    let called_so = base_name(&run.arguments[0]) == "busybox";
    let mut run = Run { style: Style::Busybox, ..run };
    if called_so {
        run.arguments.remove(0);
    }
    let Some(name) = run.arguments.first().map(|name| base_name(name).to_owned()) else {
        let text = usage(&run.busybox_version());
        run.print(&text).await;
        return 0;
    };
    if name == "--list" {
        let names = super::applets().join("\n");
        run.print(&format!("{names}\n")).await;
        return 0;
    }
    match tool(&name).filter(|_| super::applets().contains(&name.as_str())) {
        Some(tool) => tool(run).await,
        None => {
            run.print_error(&format!("{name}: applet not found\n")).await;
            127
        }
    }
}

fn usage(version: &str) -> String {
    format!(
        "BusyBox v{version} multi-call binary.\nBusyBox is copyrighted by many authors between 1998-2015.\n\
         Licensed under GPLv2. See source distribution for detailed\ncopyright notices.\n\n\
         Usage: busybox [function [arguments]...]\n   or: busybox --list[-full]\n   or: busybox --show SCRIPT\n   or: busybox --install [-s] [DIR]\n   or: function [arguments]...\n\n\
         Currently defined functions:\n\t{}\n",
        super::applets().join(", ")
    )
}
