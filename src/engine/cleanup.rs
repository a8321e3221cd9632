//! Removes what a run made.

use std::path::Path;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::cluster::{Cluster, remove_run_namespace};
use crate::engine::start::Ready;
use crate::engine::state::name_of;
use crate::engine::{Ending, Event, Trace, work};

/// How long a namespace may take to be gone.
const GONE: Duration = Duration::from_secs(120);

/// What is left of a run.
#[derive(Debug, Default)]
pub(super) struct Remains {
    /// In words, each with its reason.
    pub(super) left: Vec<String>,
}

/// Removes the namespace or, in one that was given, what the run made there.
pub(super) async fn remains(ready: &Ready, ending: Ending, emit: &mpsc::Sender<Event>) -> Remains {
    let started = &ready.started;
    let made = ready.policy.made_objects();
    let left = match (ending, started.owned) {
        (Ending::Keep, true) => {
            vec![format!(
                "namespace {0}, as asked; `podlab clean {0}` removes it",
                started.namespace
            )]
        }
        (Ending::Keep, false) => {
            made.iter().map(|object| format!("{}, as asked", name_of(object))).collect()
        }
        (Ending::CleanUp, true) => {
            let what = format!("namespace {}", started.namespace);
            let _ = emit.send(Event::CleaningUp { what }).await;
            remove_namespace(&ready.cluster, &started.namespace).await
        }
        (Ending::CleanUp, false) if made.is_empty() => Vec::new(),
        (Ending::CleanUp, false) => {
            let names: Vec<String> = made.iter().map(name_of).collect();
            let _ = emit.send(Event::CleaningUp { what: names.join(", ") }).await;
            work::remove(&ready.cluster, &ready.policy, made).await
        }
    };
    Remains { left }
}

/// Removes what a run has left that ended without its own clean-up (a panic, a second
/// Ctrl-C): its namespace, where it was made for it, else what it made there; and its
/// folder. Says what is still there.
pub async fn remove_remains(cluster: &Cluster, trace: &Trace) -> Vec<String> {
    let traced = trace.traced();
    if let Some(folder) = traced.folder.filter(|folder| is_ours(folder)) {
        let _ = std::fs::remove_dir_all(folder);
    }
    match (traced.namespace, traced.policy) {
        (Some(name), _) => remove_namespace(cluster, &name).await,
        (None, Some(policy)) => work::remove(cluster, &policy, policy.made_objects()).await,
        (None, None) => Vec::new(),
    }
}

fn is_ours(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("podlab-"))
}

async fn remove_namespace(cluster: &Cluster, name: &str) -> Vec<String> {
    match remove_run_namespace(cluster, name, GONE).await {
        Ok(()) => Vec::new(),
        Err(reason) => {
            vec![format!("namespace {name} ({reason}); `podlab clean {name}` removes it")]
        }
    }
}
