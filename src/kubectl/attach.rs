//! `kubectl attach`: the process that a container already runs.

use k8s_openapi::api::core::v1::Pod;
use kube::Api;

use super::failure::{Failure, Outcome};
use super::remote::{Ended, Streams};
use super::{Attachment, Io, Session, remote, target};
use crate::cluster::{Write, check};
use crate::invocation::Invocation;

/// What kubectl says before it joins a terminal.
///
/// Source: `kubectl/pkg/cmd/attach/attach.go`, `Run`.
const GREETING: &str = "All commands and output from this session will be recorded in container logs, \
including credentials and sensitive information passed through the command prompt.\n\
If you don't see a command prompt, try pressing enter.\n";

/// Runs the verb.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let Some(asked) = invocation.args.first() else {
        return Err(Failure::message("at least 1 argument is required for attach"));
    };
    let namespace = session.policy.namespace(invocation.flags.text("namespace"));
    let pod = target::pod(session, &namespace, asked).await?;
    let name = pod.metadata.name.clone().unwrap_or_default();
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    if let Some(phase @ ("Succeeded" | "Failed")) = phase {
        return Err(Failure::message(format!(
            "cannot attach a container in a completed pod; current phase is {phase}"
        )));
    }
    let container = target::container(&pod, invocation.flags.text("container"), io).await?;
    let streams = Streams::asked(invocation, io).await?;
    let ended = to(
        session,
        io,
        &pod,
        Joined { container: &container, streams, greet: greeting(invocation) },
    )
    .await?;
    if streams == Streams::Terminal && !invocation.flags.switch("quiet") {
        io.out(&session_ended(&name, &container, &namespace)).await?;
    }
    ended.outcome()
}

/// Whether a person is told that the prompt may be invisible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Greet {
    /// As kubectl does.
    Yes,
    /// `--quiet`.
    No,
}

/// `--quiet` or not.
pub(super) fn greeting(invocation: &Invocation) -> Greet {
    if invocation.flags.switch("quiet") { Greet::No } else { Greet::Yes }
}

/// What is joined, and how.
pub(super) struct Joined<'a> {
    /// The container's name.
    pub(super) container: &'a str,
    /// Which streams.
    pub(super) streams: Streams,
    /// With kubectl's words before it or not.
    pub(super) greet: Greet,
}

/// Attaches to a container of `pod` until it ends.
pub(super) async fn to(
    session: &Session,
    io: &mut Io,
    pod: &Pod,
    joined: Joined<'_>,
) -> Result<Ended, Failure> {
    let name = pod.metadata.name.clone().unwrap_or_default();
    let namespace = pod.metadata.namespace.clone().unwrap_or_default();
    session.policy.allow(&Write {
        action: "attach",
        object: format!("pod/{name}"),
        namespace: Some(&namespace),
        uid: pod.metadata.uid.as_deref(),
    })?;
    if joined.greet == Greet::Yes {
        io.err(GREETING).await?;
    }
    let spec = pod.spec.as_ref().and_then(|spec| {
        spec.containers.iter().find(|container| container.name == joined.container)
    });
    let parameters = match spec.and_then(|container| container.tty) {
        Some(true) => joined.streams.with_its_terminal(joined.container),
        _ => joined.streams.parameters(joined.container),
    };
    let api: Api<Pod> = Api::namespaced(session.cluster.client(), &namespace);
    let process =
        api.attach(&name, &parameters).await.map_err(|error| session.cluster.explain(&error))?;
    let streams = patient(joined.streams, session).await;
    let command = spec.and_then(|container| container.command.clone().or(container.args.clone()));
    let attachment = Attachment {
        pod: name,
        container: joined.container.to_owned(),
        command: command.unwrap_or_default(),
    };
    Ok(remote::join(process, io, streams, remote::Process::Running, attachment).await)
}

/// Input is patient where the server's protocol is old.
///
/// Source: `k8s.io/apimachinery/pkg/util/remotecommand/constants.go`: `v5.channel.k8s.io`
/// came with 1.30.
async fn patient(streams: Streams, session: &Session) -> Streams {
    const CLOSES_STREAMS: u32 = 30;
    if streams != Streams::Input {
        return streams;
    }
    match check(&session.cluster).await {
        Ok(version) if version.minor_number() < CLOSES_STREAMS => Streams::PatientInput,
        _ => Streams::Input,
    }
}

/// Source: `kubectl/pkg/cmd/attach/attach.go`, `reattachMessage`.
pub(super) fn session_ended(pod: &str, container: &str, namespace: &str) -> String {
    format!(
        "Session ended, resume using 'kubectl attach {pod} -c {container} -n {namespace} -i -t' command\n"
    )
}
