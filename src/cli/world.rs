//! What `start` and `test` share: the cluster, the guard, the signals, the end.

use std::future::Future;

use anyhow::Context;

use crate::base::{Exit, safe_line};
use crate::cli::args::{ClusterArguments, WhichCluster};
use crate::cli::guard::{self, Consent};
use crate::cli::printer;
use crate::cluster::{Choice, Cluster, Target, choose};
use crate::engine::{Size, Trace, Unanswered, World};
use crate::sandbox::SandboxOptions;

/// The size of terminals that nobody looks at.
const VIRTUAL_SIZE: Size = Size { columns: 120, rows: 40 };

/// Runs a future to its end. What it leaves running is not waited for.
pub(super) fn block_on(future: impl Future<Output = Exit>) -> Exit {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime.context("start the asynchronous runtime") {
        Ok(runtime) => {
            let exit = runtime.block_on(future);
            runtime.shutdown_background();
            exit
        }
        Err(error) => {
            printer::error(&error);
            Exit::Cluster
        }
    }
}

/// The cluster that the arguments name, allowed to be used; nothing is sent to it yet.
/// `speed`: how many times as fast as real time a simulated one runs.
///
/// # Errors
/// [`Exit::Cluster`] or [`Exit::Usage`], after the reason has been printed.
pub(super) async fn allowed(arguments: &ClusterArguments, speed: u32) -> Result<Cluster, Exit> {
    let target =
        Target { kubeconfig: arguments.kubeconfig.clone(), context: arguments.context.clone() };
    let choice = match arguments.cluster {
        WhichCluster::Auto => Choice::Auto,
        WhichCluster::Context => Choice::Context,
        WhichCluster::Sandbox if target == Target::default() => Choice::Sandbox,
        WhichCluster::Sandbox => {
            printer::err(
                "error: --cluster sandbox is a cluster of its own: leave out --context and \
                 --kubeconfig, or --cluster sandbox\n",
            );
            return Err(Exit::Usage);
        }
    };
    let consent = if arguments.yes { Consent::Given } else { Consent::Ask };
    let options = SandboxOptions { speed, ..SandboxOptions::default() };
    let chosen = choose(choice, &target, &options).await.map_err(refused)?;
    if let Some(why) = chosen.fallback {
        printer::err(&format!("{}\n", safe_line(&why)));
    }
    guard::pass(&chosen.cluster, consent).await.map_err(refused)?;
    Ok(chosen.cluster)
}

/// Prints why a cluster cannot be used.
pub(super) fn refused(error: impl Into<anyhow::Error>) -> Exit {
    printer::error(&error.into());
    Exit::Cluster
}

/// The world of a run on this cluster.
///
/// # Errors
/// The path of this program is not known.
pub(super) fn world(
    cluster: Cluster,
    namespace: Option<&str>,
    unanswered: Unanswered,
) -> Result<World, Exit> {
    let program =
        std::env::current_exe().context("find this program's own path").map_err(refused)?;
    let namespace = namespace.map(str::to_owned);
    Ok(World {
        cluster,
        namespace,
        program,
        size: VIRTUAL_SIZE,
        unanswered,
        trace: Trace::default(),
    })
}
