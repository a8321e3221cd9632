use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use kube::config::{KubeConfigOptions, Kubeconfig};
use podlab::sandbox::{Sandbox, SandboxOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Runs a test that speaks to a sandbox.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// A sandbox in this process, with a folder of its own.
pub struct Simulated {
    pub sandbox: Sandbox,
    pub folder: tempfile::TempDir,
}

impl Simulated {
    /// Starts one whose clock runs this many times as fast as real time.
    pub async fn start(speed: u32) -> Self {
        let folder = tempfile::Builder::new().prefix("podlab-test-").tempdir().unwrap();
        let parent = Some(folder.path().join("sandboxes"));
        let options = SandboxOptions { port: 0, speed, folder: parent };
        Self { sandbox: Sandbox::start(&options).await.unwrap(), folder }
    }

    /// A client of kube-rs.
    pub async fn client(&self) -> kube::Client {
        let kubeconfig = Kubeconfig::from_yaml(self.sandbox.kubeconfig_text()).unwrap();
        let options = KubeConfigOptions::default();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap();
        kube::Client::try_from(config).unwrap()
    }

    /// A client that says what it likes.
    pub fn raw(&self) -> RawClient {
        RawClient::of(self.sandbox.kubeconfig_text())
    }

    /// A real kubectl, not started yet.
    pub fn kubectl(&self, kubectl: &Path) -> Command {
        let mut command = Command::new(kubectl);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("KUBECONFIG", self.sandbox.kubeconfig())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }
}

/// A client that speaks HTTP/1.1 over TLS in its own words.
#[derive(Clone)]
pub struct RawClient {
    server: String,
    pub token: String,
    tls: TlsConnector,
}

/// An answer, head and body as they came.
#[derive(Debug)]
pub struct RawAnswer {
    pub code: u16,
    pub body: String,
}

impl RawClient {
    /// A client for the cluster of a kubeconfig.
    pub fn of(kubeconfig: &str) -> Self {
        let config: serde_json::Value = serde_yaml::from_str(kubeconfig).unwrap();
        let cluster = &config["clusters"][0]["cluster"];
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let authority = text(&cluster["certificate-authority-data"]);
        let authority = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            authority.as_bytes(),
        );
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&authority.unwrap()).unwrap()).unwrap();
        let config_of_tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            server: text(&cluster["server"]).trim_start_matches("https://").to_owned(),
            token: text(&config["users"][0]["user"]["token"]),
            tls: TlsConnector::from(Arc::new(config_of_tls)),
        }
    }

    /// A connection on which nothing was said yet.
    pub async fn connect(&self) -> TlsStream<TcpStream> {
        let stream = TcpStream::connect(&self.server).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        self.tls.connect(name, stream).await.unwrap()
    }

    /// Says `head` (without the last empty line) and `body`, and hears all that comes back.
    pub async fn say(&self, head: &str, body: &[u8]) -> RawAnswer {
        let mut stream = self.connect().await;
        let length = body.len();
        let head = format!(
            "{head}\r\nHost: sandbox\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // A server that has heard enough answers before it has heard all.
        let _ = stream.write_all(body).await;
        hear(&mut stream).await
    }

    /// The same with the token.
    pub async fn ask(&self, line: &str, body: &[u8]) -> RawAnswer {
        self.say(&self.with_token(line), body).await
    }

    /// A request line with the token below it.
    pub fn with_token(&self, line: &str) -> String {
        format!("{line} HTTP/1.1\r\nAuthorization: Bearer {}", self.token)
    }
}

/// Reads an answer to the end of its connection.
pub async fn hear(stream: &mut TlsStream<TcpStream>) -> RawAnswer {
    let mut bytes = Vec::new();
    // A connection that is broken off has said what it has said.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default();
    RawAnswer { code, body: body.to_owned() }
}

impl RawAnswer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A real kubectl: `PODLAB_E2E_KUBECTL`, else the one on the PATH; none with a line that
/// says what is not run.
pub fn real_kubectl(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("PODLAB_E2E_KUBECTL").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = named.or_else(|| {
        std::env::split_paths(&path).map(|folder| folder.join("kubectl")).find(|p| p.is_file())
    });
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{test}: there is no kubectl");
        eprintln!("not run: {test} (there is no kubectl)");
    }
    found
}

/// What a command printed; it must succeed.
#[track_caller]
pub fn printed(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {stderr}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}
