//! `podlab clean`: what runs that could not clean up have left in the cluster.

use std::time::Duration;

use crate::base::{Exit, safe_line};
use crate::cli::args::{Clean, WhichCluster};
use crate::cli::leftovers;
use crate::cli::printer;
use crate::cli::world::{allowed, block_on, refused};
use crate::cluster::{Cluster, RequestError, check, remove_run_namespace, run_namespaces};

/// How long a namespace may take to be gone.
const GONE: Duration = Duration::from_secs(90);

/// Lists the namespaces that carry the label of a run; removes those that are named, or all.
pub(super) fn run(arguments: &Clean) -> Exit {
    for folder in leftovers::remove(&std::env::temp_dir()) {
        printer::out(&format!("removed {}\n", safe_line(&folder.display().to_string())));
    }
    block_on(async {
        match clean(arguments).await {
            Ok(exit) | Err(exit) => exit,
        }
    })
}

async fn clean(arguments: &Clean) -> Result<Exit, Exit> {
    let mut wanted = arguments.cluster.clone();
    match wanted.cluster {
        WhichCluster::Sandbox => return Err(nothing_to_clean()),
        WhichCluster::Auto | WhichCluster::Context => wanted.cluster = WhichCluster::Context,
    }
    let cluster = allowed(&wanted, 1).await?;
    check(&cluster).await.map_err(refused)?;
    let found = run_namespaces(&cluster).await.map_err(|error| refused(cannot_list(&error)))?;
    let wanted = |name: &str| {
        arguments.namespaces.is_empty() || arguments.namespaces.iter().any(|asked| asked == name)
    };
    let found: Vec<_> = found.into_iter().filter(|(name, ..)| wanted(name)).collect();
    for asked in &arguments.namespaces {
        if !found.iter().any(|(name, ..)| name == asked) {
            printer::err(&format!("{}: no run made a namespace of this name\n", safe_line(asked)));
        }
    }
    if found.is_empty() {
        printer::out(&format!("nothing to remove on {}\n", safe_line(cluster.title())));
        return Ok(Exit::Passed);
    }
    if !arguments.all && arguments.namespaces.is_empty() {
        printer::out("These namespaces were made by runs, perhaps by one that still goes on:\n");
        for (name, _, lab) in &found {
            printer::out(&format!("  {} ({})\n", safe_line(name), safe_line(lab)));
        }
        printer::out("Name those to remove, or remove them all with --all.\n");
        return Ok(Exit::Passed);
    }
    let mut exit = Exit::Passed;
    for (name, ..) in found {
        exit = remove(&cluster, &name, exit).await;
    }
    Ok(exit)
}

fn nothing_to_clean() -> Exit {
    printer::err(
        "error: a simulated cluster is gone with the run that started it, and nothing of it can \
         be left; leave --cluster out to look at the cluster of your kubeconfig\n",
    );
    Exit::Usage
}

async fn remove(cluster: &Cluster, name: &str, before: Exit) -> Exit {
    match remove_run_namespace(cluster, name, GONE).await {
        Ok(()) => {
            printer::out(&format!("removed {}\n", safe_line(name)));
            before
        }
        Err(error) => {
            printer::err(&format!("{}: {error}\n", safe_line(name)));
            Exit::StepFailed
        }
    }
}

fn cannot_list(error: &RequestError) -> anyhow::Error {
    anyhow::anyhow!(
        "look for namespaces of runs: {error}; this needs the right to list namespaces in the whole cluster"
    )
}
