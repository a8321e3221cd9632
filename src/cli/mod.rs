//! Arguments, configuration, one file per subcommand.

use std::ffi::OsString;

use crate::base::Exit;

/// Runs `podlab` with these arguments, the program's name first.
pub fn main(_arguments: Vec<OsString>) -> Exit {
    Exit::Usage
}
