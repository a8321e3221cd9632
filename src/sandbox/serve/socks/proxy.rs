use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::message::{
    LONGEST, NO_PASSWORD, NO_WAY_IN, Outcome, Read, Target, greeting, reply, request,
};
use crate::sandbox::serve::pump::{pump, until_gone};
use crate::sandbox::serve::simulation::Simulation;
use crate::sandbox::serve::tasks::Tasks;
use crate::sandbox::world::Dial;

/// How many connections there may be at once, so that silent ones do not use up the
/// files that the API server needs; others wait.
const MOST_CONNECTIONS: usize = 512;
/// How long a client may take to say where it wants to go.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes connections until it is dropped.
pub(in crate::sandbox::serve) async fn serve(
    listener: TcpListener,
    simulation: Arc<Simulation>,
    tasks: Tasks,
) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let simulation = Arc::clone(&simulation);
                tasks.spawn(async move {
                    let _place = place;
                    // Whatever goes wrong with one connection ends that connection.
                    let _ = connection(stream, &simulation).await;
                });
            }
            // Too many open files: some of them will be closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(mut stream: TcpStream, simulation: &Simulation) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let asked = timeout(PATIENCE, asked(&mut stream)).await;
    let Ok(Some(target)) = asked.unwrap_or(Ok(None)) else { return Ok(()) };
    match target {
        Target::Address(to) if to.ip().is_loopback() => on_this_machine(stream, to).await,
        Target::Name(name, port) if name == "localhost" => {
            on_this_machine(stream, SocketAddr::new(IpAddr::from([127, 0, 0, 1]), port)).await
        }
        Target::Name(..) => refuse(stream, Outcome::HostUnreachable).await,
        Target::Address(to) => in_the_cluster(stream, to, simulation).await,
    }
}

/// Reads the greeting and the request; none where the client is gone or was refused.
async fn asked(stream: &mut TcpStream) -> std::io::Result<Option<Target>> {
    let mut bytes = Vec::new();
    let without_password = read(stream, &mut bytes, greeting).await?;
    match without_password {
        Some(true) => stream.write_all(&NO_PASSWORD).await?,
        Some(false) => {
            stream.write_all(&NO_WAY_IN).await?;
            return Ok(None);
        }
        None => return Ok(None),
    }
    read(stream, &mut bytes, request).await
}

/// Reads until `parse` has what it needs; what follows stays in `bytes`.
async fn read<T>(
    stream: &mut TcpStream,
    bytes: &mut Vec<u8>,
    parse: impl Fn(&[u8]) -> Read<T>,
) -> std::io::Result<Option<T>> {
    loop {
        match parse(bytes) {
            Read::Done(value, length) => {
                bytes.drain(..length);
                return Ok(Some(value));
            }
            Read::Bad(outcome) => {
                stream.write_all(&reply(outcome)).await?;
                return Ok(None);
            }
            Read::More if bytes.len() > 2 * LONGEST => return Ok(None),
            Read::More => {
                if stream.read_buf(bytes).await? == 0 {
                    return Ok(None);
                }
            }
        }
    }
}

async fn refuse(mut stream: TcpStream, outcome: Outcome) -> std::io::Result<()> {
    stream.write_all(&reply(outcome)).await?;
    stream.shutdown().await
}

/// Loopback is the person's own machine: the API server is there.
async fn on_this_machine(mut stream: TcpStream, to: SocketAddr) -> std::io::Result<()> {
    match TcpStream::connect(to).await {
        Ok(mut there) => {
            stream.write_all(&reply(Outcome::Connected)).await?;
            tokio::io::copy_bidirectional(&mut stream, &mut there).await.map(drop)
        }
        Err(_) => refuse(stream, Outcome::Refused).await,
    }
}

async fn in_the_cluster(
    mut stream: TcpStream,
    to: SocketAddr,
    simulation: &Simulation,
) -> std::io::Result<()> {
    match simulation.with(|world, _| world.dial(to)) {
        Dial::Connected(connection) => {
            stream.write_all(&reply(Outcome::Connected)).await?;
            pump(stream, connection, simulation).await
        }
        Dial::Refused => refuse(stream, Outcome::Refused).await,
        Dial::Unreachable => refuse(stream, Outcome::NetworkUnreachable).await,
        // Nothing says no: the client's own patience ends it, in the client's own words.
        Dial::Silent => until_gone(stream).await,
    }
}
