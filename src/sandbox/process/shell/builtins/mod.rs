//! Commands that the shell does itself.

mod control;
mod environment;
mod getopts;
mod introspection;
mod io;
mod jobs;
mod options;

use super::state::{Dialect, Flow, Shell};

/// How a builtin ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builtin {
    /// With this status.
    Status(i32),
    /// It changes what is run next.
    Flow(Flow),
}

/// Those whose assignments stay, and whose errors end the shell.
///
/// Source: POSIX, Shell Command Language, 2.14.
const SPECIAL: &[&str] = &[
    ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set",
    "shift", "times", "trap", "unset",
];

const OTHERS: &[&str] = &[
    "[", "[[", "alias", "bg", "cd", "chdir", "command", "echo", "false", "fg", "getopts", "hash",
    "help", "history", "jobs", "kill", "let", "local", "printf", "pwd", "read", "source", "test",
    "true", "type", "ulimit", "umask", "unalias", "wait",
];

const OF_BASH: &[&str] = &[
    "builtin", "declare", "disown", "dirs", "enable", "logout", "mapfile", "popd", "pushd",
    "shopt", "suspend", "typeset", "compgen", "complete", "bind",
];

/// Whether it is a special builtin.
pub(super) fn is_special(name: &str) -> bool {
    SPECIAL.contains(&name)
}

/// Whether the shell does this itself.
pub(super) fn exists(name: &str, dialect: Dialect) -> bool {
    let is_other = OTHERS.contains(&name)
        && !(dialect == Dialect::Dash && matches!(name, "[[" | "source" | "let" | "help"));
    is_special(name) || is_other || (dialect == Dialect::Bash && OF_BASH.contains(&name))
}

/// Runs one; its name is not among the arguments.
pub(super) async fn run(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    match name {
        ":" | "true" => Builtin::Status(0),
        "false" => Builtin::Status(1),
        "." | "source" | "break" | "continue" | "eval" | "exit" | "logout" | "return" | "shift"
        | "trap" | "command" | "builtin" => control::run(shell, name, arguments).await,
        "cd" | "chdir" | "pwd" | "umask" | "ulimit" | "times" => {
            environment::run(shell, name, arguments).await
        }
        "export" | "readonly" | "unset" | "local" | "declare" | "typeset" | "alias" | "unalias"
        | "getopts" | "let" => introspection::run(shell, name, arguments).await,
        "set" | "shopt" => options::run(shell, name, arguments).await,
        "echo" | "printf" | "read" | "test" | "[" | "[[" | "mapfile" => {
            io::run(shell, name, arguments).await
        }
        _ => jobs::run(shell, name, arguments).await,
    }
}

/// The first argument that is no option, and the letters of the options before it.
fn options_of(arguments: &[String]) -> (String, &[String]) {
    let mut letters = String::new();
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        if first == "--" {
            return (letters, after);
        }
        if !first.starts_with('-') || first.len() < 2 {
            break;
        }
        letters.push_str(&first[1..]);
        rest = after;
    }
    (letters, rest)
}
