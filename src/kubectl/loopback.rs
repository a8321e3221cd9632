//! For tests: a server on loopback that answers as it is told, and a verb run against it.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use kube::config::Kubeconfig;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{Io, OpenFiles, Session, run_line};
use crate::cluster::{Cluster, Policy, Unguarded};

/// One answer: the status and the body. A body of several lines is a stream that ends.
pub(super) type Answer = (u16, String);

/// A server that gives its answers in order, one a request, and keeps what was asked.
pub(super) struct Loopback {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

/// What a verb printed, and its exit code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) code: u8,
}

/// An answer in JSON.
pub(super) fn ok(value: &Value) -> Answer {
    (200, value.to_string())
}

/// The events of a watch that the server then drops.
pub(super) fn events(values: &[Value]) -> Answer {
    (200, values.iter().map(|value| value.to_string() + "\n").collect())
}

impl Loopback {
    pub(super) async fn answering(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            // One connection a request, so that the order is the requests' own.
            for (status, body) in answers {
                let Ok((mut stream, _)) = listener.accept().await else { return };
                let request = request_of(&mut stream).await;
                log.lock().unwrap().push(request);
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\
                     Content-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all((head + &body).as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, asked }
    }

    /// `GET /api/v1/pods`, one a request, in order.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) async fn cluster(&self) -> Cluster {
        let text = format!(
            "clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:{}'}}}}]\n\
             users: [{{name: u, user: {{}}}}]\n\
             contexts: [{{name: dev, context: {{cluster: c, user: u, \
             extensions: [{{name: podlab-sandbox, extension: {{}}}}]}}}}]\n\
             current-context: dev\n",
            self.port
        );
        let kubeconfig = Kubeconfig::from_yaml(&text).unwrap();
        Cluster::from_kubeconfig(kubeconfig, Some("dev".to_owned())).await.unwrap()
    }

    /// Runs a command line outside of a run, in namespace `lab`.
    pub(super) async fn run(&self, line: &str) -> Printed {
        self.run_with(line, Arc::new(Unguarded { namespace: "lab".to_owned() }), "").await
    }

    /// Runs a command line under a policy, with this standard input.
    pub(super) async fn run_with(
        &self,
        line: &str,
        policy: Arc<dyn Policy>,
        stdin: &str,
    ) -> Printed {
        let session =
            Session { cluster: self.cluster().await, policy, directory: std::env::temp_dir() };
        let (stdout, stderr) = (Kept::default(), Kept::default());
        let (_cancel, cancelled) = watch::channel(false);
        let mut io = Io {
            open_files: OpenFiles::Here,
            stdin: Box::new(std::io::Cursor::new(stdin.as_bytes().to_vec())),
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
            terminal: None,
            cancelled,
        };
        let argv: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let code = run_line(&argv, &session, &mut io).await;
        Printed { stdout: stdout.text(), stderr: stderr.text(), code }
    }
}

async fn request_of(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, value)| value.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if body.len() >= length {
                let line = head.lines().next().unwrap_or_default();
                return line.trim_end_matches(" HTTP/1.1").to_owned();
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => bytes.extend_from_slice(&buffer[..count]),
            _ => return String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

/// A sink that keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl AsyncWrite for Kept {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
