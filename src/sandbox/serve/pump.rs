use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::simulation::Simulation;
use crate::sandbox::world::ConnectionId;

/// How much is taken from the host at once.
const MOST: usize = 64 * 1024;

/// Carries bytes between a stream of the host and a socket in a container until both
/// directions are closed, or one is broken.
pub(super) async fn pump(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    connection: ConnectionId,
    simulation: &Simulation,
) -> std::io::Result<()> {
    // A client that is gone hangs up in the container, however this future ends.
    let _guard = HangUp { connection, simulation };
    let (mut from_host, mut to_host) = tokio::io::split(stream);
    let mut activity = simulation.activity();
    let mut bytes = vec![0; MOST];
    let mut open = true;
    loop {
        let received = simulation.look(|world, _| world.take(connection));
        if !received.bytes.is_empty() {
            to_host.write_all(&received.bytes).await?;
        }
        if received.closed {
            return to_host.shutdown().await;
        }
        tokio::select! {
            count = from_host.read(&mut bytes), if open => match count? {
                // The other direction may still have something to say.
                0 => {
                    open = false;
                    simulation.with(|world, now| world.end_writing(connection, now));
                }
                count => {
                    let sent = bytes.get(..count).unwrap_or_default();
                    simulation.with(|world, now| world.write(connection, sent, now));
                }
            },
            _ = activity.changed() => {}
        }
    }
}

/// Waits until the client is gone; what it sends meanwhile is lost.
pub(super) async fn until_gone(mut stream: impl AsyncRead + Unpin) -> std::io::Result<()> {
    let mut bytes = [0; 1024];
    while stream.read(&mut bytes).await? > 0 {}
    Ok(())
}

struct HangUp<'a> {
    connection: ConnectionId,
    simulation: &'a Simulation,
}

impl Drop for HangUp<'_> {
    fn drop(&mut self) {
        self.simulation.with(|world, now| world.hang_up(self.connection, now));
    }
}
