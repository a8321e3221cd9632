use std::sync::Arc;

use super::websocket::{self, Socket};
use crate::sandbox::api::Connect;
use crate::sandbox::serve::service::Served;
use crate::sandbox::serve::simulation::Simulation;
use crate::sandbox::world::{ConnectionId, Dial};

/// A port that the client named, with its two channels: 2n for bytes, 2n+1 for words.
struct Port {
    connection: Option<ConnectionId>,
}

/// Connects each port of the query with the pod, as long as the client stays.
///
/// Source: `kubelet/pkg/cri/streaming/portforward/websocket.go`.
pub(super) async fn serve(mut socket: Socket, connect: &Connect, served: &Arc<Served>) {
    let simulation = &served.simulation;
    let mut activity = simulation.activity();
    let mut ports = Ports { all: Vec::new(), simulation };
    for (index, port) in connect.ports.iter().enumerate() {
        if ports.open(&mut socket, connect, index, *port).await.is_err() {
            return;
        }
    }
    loop {
        if ports.pass_on(&mut socket).await.is_err() {
            return;
        }
        if ports.all.iter().all(|port| port.connection.is_none()) {
            return websocket::close(socket).await;
        }
        tokio::select! {
            message = websocket::next(&mut socket) => match message {
                Some(message) => ports.write(&message),
                None => return,
            },
            changed = activity.changed() => if changed.is_err() { return },
        }
    }
}

/// The connections of one client; they are hung up when it is gone.
struct Ports<'a> {
    all: Vec<Port>,
    simulation: &'a Simulation,
}

type Sent = Result<(), tokio_tungstenite::tungstenite::Error>;

impl Ports<'_> {
    async fn open(
        &mut self,
        socket: &mut Socket,
        connect: &Connect,
        index: usize,
        port: u16,
    ) -> Sent {
        let channel = u8::try_from(2 * index).unwrap_or(u8::MAX - 1);
        for channel in [channel, channel + 1] {
            websocket::send(socket, channel, &port.to_le_bytes()).await?;
        }
        let (namespace, pod) = (&connect.namespace, &connect.pod);
        let dialled = self.simulation.with(|world, _| world.dial_pod(namespace, pod, port));
        let connection = match dialled {
            Dial::Connected(connection) => Some(connection),
            _ => {
                websocket::send(socket, channel + 1, refused(pod, port).as_bytes()).await?;
                None
            }
        };
        self.all.push(Port { connection });
        Ok(())
    }

    async fn pass_on(&mut self, socket: &mut Socket) -> Sent {
        for (index, port) in self.all.iter_mut().enumerate() {
            let Some(connection) = port.connection else { continue };
            let received = self.simulation.look(|world, _| world.take(connection));
            if !received.bytes.is_empty() {
                let channel = u8::try_from(2 * index).unwrap_or(u8::MAX);
                websocket::send(socket, channel, &received.bytes).await?;
            }
            if received.closed {
                self.simulation.with(|world, now| world.hang_up(connection, now));
                port.connection = None;
            }
        }
        Ok(())
    }

    fn write(&self, message: &[u8]) {
        let [channel, bytes @ ..] = message else { return };
        let port = self.all.get(usize::from(channel / 2)).filter(|_| channel % 2 == 0);
        if let Some(connection) = port.and_then(|port| port.connection) {
            self.simulation.with(|world, now| world.write(connection, bytes, now));
        }
    }
}

impl Drop for Ports<'_> {
    fn drop(&mut self) {
        for connection in self.all.iter().filter_map(|port| port.connection) {
            self.simulation.with(|world, now| world.hang_up(connection, now));
        }
    }
}

/// What a runtime says of a port where nothing listens.
///
/// Source: containerd, `internal/cri/server/sandbox_portforward_linux.go`, `portForward`.
pub(super) fn refused(pod: &str, port: u16) -> String {
    format!(
        "error forwarding port {port} to pod {pod}, uid : failed to execute portforward in network \
         namespace \"{pod}\": failed to connect to localhost:{port} inside namespace \"{pod}\", \
         IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused"
    )
}
