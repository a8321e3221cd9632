//! `kubectl exec`: a command in a container.

use k8s_openapi::api::core::v1::Pod;
use kube::Api;

use super::failure::{Failure, Outcome};
use super::remote::{Ended, Streams};
use super::{Attachment, Io, Session, remote, target};
use crate::cluster::Write;
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/exec/exec.go`, `Complete`, `Validate` and `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let (asked, command) = operands(invocation)?;
    let namespace = session.policy.namespace(invocation.flags.text("namespace"));
    let pod = target::pod(session, &namespace, asked).await?;
    let name = pod.metadata.name.clone().unwrap_or_default();
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    if let Some(phase @ ("Succeeded" | "Failed")) = phase {
        return Err(Failure::message(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        )));
    }
    session.policy.allow(&Write {
        action: "exec",
        object: format!("pod/{name}"),
        namespace: Some(&namespace),
        uid: pod.metadata.uid.as_deref(),
    })?;
    let container = target::container(&pod, invocation.flags.text("container"), io).await?;
    let streams = Streams::asked(invocation, io).await?;
    let api: Api<Pod> = Api::namespaced(session.cluster.client(), &namespace);
    let process = api
        .exec(&name, command.iter().map(String::as_str), &streams.parameters(&container))
        .await
        .map_err(|error| session.cluster.explain(&error))?;
    let attachment = Attachment { pod: name, container, command: command.to_vec() };
    let ended = remote::join(process, io, streams, remote::Process::New, attachment).await;
    match ended {
        Ended::Code(code @ 1..) => {
            Err(Failure::Plain(format!("command terminated with exit code {code}"), code))
        }
        other => other.outcome(),
    }
}

/// The target, and the command after `--`.
fn operands(invocation: &Invocation) -> Result<(&str, &[String]), Failure> {
    let Some(target) = invocation.args.first() else {
        return Err(Failure::message("pod, type/name or --filename must be specified"));
    };
    match (&invocation.command, invocation.args.len()) {
        (Some(command), 1) if !command.is_empty() => Ok((target, command)),
        (None, 2..) => Err(Failure::message(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples",
        )),
        _ => Err(Failure::message("you must specify at least one command for the container")),
    }
}
