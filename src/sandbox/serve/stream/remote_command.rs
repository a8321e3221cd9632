use super::channel::{self, STATUS, STDERR, STDOUT, Said, said};
use super::websocket::{self, Socket};
use crate::sandbox::api::Connect;
use crate::sandbox::process::{Chunk, Stream};
use crate::sandbox::serve::simulation::Simulation;
use crate::sandbox::world::{Heard, RemoteSession};

/// Connects a client with a program in a container until one of them ends.
pub(super) async fn serve(mut socket: Socket, connect: &Connect, simulation: &Simulation) {
    let mut activity = simulation.activity();
    let session = match simulation.with(|world, now| world.open_session(connect, now)) {
        Ok(session) => Session { session, simulation },
        Err(status) => {
            let words = channel::failed(&status).to_string();
            let _ = websocket::send(&mut socket, STATUS, words.as_bytes()).await;
            return websocket::close(socket).await;
        }
    };
    // An empty message tells the client that the other side is there.
    // Source: `kubelet/pkg/cri/streaming/remotecommand/websocket.go`, `createWebSocketStreams`.
    let first = if connect.stdout { STDOUT } else { STDERR };
    let mut open = websocket::send(&mut socket, first, b"").await.is_ok();
    while open {
        let Heard { output, exit_code } = session.hear();
        if pass_on(&mut socket, connect, &output).await.is_err() {
            return;
        }
        if let Some(code) = exit_code {
            let status = channel::ended(&connect.command, code).to_string();
            let _ = websocket::send(&mut socket, STATUS, status.as_bytes()).await;
            return websocket::close(socket).await;
        }
        tokio::select! {
            message = websocket::next(&mut socket) => match message {
                Some(message) => session.say(&said(&message)),
                None => open = false,
            },
            changed = activity.changed() => open = changed.is_ok(),
        }
    }
}

/// Sends what was written on the channels that the client asked for.
async fn pass_on(
    socket: &mut Socket,
    connect: &Connect,
    output: &[Chunk],
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    /// As much as a kubelet sends at once.
    const MOST: usize = 32 * 1024;
    for chunk in output {
        let (wanted, channel) = match chunk.stream {
            Stream::Stdout => (connect.stdout, STDOUT),
            Stream::Stderr => (connect.stderr, STDERR),
        };
        if wanted {
            for part in chunk.bytes.chunks(MOST) {
                websocket::send(socket, channel, part).await?;
            }
        }
    }
    Ok(())
}

/// A program that is told when nobody looks any more, however that comes.
struct Session<'a> {
    session: RemoteSession,
    simulation: &'a Simulation,
}

impl Session<'_> {
    fn hear(&self) -> Heard {
        self.simulation.look(|world, _| world.hear(&self.session))
    }

    fn say(&self, said: &Said<'_>) {
        self.simulation.with(|world, now| match said {
            Said::Input(bytes) => world.input(&self.session, bytes, now),
            Said::EndOfInput => world.end_input(&self.session, now),
            Said::Size { columns, rows } => world.resize(&self.session, *columns, *rows),
            Said::Nothing => {}
        });
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.simulation.with(|world, now| world.leave(&self.session, now));
    }
}
