//! The `podlab` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    podlab::cli::main(std::env::args_os().collect()).code().into()
}
