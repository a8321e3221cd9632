//! What a run does with its cluster besides what the lab's commands do.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::Value;
use tokio::process::Command;

use crate::base::plain_text;
use crate::cluster::{ApiRequest, Cluster, ObjectRef, Policy, RunPolicy, remove_object};
use crate::engine::Output;
use crate::engine::capture::field_of;
use crate::engine::input::Answer;
use crate::engine::relay::{Decision, Executor, Fallback};
use crate::engine::state::name_of;
use crate::engine::terminal::ShellSpec;
use crate::invocation;
use crate::kubectl::{self, Io, Session};

/// How long an object may take to be gone.
const GONE: Duration = Duration::from_secs(60);
/// How long a hidden check may take.
const CHECK: Duration = Duration::from_secs(60);

/// Carries out what `kubectl` in the run's shells asks for.
pub(super) struct Verbs {
    pub(super) cluster: Cluster,
    pub(super) policy: Arc<RunPolicy>,
}

impl Executor for Verbs {
    fn run(&self, arguments: Vec<String>, directory: PathBuf, io: Io) -> BoxFuture<'static, u8> {
        let policy: Arc<dyn Policy> = self.policy.clone();
        let session = Session { cluster: self.cluster.clone(), policy, directory };
        Box::pin(async move {
            let mut io = io;
            kubectl::run_line(&arguments, &session, &mut io).await
        })
    }

    fn decide(&self, arguments: &[String]) -> Decision {
        // What cannot be understood is told as kubectl tells it.
        let Ok(invocation) = invocation::parse(arguments) else { return Decision::Own };
        let Err(not) = invocation::native(&invocation) else { return Decision::Own };
        let namespace = self.policy.namespace(None);
        match invocation::hand_over(arguments, &invocation, &namespace) {
            Ok(arguments) => Decision::HandOver(Fallback { reason: not.what, arguments }),
            Err(kept) => Decision::Refused(kept.to_string()),
        }
    }
}

/// The fields of objects, in their order.
pub(super) async fn fields(cluster: &Cluster, namespace: &str, wanted: Vec<[String; 3]>) -> Answer {
    let mut found = Vec::new();
    for [kind, name, path] in wanted {
        match object(cluster, namespace, &kind, &name).await {
            Ok(object) => found.push(field_of(&object, &path)),
            Err(reason) => return Answer::Fields(Err(reason)),
        }
    }
    Answer::Fields(Ok(found))
}

async fn object(
    cluster: &Cluster,
    namespace: &str,
    kind: &str,
    name: &str,
) -> Result<Value, String> {
    let kind = cluster.kind_called(kind).await.map_err(|error| error.to_string())?;
    let request = ApiRequest::get(kind.object_path(Some(namespace), name));
    cluster.json(&request).await.map_err(|error| error.to_string())
}

/// Runs a hidden command in a shell of its own.
pub(super) async fn check(shell: &ShellSpec, directory: PathBuf, command: String) -> Answer {
    let output = Command::new(shell.shell.program())
        .arg("-c")
        .arg(&command)
        .envs(shell.environment.iter().cloned())
        .env_remove("BASH_ENV")
        .env_remove("ENV")
        .current_dir(directory)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let (exit, text) = match tokio::time::timeout(CHECK, output).await {
        Ok(Ok(output)) => {
            let text = [output.stdout, output.stderr].concat();
            (output.status.code().unwrap_or(129), plain_text(&text))
        }
        Ok(Err(error)) => (127, error.to_string()),
        Err(_) => (124, "no answer in time".to_owned()),
    };
    Answer::Checked(exit, Output { text, lines_dropped: 0 })
}

/// Deletes objects, the latest first, and says what is still there.
pub(super) async fn remove(
    cluster: &Cluster,
    policy: &RunPolicy,
    objects: Vec<ObjectRef>,
) -> Vec<String> {
    let removals = objects.into_iter().rev().map(|object| async move {
        match remove_object(cluster, &object, GONE).await {
            Ok(()) => {
                policy.removed(&object);
                None
            }
            Err(reason) => Some(format!("{} ({reason})", name_of(&object))),
        }
    });
    futures::future::join_all(removals).await.into_iter().flatten().collect()
}
