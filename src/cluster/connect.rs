use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderValue, header};
use jiff::Timestamp;
use kube::config::{
    ExecInteractiveMode, KubeConfigOptions, Kubeconfig, KubeconfigError, NamedAuthInfo,
};
use kube::{Client, Config};

use super::discovery::Catalogue;
use super::request::REQUEST_LIMIT;
use crate::base::nearest;

/// How long the first answer of a server's machine may take.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(5);

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
    /// There is no kubeconfig anywhere.
    #[error(
        "there is no kubeconfig: neither $KUBECONFIG nor {default} says where a cluster is; \
         make a cluster (kind, minikube, k3d, Docker Desktop and others write one) \
         or name a file with --kubeconfig"
    )]
    NoKubeconfig {
        /// Where it would be looked for.
        default: String,
    },
    /// The file that was named does not exist.
    #[error(
        "there is no kubeconfig at {}: check the path given with --kubeconfig or in $KUBECONFIG",
        path.display()
    )]
    MissingFile {
        /// The path.
        path: PathBuf,
    },
    /// The file exists but cannot be opened.
    #[error("read the kubeconfig {}: {source}", path.display())]
    UnreadableFile {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// No such context.
    #[error("{}", unknown_context(wanted, known))]
    UnknownContext {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Several contexts and none of them is the current one.
    #[error("{}", no_current_context(known))]
    NoCurrentContext {
        /// What there is.
        known: Vec<String>,
    },
    /// Anything else in the kubeconfig.
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

fn unknown_context(wanted: &str, known: &[String]) -> String {
    if known.is_empty() {
        return format!("there is no context `{wanted}`: the kubeconfig has none at all");
    }
    let guess = nearest(wanted, known.iter().map(String::as_str))
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default();
    format!("there is no context `{wanted}` in the kubeconfig, only {}{guess}", known.join(", "))
}

fn no_current_context(known: &[String]) -> String {
    if known.is_empty() {
        return "the kubeconfig names no cluster: make a cluster, or name another file with \
                --kubeconfig"
            .to_owned();
    }
    format!(
        "the kubeconfig has no current context: choose one with --context ({})",
        known.join(", ")
    )
}

/// A cluster that a lab runs on. Cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Connected>);

struct Connected {
    client: Client,
    kubeconfig: Kubeconfig,
    context: Option<String>,
    title: String,
    server: String,
    default_namespace: String,
    request_limit: Duration,
    catalogue: Mutex<Option<Arc<Catalogue>>>,
}

impl Cluster {
    /// Reads the kubeconfig and makes a client; nothing is sent to the server yet.
    ///
    /// # Errors
    /// [`ConnectError`] where there is no usable kubeconfig.
    pub async fn connect(target: &Target) -> Result<Self, ConnectError> {
        let mut kubeconfig = read(target.kubeconfig.as_deref())?;
        let context = choose_context(&kubeconfig, target.context.as_deref())?;
        for user in &mut kubeconfig.auth_infos {
            never_ask(user);
        }
        Self::from_kubeconfig(kubeconfig, context).await
    }

    /// Makes a client for a context of a kubeconfig that was read.
    ///
    /// # Errors
    /// [`ConnectError`] where its cluster or user cannot be used.
    pub async fn from_kubeconfig(
        kubeconfig: Kubeconfig,
        context: Option<String>,
    ) -> Result<Self, ConnectError> {
        let options = KubeConfigOptions { context: context.clone(), ..Default::default() };
        let mut config = Config::from_custom_kubeconfig(kubeconfig.clone(), &options)
            .await
            .map_err(|error| ConnectError::Config(Box::new(error)))?;
        // The server's log says who asked, watches and sessions included.
        let agent = HeaderValue::from_static(concat!("podlab/", env!("CARGO_PKG_VERSION")));
        config.headers.push((header::USER_AGENT, agent));
        // kube would repeat 429, 503 and 504 for minutes; a person is waiting.
        config.default_retry = false;
        config.connect_timeout = Some(CONNECT_LIMIT);
        // kube takes HTTPS_PROXY for it and reads NO_PROXY the wrong way round; a
        // proxy that the kubeconfig itself names is another matter.
        if !names_a_proxy(&kubeconfig, context.as_deref()) {
            config.proxy_url = None;
        }
        let server = config.cluster_url.to_string();
        let title = context
            .clone()
            .or_else(|| kubeconfig.current_context.clone())
            .unwrap_or_else(|| server.clone());
        let default_namespace = config.default_namespace.clone();
        let client = Client::try_from(config)
            .map_err(|source| ConnectError::Client { server: server.clone(), source })?;
        Ok(Self(Arc::new(Connected {
            client,
            kubeconfig,
            context,
            title,
            server,
            default_namespace,
            request_limit: REQUEST_LIMIT,
            catalogue: Mutex::new(None),
        })))
    }

    /// What people call it: the context's name.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// The API server's URL.
    pub fn server(&self) -> &str {
        &self.0.server
    }

    /// Host and port of the API server.
    pub fn host(&self) -> String {
        self.0
            .server
            .parse::<http::Uri>()
            .ok()
            .and_then(|uri| uri.authority().map(ToString::to_string))
            .unwrap_or_else(|| self.0.server.clone())
    }

    /// The context that is used, where the kubeconfig has contexts.
    pub fn context(&self) -> Option<&str> {
        self.0.context.as_deref()
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

    pub(super) fn request_limit(&self) -> Duration {
        self.0.request_limit
    }

    /// What discovery found, if it was asked already.
    pub(super) fn discovered(&self) -> Option<Arc<Catalogue>> {
        self.0.catalogue.lock().ok()?.clone()
    }

    pub(super) fn remember(&self, catalogue: &Arc<Catalogue>) {
        if let Ok(mut place) = self.0.catalogue.lock() {
            *place = Some(Arc::clone(catalogue));
        }
    }
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").field("title", &self.0.title).finish_non_exhaustive()
    }
}

fn read(path: Option<&Path>) -> Result<Kubeconfig, ConnectError> {
    let named = path.is_some() || std::env::var_os("KUBECONFIG").is_some_and(|v| !v.is_empty());
    let answer = match path {
        Some(path) => Kubeconfig::read_from(path),
        None => Kubeconfig::read(),
    };
    answer.map_err(|error| match error {
        KubeconfigError::ReadConfig(source, path) => {
            let missing = source.kind() == std::io::ErrorKind::NotFound;
            match (missing, named) {
                (true, true) => ConnectError::MissingFile { path },
                (true, false) => ConnectError::NoKubeconfig { default: path.display().to_string() },
                (false, _) => ConnectError::UnreadableFile { path, source },
            }
        }
        KubeconfigError::FindPath => {
            ConnectError::NoKubeconfig { default: "~/.kube/config".to_owned() }
        }
        other => ConnectError::Config(Box::new(other)),
    })
}

/// The context that is meant: asked for, current, or the only one.
fn choose_context(
    kubeconfig: &Kubeconfig,
    asked: Option<&str>,
) -> Result<Option<String>, ConnectError> {
    let known: Vec<String> = kubeconfig.contexts.iter().map(|c| c.name.clone()).collect();
    let current = kubeconfig.current_context.as_deref().filter(|name| !name.is_empty());
    let Some(wanted) = asked.or(current) else {
        return match known.as_slice() {
            [only] => Ok(Some(only.clone())),
            _ => Err(ConnectError::NoCurrentContext { known }),
        };
    };
    if !known.iter().any(|name| name == wanted) {
        return Err(ConnectError::UnknownContext { wanted: wanted.to_owned(), known });
    }
    Ok(Some(wanted.to_owned()))
}

/// A credential plugin must not read the terminal: a lab's panes own it.
fn never_ask(user: &mut NamedAuthInfo) {
    let plugin = user.auth_info.as_mut().and_then(|info| info.exec.as_mut());
    if let Some(plugin) = plugin
        && plugin.interactive_mode != Some(ExecInteractiveMode::Always)
    {
        plugin.interactive_mode = Some(ExecInteractiveMode::Never);
    }
}

fn names_a_proxy(kubeconfig: &Kubeconfig, context: Option<&str>) -> bool {
    let cluster = kubeconfig
        .contexts
        .iter()
        .find(|c| Some(c.name.as_str()) == context)
        .and_then(|c| c.context.as_ref())
        .map(|c| c.cluster.as_str());
    kubeconfig
        .clusters
        .iter()
        .filter(|c| Some(c.name.as_str()) == cluster)
        .filter_map(|c| c.cluster.as_ref())
        .any(|c| c.proxy_url.as_deref().is_some_and(|url| !url.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_contexts(names: &[&str], current: Option<&str>) -> Kubeconfig {
        let contexts: String = names
            .iter()
            .map(|n| format!("- name: {n}\n  context: {{cluster: c, user: u}}\n"))
            .collect();
        let current = current.map(|c| format!("current-context: {c}\n")).unwrap_or_default();
        let list = if names.is_empty() {
            "contexts: []\n".to_owned()
        } else {
            format!("contexts:\n{contexts}")
        };
        Kubeconfig::from_yaml(&format!("{list}{current}")).unwrap()
    }

    #[test]
    fn a_context_that_does_not_exist_is_told_with_those_that_do() {
        let config = with_contexts(&["kind-dev", "prod"], Some("prod"));
        assert_eq!(choose_context(&config, None).unwrap().as_deref(), Some("prod"));
        insta::assert_snapshot!(
            choose_context(&config, Some("kind-dve")).unwrap_err(),
            @"there is no context `kind-dve` in the kubeconfig, only kind-dev, prod; did you mean `kind-dev`?"
        );
    }

    #[test]
    fn without_a_current_context_the_only_one_is_taken() {
        let only = with_contexts(&["kind-dev"], None);
        assert_eq!(choose_context(&only, None).unwrap().as_deref(), Some("kind-dev"));
        insta::assert_snapshot!(
            choose_context(&with_contexts(&["a", "b"], None), None).unwrap_err(),
            @"the kubeconfig has no current context: choose one with --context (a, b)"
        );
        insta::assert_snapshot!(
            choose_context(&with_contexts(&[], None), None).unwrap_err(),
            @"the kubeconfig names no cluster: make a cluster, or name another file with --kubeconfig"
        );
    }

    #[test]
    fn a_missing_file_is_told_with_its_path() {
        let error = read(Some(Path::new("/nonexistent/config"))).unwrap_err();
        insta::assert_snapshot!(
            error,
            @"there is no kubeconfig at /nonexistent/config: check the path given with --kubeconfig or in $KUBECONFIG"
        );
    }

    #[test]
    fn plugins_do_not_read_the_terminal() {
        let text = "users:\n- name: u\n  user:\n    exec: {command: x, apiVersion: v1}\n";
        let mut config = Kubeconfig::from_yaml(text).unwrap();
        never_ask(&mut config.auth_infos[0]);
        let plugin = config.auth_infos[0].auth_info.as_ref().unwrap().exec.as_ref().unwrap();
        assert_eq!(plugin.interactive_mode, Some(ExecInteractiveMode::Never));
    }
}
