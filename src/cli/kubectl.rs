//! `podlab kubectl …` outside of a lab: plain kubectl.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::raw_mode::RawMode;
use crate::base::{Exit, safe_text};
use crate::cluster::{Cluster, Target, Unguarded};
use crate::invocation::{self, Invocation};
use crate::kubectl::{self, Io, OpenFiles, Session, Terminal};

/// Carries out what stands after `podlab kubectl`; the exit code is kubectl's.
pub(super) fn main(arguments: &[String]) -> Exit {
    let invocation = match invocation::parse(arguments) {
        Ok(invocation) => invocation,
        Err(usage) => return complain(&usage.to_string()),
    };
    if let Err(not_native) = invocation::native(&invocation) {
        return hand_over(arguments, &not_native.to_string());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("error: start: {error}")),
    };
    let code = runtime.block_on(carry_out(&invocation));
    // A thread that waits for a key would hold the program until one is pressed.
    runtime.shutdown_background();
    Exit::Code(code)
}

async fn carry_out(invocation: &Invocation) -> u8 {
    if let Some(text) = kubectl::without_cluster(invocation) {
        print_text(&text);
        return 0;
    }
    if kubectl::is_about_files(invocation) {
        return with_person(invocation, None).await;
    }
    let text = |name: &str| invocation.flags.text(name).filter(|value| !value.is_empty());
    let target = Target {
        kubeconfig: text("kubeconfig").map(PathBuf::from),
        context: text("context").map(str::to_owned),
    };
    let cluster = match Cluster::connect(&target).await {
        Ok(cluster) => cluster,
        Err(error) => {
            complain(&format!("error: {error}"));
            return 1;
        }
    };
    let namespace = cluster.default_namespace().to_owned();
    let session = Session {
        cluster,
        policy: Arc::new(Unguarded { namespace }),
        directory: PathBuf::from("."),
    };
    with_person(invocation, Some(&session)).await
}

/// Whether these words after `kubectl` are about files of this machine alone, so that even
/// within a lab this process does it, with the kubeconfig of its shell.
pub(super) fn is_about_files(words: &[String]) -> bool {
    invocation::parse(words).is_ok_and(|invocation| {
        kubectl::is_about_files(&invocation) && invocation::native(&invocation).is_ok()
    })
}

/// Runs the verb on this process' input and output until it ends or a signal ends it.
async fn with_person(invocation: &Invocation, session: Option<&Session>) -> u8 {
    let (cancel, cancelled) = watch::channel(false);
    let raw = RawMode::default();
    let (sizes, size) = watch::channel(RawMode::size());
    let terminal = std::io::stdin().is_terminal().then(|| {
        let raw = raw.clone();
        Terminal {
            size,
            raw: Box::new(move |on| if on { raw.enter() } else { raw.restore() }),
            attached: Box::new(|_| {}),
        }
    });
    let mut io = Io {
        open_files: OpenFiles::Here,
        stdin: Box::new(tokio::io::stdin()),
        stdout: Box::new(tokio::io::stdout()),
        stderr: Box::new(tokio::io::stderr()),
        terminal,
        cancelled,
    };
    let verb = async {
        match session {
            Some(session) => kubectl::run(invocation, session, &mut io).await,
            None => kubectl::run_about_files(invocation, &mut io).await,
        }
    };
    tokio::select! {
        code = verb => code,
        code = signals(&cancel, &sizes) => {
            raw.restore();
            code
        }
    }
}

/// Passes on Ctrl-C and new sizes; a second Ctrl-C, or a signal to end, ends.
async fn signals(cancel: &watch::Sender<bool>, sizes: &watch::Sender<(u16, u16)>) -> u8 {
    let mut interrupt = signal(SignalKind::interrupt()).ok();
    let mut terminate = signal(SignalKind::terminate()).ok();
    let mut hang_up = signal(SignalKind::hangup()).ok();
    let mut resized = signal(SignalKind::window_change()).ok();
    loop {
        tokio::select! {
            () = next(&mut interrupt) => {
                if cancel.send_replace(true) {
                    return 130;
                }
            }
            () = next(&mut terminate) => return 143,
            () = next(&mut hang_up) => return 129,
            () = next(&mut resized) => {
                sizes.send_replace(RawMode::size());
            }
        }
    }
}

async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Becomes a real kubectl further down the `PATH`, where there is one.
fn hand_over(arguments: &[String], reason: &str) -> Exit {
    let own = std::env::current_exe().ok();
    let Some(program) = real_kubectl(std::env::var_os("PATH"), own.as_deref()) else {
        return complain(&format!(
            "error: {reason}, and there is no other kubectl on the PATH to ask"
        ));
    };
    print_error(&format!("podlab: {reason}; {} does\n", program.display()));
    let error = Command::new(&program).args(arguments).exec();
    complain(&format!("error: run {}: {error}", program.display()))
}

/// The first program called kubectl that is not podlab under that name.
fn real_kubectl(path: Option<OsString>, own: Option<&Path>) -> Option<PathBuf> {
    let own = own.and_then(|own| own.canonicalize().ok());
    std::env::split_paths(&path?)
        .map(|folder| folder.join("kubectl"))
        .find(|program| program.is_file() && program.canonicalize().ok() != own)
}

fn complain(words: &str) -> Exit {
    print_error(&format!("{}\n", safe_text(words).trim_end()));
    Exit::Code(1)
}

#[expect(clippy::print_stderr, reason = "this is the program's own standard error")]
fn print_error(text: &str) {
    eprint!("{text}");
}

#[expect(clippy::print_stdout, reason = "this is the program's own standard output")]
fn print_text(text: &str) {
    print!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn podlab_under_the_name_of_kubectl_is_not_a_real_one() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
        for place in [&ours, &theirs] {
            std::fs::create_dir(place).unwrap();
        }
        let own = folder.path().join("podlab");
        std::fs::write(&own, "").unwrap();
        std::os::unix::fs::symlink(&own, ours.join("kubectl")).unwrap();
        let path = || std::env::join_paths([&ours, &theirs]).ok();
        assert_eq!(real_kubectl(path(), Some(&own)), None);
        std::fs::write(theirs.join("kubectl"), "").unwrap();
        assert_eq!(real_kubectl(path(), Some(&own)), Some(theirs.join("kubectl")));
    }
}
