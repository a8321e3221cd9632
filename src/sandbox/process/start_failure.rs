//! What a container runtime says when a program cannot be started.
//!
//! Source: a recorded 1.36.2 cluster with containerd 2 and runc 1.3; runc's
//! `libcontainer/init_linux.go` and Go's `os/exec` for the innermost words.

use super::programs::LoadError;
use super::{SessionId, StartFailure};

/// What was to be started.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// The main process.
    Main,
    /// A program beside it.
    Exec(SessionId),
}

/// Exit code of a container whose main process did not start.
/// Source: kubelet, `pkg/kubelet/kuberuntime`; containerd's `StartError`.
const NOT_STARTED: i32 = 128;

/// A program that is not there, or cannot be run.
pub(super) fn not_loaded(what: What, program: &str, error: &LoadError) -> StartFailure {
    let has_slash = program.contains('/');
    let reason = match error {
        LoadError::NotFound if has_slash => {
            format!("exec: {program:?}: stat {program}: no such file or directory")
        }
        LoadError::NotFound => format!("exec: {program:?}: executable file not found in $PATH"),
        LoadError::IsFolder => format!("exec: {program:?}: is a directory"),
        LoadError::Denied => format!("exec: {program:?}: permission denied"),
        LoadError::NoInterpreter(_) => format!("exec {program}: no such file or directory"),
    };
    let code = match error {
        LoadError::NotFound | LoadError::NoInterpreter(_) => 127,
        LoadError::Denied | LoadError::IsFolder => 126,
    };
    match what {
        What::Main => StartFailure {
            message: format!(
                "failed to create containerd task: failed to create shim task: OCI runtime create \
                 failed: runc create failed: unable to start container process: error during \
                 container init: {reason}"
            ),
            exit_code: NOT_STARTED,
        },
        What::Exec(session) => exec(
            session,
            &format!(
                "OCI runtime exec failed: exec failed: unable to start container process: {reason}"
            ),
            code,
        ),
    }
}

/// An image without a command, in a pod without one.
pub(super) fn no_command() -> StartFailure {
    StartFailure {
        message: "failed to generate container spec: failed to generate spec: no command specified"
            .to_owned(),
        exit_code: NOT_STARTED,
    }
}

/// `exec` without a command.
pub(super) fn no_exec_command(session: SessionId) -> StartFailure {
    exec(
        session,
        "OCI runtime exec failed: exec failed: process_linux.go: args must not be empty",
        126,
    )
}

/// `exec` in a container that has ended.
pub(super) fn not_running(session: SessionId) -> StartFailure {
    exec(session, "cannot exec in a stopped container: process already finished", 126)
}

/// Too many programs run already.
pub(super) fn cannot_fork(session: SessionId) -> StartFailure {
    exec(
        session,
        "OCI runtime exec failed: exec failed: unable to start container process: \
         resource temporarily unavailable",
        126,
    )
}

fn exec(session: SessionId, reason: &str, exit_code: i32) -> StartFailure {
    StartFailure {
        message: format!(
            "failed to exec in container: failed to start exec \"{}\": {reason}",
            exec_id(session)
        ),
        exit_code,
    }
}

/// 64 hexadecimal digits, as containerd numbers an `exec`.
fn exec_id(session: SessionId) -> String {
    let mut state = session.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xd1b5_4a32_d192_ed03;
    let mut id = String::new();
    for _ in 0..4 {
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state ^= state >> 27;
        id.push_str(&format!("{state:016x}"));
    }
    id
}
