use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::patient::Patient;
use super::service::{Served, answer};

/// How many clients are served at once; others wait until one goes.
const MOST_CONNECTIONS: usize = 8192;
/// How long a client may take for its part of the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a connection may wait for its next request. Clients keep idle ones for 90
/// seconds, and should be the ones who close.
const IDLE: Duration = Duration::from_secs(120);
/// How long a client may take nothing of an answer.
const UNREAD: Duration = Duration::from_secs(60);

/// Listens at an address of this machine.
///
/// # Errors
/// The port is taken, or this is no address of this machine.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // So that a port that was chosen can be had again at once.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

/// Serves the API until it is dropped; then every connection is gone.
pub(super) async fn serve(listener: TcpListener, tls: TlsAcceptor, served: Arc<Served>) {
    let mut refusing = served.faults.refusing();
    let Ok(address) = listener.local_addr() else { return };
    let mut listener = Some(listener);
    loop {
        if *refusing.borrow_and_update() {
            listener = None;
            if refusing.changed().await.is_err() {
                return;
            }
            continue;
        }
        let open = match listener.take().map_or_else(|| listen(address), Ok) {
            Ok(open) => open,
            // The port is not free yet.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        tokio::select! {
            () = accept(&open, &tls, &served) => {}
            changed = refusing.changed() => if changed.is_err() { return },
        }
        listener = Some(open);
    }
}

/// Takes connections for ever. They are gone when this future is.
async fn accept(listener: &TcpListener, tls: &TlsAcceptor, served: &Arc<Served>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, tls.clone(), Arc::clone(served), place));
                }
                // Too many open files: some of them will be closed.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(
    stream: TcpStream,
    tls: TlsAcceptor,
    served: Arc<Served>,
    _place: OwnedSemaphorePermit,
) {
    // Small answers shall not wait for others.
    let _ = stream.set_nodelay(true);
    let stream = Patient::new(stream, UNREAD);
    let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await else { return };
    let service = service_fn(move |request| answer(Arc::clone(&served), request));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // A client that breaks off is no error of ours.
    let _ = serving.await;
}
