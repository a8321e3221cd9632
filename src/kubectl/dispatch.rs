//! A command line to its verb.

use std::path::Path;

use super::failure::{Failure, Outcome};
use super::format_file::with_files_read;
use super::{
    Io, Session, annotate, api_resources, apply, attach, auth, autoscale, cluster_info, config,
    cordon, create, delete, describe, drain, events, exec, explain, expose, get, kustomize, label,
    logs, patch, port_forward, replace, rollout, run as run_pod, scale, set, taint, top, version,
    wait,
};
use crate::invocation::{self, Invocation, SubVerbRow, Verb};

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
        let sub_verb = invocation.sub_verb.as_deref();
        let row = sub_verb.and_then(|sub| SubVerbRow::find(invocation.verb, sub));
        if let Some(row) = row {
            return Some(invocation::sub_help(row));
        }
        return Some(invocation::help(invocation.verb));
    }
    if invocation.verb == Verb::Options {
        return Some(invocation::global_help());
    }
    let client = invocation.verb == Verb::Version && invocation.flags.switch("client");
    let output = invocation.flags.text("output").unwrap_or_default();
    if client { version::text(output, None).ok() } else { None }
}

/// Whether an invocation is about files of this machine alone, and never asks a cluster.
pub fn is_about_files(invocation: &Invocation) -> bool {
    matches!(invocation.verb, Verb::Config | Verb::Kustomize) && !invocation.flags.switch("help")
}

/// Carries such an invocation out; the exit code is kubectl's.
pub async fn run_about_files(invocation: &Invocation, io: &mut Io) -> u8 {
    let outcome = match invocation.verb {
        Verb::Kustomize => kustomize::run(invocation, Path::new("."), io).await,
        _ => config::run(invocation, io).await,
    };
    match outcome {
        Ok(()) => 0,
        Err(failure) => tell(failure, io).await,
    }
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
    let used = session.cluster.context().unwrap_or_default();
    match asked {
        Some(context) if context != used => Err(Failure::message(format!(
            "context {context:?} is not the one that is in use here ({used:?})"
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
        Verb::Auth => auth::run(invocation, session, io).await,
        Verb::Top => top::run(invocation, session, io).await,
        Verb::Explain => explain::run(invocation, session, io).await,
        Verb::Events => events::run(invocation, session, io).await,
        Verb::ApiResources => api_resources::resources(invocation, session, io).await,
        Verb::ApiVersions => api_resources::versions(invocation, session, io).await,
        Verb::ClusterInfo => cluster_info::run(invocation, session, io).await,
        Verb::Logs => logs::run(invocation, session, io).await,
        Verb::Wait => wait::run(invocation, session, io).await,
        Verb::Annotate => annotate::run(invocation, session, io).await,
        Verb::Patch => patch::run(invocation, session, io).await,
        Verb::PortForward => port_forward::run(invocation, session, io).await,
        Verb::Taint => taint::run(invocation, session, io).await,
        Verb::Cordon | Verb::Uncordon => cordon::run(invocation, session, io).await,
        Verb::Drain => drain::run(invocation, session, io).await,
        Verb::Autoscale => autoscale::run(invocation, session, io).await,
        Verb::Replace => replace::run(invocation, session, io).await,
        Verb::Kustomize => kustomize::run(invocation, &session.directory, io).await,
        Verb::Set => set::run(invocation, session, io).await,
        Verb::Rollout => rollout::run(invocation, session, io).await,
        Verb::Scale => scale::run(invocation, session, io).await,
        // The files of podlab's own process are not those of the shell that asks.
        Verb::Config => Err(Failure::message(
            "`kubectl config` is about the kubeconfig of the shell that it is typed in",
        )),
        other => Err(Failure::message(format!("podlab does not do `kubectl {}`", other.name()))),
    }
}
