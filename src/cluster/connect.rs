use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// Which cluster to use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// A kubeconfig file; default: `$KUBECONFIG`, then `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// A context of it; default: its current one.
    pub context: Option<String>,
}

/// Why a cluster cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No usable kubeconfig, or no such context in it.
    #[error("read the kubeconfig: {0}")]
    Config(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The client could not be built.
    #[error("make a client for {server}: {source}")]
    Client {
        /// The server's URL.
        server: String,
        /// What went wrong.
        source: kube::Error,
    },
}

/// A cluster that a lab runs on. Cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Connected>);

struct Connected {
    client: Client,
    kubeconfig: Kubeconfig,
    title: String,
    server: String,
    default_namespace: String,
}

impl Cluster {
    /// Reads the kubeconfig and makes a client; nothing is sent to the server yet.
    ///
    /// # Errors
    /// [`ConnectError`] where there is no usable kubeconfig.
    pub async fn connect(target: &Target) -> Result<Self, ConnectError> {
        let config_error =
            |error: kube::config::KubeconfigError| ConnectError::Config(Box::new(error));
        let kubeconfig = match &target.kubeconfig {
            Some(path) => Kubeconfig::read_from(path),
            None => Kubeconfig::read(),
        }
        .map_err(config_error)?;
        let options = KubeConfigOptions { context: target.context.clone(), ..Default::default() };
        let mut config = Config::from_custom_kubeconfig(kubeconfig.clone(), &options)
            .await
            .map_err(config_error)?;
        // kube would repeat 429, 503 and 504 for minutes; a person is waiting.
        config.default_retry = false;
        let server = config.cluster_url.to_string();
        let title = target
            .context
            .clone()
            .or_else(|| kubeconfig.current_context.clone())
            .unwrap_or_else(|| server.clone());
        let default_namespace = config.default_namespace.clone();
        let client = Client::try_from(config)
            .map_err(|source| ConnectError::Client { server: server.clone(), source })?;
        Ok(Self(Arc::new(Connected { client, kubeconfig, title, server, default_namespace })))
    }

    /// What people call it: the context's name.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// The API server's URL.
    pub fn server(&self) -> &str {
        &self.0.server
    }

    /// The namespace of the context.
    pub fn default_namespace(&self) -> &str {
        &self.0.default_namespace
    }

    /// A client; clones share their connections.
    pub fn client(&self) -> Client {
        self.0.client.clone()
    }

    /// The kubeconfig that it came from, for the run's private one.
    pub fn kubeconfig(&self) -> &Kubeconfig {
        &self.0.kubeconfig
    }

    /// The cluster's clock: the only one that ages are computed with.
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// What programs on the host need in their environment to reach this cluster's network.
    pub fn environment(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").field("title", &self.0.title).finish_non_exhaustive()
    }
}
