//! A command line to its verb.

use super::failure::{Failure, Outcome};
use super::format_file::with_files_read;
use super::{
    Io, Session, api_resources, apply, attach, cluster_info, create, delete, describe, events,
    exec, explain, expose, get, label, logs, run as run_pod, version, wait,
};
use crate::invocation::{self, Invocation, Verb};

/// Reads a command line (without the word `kubectl`) and carries it out; the exit
/// code is kubectl's. Errors are told on standard error, as kubectl does.
pub async fn run_line(argv: &[String], session: &Session, io: &mut Io) -> u8 {
    match invocation::parse(argv) {
        Ok(invocation) => run(&invocation, session, io).await,
        Err(usage) => tell(Failure::message(usage.to_string()), io).await,
    }
}

/// What an invocation prints that needs no cluster: help, `version --client`.
pub fn without_cluster(invocation: &Invocation) -> Option<String> {
    if invocation.flags.switch("help") || invocation.verb == Verb::Help {
        return Some(invocation::help(invocation.verb));
    }
    if invocation.verb == Verb::Options {
        return Some(invocation::global_help());
    }
    let client = invocation.verb == Verb::Version && invocation.flags.switch("client");
    let output = invocation.flags.text("output").unwrap_or_default();
    if client { version::text(output, None).ok() } else { None }
}

/// Carries an invocation out; the exit code is kubectl's.
pub async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> u8 {
    let outcome = match (prepared(invocation, session), without_cluster(invocation)) {
        (Ok(()), Some(text)) => io.out(&text).await.map_err(Failure::from),
        (Ok(()), None) => match with_files_read(invocation, session) {
            Ok(invocation) => verb(&invocation, session, io).await,
            Err(failure) => Err(failure),
        },
        (Err(failure), _) => Err(failure),
    };
    match outcome {
        Ok(()) => 0,
        Err(failure) => tell(failure, io).await,
    }
}

async fn tell(failure: Failure, io: &mut Io) -> u8 {
    // Where nobody reads the streams, the exit code still tells.
    let _ = io.out(failure.out()).await;
    let _ = io.err(&failure.text()).await;
    failure.exit_code()
}

/// What has to be so before any verb begins.
fn prepared(invocation: &Invocation, session: &Session) -> Outcome {
    invocation::native(invocation).map_err(|not| {
        Failure::message(format!("{not}, and there is no other kubectl on the PATH to ask"))
    })?;
    let asked = invocation.flags.text("context").filter(|context| !context.is_empty());
    match asked {
        Some(context) if context != session.cluster.title() => Err(Failure::message(format!(
            "context {context:?} is not the one that is in use here ({:?})",
            session.cluster.title()
        ))),
        _ => Ok(()),
    }
}

async fn verb(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    match invocation.verb {
        Verb::Get => get::run(invocation, session, io).await,
        Verb::Describe => describe::run(invocation, session, io).await,
        Verb::Apply => apply::run(invocation, session, io).await,
        Verb::Create => create::run(invocation, session, io).await,
        Verb::Delete => delete::run(invocation, session, io).await,
        Verb::Run => run_pod::run(invocation, session, io).await,
        Verb::Expose => expose::run(invocation, session, io).await,
        Verb::Exec => exec::run(invocation, session, io).await,
        Verb::Attach => attach::run(invocation, session, io).await,
        Verb::Label => label::run(invocation, session, io).await,
        Verb::Version => version::run(invocation, session, io).await,
        Verb::Explain => explain::run(invocation, session, io).await,
        Verb::Events => events::run(invocation, session, io).await,
        Verb::ApiResources => api_resources::resources(invocation, session, io).await,
        Verb::ApiVersions => api_resources::versions(invocation, session, io).await,
        Verb::ClusterInfo => cluster_info::run(invocation, session, io).await,
        Verb::Logs => logs::run(invocation, session, io).await,
        Verb::Wait => wait::run(invocation, session, io).await,
        other => Err(Failure::message(format!("podlab does not do `kubectl {}`", other.name()))),
    }
}
