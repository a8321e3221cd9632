use super::{Cluster, ConnectError, Target};
use crate::sandbox::SandboxOptions;

/// Where a lab is to run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Choice {
    /// On the cluster of the kubeconfig where there is one, else on a simulated one.
    #[default]
    Auto,
    /// On the cluster of the kubeconfig and nowhere else.
    Context,
    /// On a simulated one.
    Sandbox,
}

/// A cluster, and whether somebody has to be told why it is this one.
#[derive(Debug)]
pub struct Chosen {
    /// The cluster.
    pub cluster: Cluster,
    /// Why it is a simulated one though nobody asked for it.
    pub fallback: Option<String>,
}

/// The cluster that is wanted. A kubeconfig that cannot be used is an error, not a reason
/// to run somewhere else.
///
/// # Errors
/// [`ConnectError`], with a way out.
pub async fn choose(
    choice: Choice,
    target: &Target,
    options: &SandboxOptions,
) -> Result<Chosen, ConnectError> {
    let certain = |cluster| Chosen { cluster, fallback: None };
    match choice {
        Choice::Context => Cluster::connect(target).await.map(certain),
        Choice::Sandbox => Cluster::sandbox(options).await.map(certain),
        Choice::Auto => match Cluster::connect(target).await {
            Err(error) if names_no_cluster(&error) && *target == Target::default() => {
                let cluster = Cluster::sandbox(options).await?;
                Ok(Chosen { cluster, fallback: Some(why(&error)) })
            }
            answer => answer.map(certain),
        },
    }
}

/// Whether there is nothing at all that could be meant.
fn names_no_cluster(error: &ConnectError) -> bool {
    match error {
        ConnectError::NoKubeconfig { .. } => true,
        ConnectError::NoCurrentContext { known } => known.is_empty(),
        _ => false,
    }
}

fn why(error: &ConnectError) -> String {
    match error {
        ConnectError::NoKubeconfig { default } => {
            format!("there is no kubeconfig ({default}), so this runs on a simulated cluster")
        }
        _ => "the kubeconfig names no cluster, so this runs on a simulated one".to_owned(),
    }
}
