//! Arguments, configuration, one file per subcommand.

mod args;
pub mod shim;

use std::ffi::OsString;

use clap::Parser;

use crate::base::Exit;
use args::{Arguments, Command};

/// Runs `podlab` with these arguments, the program's name first.
pub fn main(arguments: Vec<OsString>) -> Exit {
    if let Some(rest) = shim::invocation(&arguments) {
        return shim::main(rest);
    }
    match Arguments::try_parse_from(arguments) {
        Ok(arguments) => run(arguments.command),
        Err(error) => {
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Passed };
            // Nothing is left to do where even the message cannot be printed.
            let _ = error.print();
            code
        }
    }
}

fn run(command: Command) -> Exit {
    match command {
        _ => Exit::Usage,
    }
}
