use std::future::Future;

use super::{Run, cat, echo, file_basics, load, sleep};
use crate::sandbox::process::kernel::ProgramFuture;
use crate::sandbox::process::shell::{self, Dialect};

/// A program.
pub(crate) type Tool = fn(Run) -> ProgramFuture;

fn boxed<F: Future<Output = i32> + Send + 'static>(program: F) -> ProgramFuture {
    Box::pin(program)
}

/// The program of a name.
pub(crate) fn tool(name: &str) -> Option<Tool> {
    TOOLS.iter().find(|(known, _)| *known == name).map(|(_, tool)| *tool)
}

/// The names that busybox has.
pub(crate) fn applets() -> Vec<&'static str> {
    let mut names: Vec<&str> =
        TOOLS.iter().map(|(name, _)| *name).filter(|name| !NOT_BUSYBOX.contains(name)).collect();
    names.sort_unstable();
    names
}

const NOT_BUSYBOX: &[&str] = &["bash", "busybox", "dash"];

const TOOLS: &[(&str, Tool)] = &[
    ("ash", |run| boxed(shell::main(run, Dialect::Ash))),
    ("bash", |run| boxed(shell::main(run, Dialect::Bash))),
    ("busybox", |run| boxed(load::busybox(run))),
    ("cat", |run| boxed(cat::cat(run))),
    ("dash", |run| boxed(shell::main(run, Dialect::Dash))),
    ("echo", |run| boxed(echo::echo(run))),
    ("false", |run| boxed(sleep::fail(run))),
    ("mkdir", |run| boxed(file_basics::make_folder(run))),
    ("printf", |run| boxed(echo::printf(run))),
    ("rm", |run| boxed(file_basics::remove(run))),
    ("rmdir", |run| boxed(file_basics::remove_folder(run))),
    ("sh", |run| boxed(shell::sh(run))),
    ("sleep", |run| boxed(sleep::sleep(run))),
    ("touch", |run| boxed(file_basics::touch(run))),
    ("true", |run| boxed(sleep::succeed(run))),
];
