//! Arguments, configuration, one file per subcommand.

pub mod shim;

use std::ffi::OsString;

use crate::base::Exit;

/// Runs `podlab` with these arguments, the program's name first.
pub fn main(arguments: Vec<OsString>) -> Exit {
    if let Some(rest) = shim::invocation(&arguments) {
        return shim::main(rest);
    }
    Exit::Usage
}
