use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use super::certificate::{Credentials, TlsError};
use super::clock::Clock;
use super::faults::{Fault, Faults};
use super::kubeconfig::{host_environment, kubeconfig, proxy_url};
use super::private_folder::{FolderError, PrivateFolder, default_parent};
use super::service::Served;
use super::simulation::{Simulation, drive};
use super::tasks::Tasks;
use super::{server, socks};
use crate::sandbox::images::{ImageError, Images};
use crate::sandbox::world::World;

/// How a simulated cluster is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxOptions {
    /// The port of the API server on loopback; 0: any that is free.
    pub port: u16,
    /// How many times as fast as real time its clock runs.
    pub speed: u32,
    /// Where kubeconfigs of sandboxes are; none: a private folder of the user.
    pub folder: Option<PathBuf>,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self { port: 0, speed: 1, folder: None }
    }
}

/// Why a simulated cluster does not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Its kubeconfig has no place.
    #[error("start the simulated cluster: {0}")]
    Folder(#[from] FolderError),
    /// The images that it knows cannot be read.
    #[error("start the simulated cluster: {0}")]
    Images(#[from] ImageError),
    /// It has no keys.
    #[error("start the simulated cluster: {0}")]
    Tls(#[from] TlsError),
    /// It cannot listen.
    #[error(
        "start the simulated cluster: listen at {address}: {source}; another program may have \
         that port, leave --port out for any that is free"
    )]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
}

/// A simulated cluster that runs in this process, until this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    kubeconfig: PathBuf,
    kubeconfig_text: String,
    server: SocketAddr,
    proxy: SocketAddr,
    served: Arc<Served>,
    running: Vec<AbortHandle>,
    folder: Mutex<Option<PrivateFolder>>,
}

impl Sandbox {
    /// Starts one; when this returns, it answers. Needs a tokio runtime around it.
    ///
    /// # Errors
    /// [`SandboxError`].
    pub async fn start(options: &SandboxOptions) -> Result<Self, SandboxError> {
        raise_file_limit();
        let folder = PrivateFolder::make(&options.folder.clone().unwrap_or_else(default_parent))?;
        let clock = Clock::running(options.speed);
        let credentials = Credentials::new(Timestamp::now())?;
        let api = listen(options.port)?;
        let proxy = listen(0)?;
        let (server, proxy_address) = (address(&api)?, address(&proxy)?);
        let text = kubeconfig(server, proxy_address, &credentials.authority, &credentials.token);
        let world = World::new(Images::shipped()?, &credentials.authority, clock.now());
        let simulation = Arc::new(Simulation::new(world, clock));
        let served = Arc::new(Served {
            simulation: Arc::clone(&simulation),
            faults: Faults::default(),
            tasks: Tasks::default(),
            token: credentials.token,
        });
        let tls = TlsAcceptor::from(credentials.server);
        let tasks = served.tasks.clone();
        let running = vec![
            tokio::spawn(drive(Arc::clone(&simulation))).abort_handle(),
            tokio::spawn(server::serve(api, tls, Arc::clone(&served))).abort_handle(),
            tokio::spawn(socks::serve(proxy, simulation, tasks)).abort_handle(),
        ];
        Ok(Self {
            kubeconfig: folder.write("kubeconfig", &text)?,
            kubeconfig_text: text,
            server,
            proxy: proxy_address,
            served,
            running,
            folder: Mutex::new(Some(folder)),
        })
    }

    /// The path of a kubeconfig that reaches it; only the user can read it.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// What stands in that file.
    pub fn kubeconfig_text(&self) -> &str {
        &self.kubeconfig_text
    }

    /// The address of its API server.
    pub fn server(&self) -> SocketAddr {
        self.server
    }

    /// The address of the SOCKS5 proxy that leads into its network.
    pub fn proxy(&self) -> SocketAddr {
        self.proxy
    }

    /// What programs on the host need in their environment to reach its network.
    pub fn environment(&self) -> Vec<(String, String)> {
        host_environment(&proxy_url(self.proxy))
    }

    /// What time it is in it.
    pub fn now(&self) -> Timestamp {
        self.served.simulation.clock().now()
    }

    /// Lets something go wrong, for tests.
    pub fn set_fault(&self, fault: Fault) {
        self.served.faults.set(fault);
    }

    /// Ends it: nobody is served any more, and its kubeconfig is gone. Dropping it does the
    /// same; this is for those who cannot be sure to hold the last of several owners.
    pub fn stop(&self) {
        for task in &self.running {
            task.abort();
        }
        self.served.tasks.end();
        self.folder.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
    }
}

fn listen(port: u16) -> Result<tokio::net::TcpListener, SandboxError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    server::listen(address).map_err(|source| SandboxError::Listen { address, source })
}

fn address(listener: &tokio::net::TcpListener) -> Result<SocketAddr, SandboxError> {
    let unknown = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    listener.local_addr().map_err(|source| SandboxError::Listen { address: unknown, source })
}

/// A client per connection and some hundred clients are more than many systems allow a
/// program at first; all allow it to ask for more.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const WANTED: u64 = 16_384;
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    if limit.current.is_some_and(|current| current < most) {
        // Where it is refused, the first limit holds.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: limit.maximum });
    }
}
