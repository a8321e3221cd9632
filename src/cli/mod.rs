//! Arguments, configuration, one file per subcommand.

mod answer;
mod args;
mod clean;
mod guard;
mod kubectl;
mod leftovers;
mod lint;
mod list;
mod load;
mod new;
mod panics;
mod printer;
mod raw_mode;
mod refresh;
mod sandbox;
mod saves;
mod schema;
mod shim;
mod show;
mod signals;
mod start;
mod test;
mod unattended;
mod world;

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Parser;

use crate::base::Exit;
use args::{Arguments, Command};

/// Runs `podlab` with these arguments, the program's name first.
///
/// Under the name `kubectl` it is kubectl; within a lab's shell that is the first
/// thing to be looked at, since a student waits for it at every command.
pub fn main(arguments: Vec<OsString>) -> Exit {
    if let Some(typed) = shim::invocation(&arguments) {
        let typed_words = words(typed);
        if kubectl::is_about_files(&typed_words) {
            return kubectl::main(&typed_words);
        }
        return shim::main(typed);
    }
    if is_kubectl(&arguments) {
        return kubectl::main(&words(&arguments[1..]));
    }
    match Arguments::try_parse_from(arguments) {
        Ok(arguments) => run(&arguments.command),
        Err(error) => {
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Passed };
            // Nothing is left to do where even the message cannot be printed.
            let _ = error.print();
            code
        }
    }
}

fn run(command: &Command) -> Exit {
    match command {
        Command::Start(arguments) => start::run(arguments),
        Command::Test(arguments) => test::run(arguments),
        Command::Refresh(arguments) => refresh::run(arguments),
        Command::List => list::run(),
        Command::Show(arguments) => show::run(arguments),
        Command::Lint(arguments) => lint::run(arguments),
        Command::New(arguments) => new::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Clean(arguments) => clean::run(arguments),
        Command::Sandbox(arguments) => sandbox::run(arguments),
        Command::Kubectl { arguments } => kubectl::main(arguments),
    }
}

fn is_kubectl(arguments: &[OsString]) -> bool {
    arguments
        .first()
        .is_some_and(|program| Path::new(program).file_name() == Some(OsStr::new("kubectl")))
}

fn words(arguments: &[OsString]) -> Vec<String> {
    arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}
