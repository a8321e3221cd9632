//! kubectl's port-forward from 1.31 on: SPDY inside of a websocket.
//!
//! Source: `kubelet/pkg/cri/streaming/portforward/httpstream.go`.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::SinkExt;
use tokio_tungstenite::tungstenite::Message;

use super::port_forward::refused;
use super::spdy::{Decoder, Frame, SpdyError, Writer, encode_data, encode_ping, encode_reply};
use super::websocket::{self, Socket};
use crate::sandbox::api::Connect;
use crate::sandbox::serve::service::Served;
use crate::sandbox::serve::simulation::Simulation;
use crate::sandbox::world::{ConnectionId, Dial};

/// What it is called in a request.
pub(super) const PROTOCOL: &str = "SPDY/3.1+portforward.k8s.io";

/// As much as kubectl itself puts into a frame.
const LONGEST_PART: usize = 32 * 1024;

/// Serves one client until it goes.
pub(super) async fn serve(mut socket: Socket, connect: &Connect, served: &Arc<Served>) {
    let mut activity = served.simulation.activity();
    let mut tunnel = Tunnel::new(connect, &served.simulation);
    loop {
        tunnel.collect();
        let answer = std::mem::take(&mut tunnel.answer);
        if !answer.is_empty() && socket.send(Message::binary(answer)).await.is_err() {
            return;
        }
        tokio::select! {
            message = websocket::next(&mut socket) => match message {
                Some(message) => if tunnel.hear(&message).is_err() { return },
                None => return,
            },
            changed = activity.changed() => if changed.is_err() { return },
        }
    }
}

/// All forwarded connections of a client, by their request.
struct Tunnel<'a> {
    connect: &'a Connect,
    simulation: &'a Simulation,
    decoder: Decoder,
    writer: Writer,
    requests: BTreeMap<String, Forwarded>,
    /// What is to be sent next.
    answer: Vec<u8>,
}

/// One connection: a stream of bytes, and one of words for when it fails.
#[derive(Default)]
struct Forwarded {
    data: Option<u32>,
    error: Option<u32>,
    port: u16,
    connection: Option<ConnectionId>,
}

impl<'a> Tunnel<'a> {
    fn new(connect: &'a Connect, simulation: &'a Simulation) -> Self {
        Self {
            connect,
            simulation,
            decoder: Decoder::default(),
            writer: Writer::default(),
            requests: BTreeMap::new(),
            answer: Vec::new(),
        }
    }

    fn hear(&mut self, bytes: &[u8]) -> Result<(), SpdyError> {
        self.decoder.push(bytes);
        while let Some(frame) = self.decoder.next()? {
            match frame {
                Frame::Open { stream, headers, .. } => self.open(stream, &headers)?,
                Frame::Data { stream, bytes, fin } => self.write(stream, &bytes, fin),
                Frame::Reset { stream } => self.end_of(stream),
                Frame::Ping { id } => self.answer.extend(encode_ping(id)),
                Frame::GoAway | Frame::Other => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, stream: u32, headers: &[(String, String)]) -> Result<(), SpdyError> {
        let value = |name: &str| {
            let found = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map_or("", |(_, value)| value.as_str())
        };
        self.answer.extend(encode_reply(&mut self.writer, stream)?);
        let id = value("requestID").to_owned();
        let forwarded = self.requests.entry(id.clone()).or_default();
        forwarded.port = value("port").parse().unwrap_or_default();
        match value("streamType") {
            "error" => forwarded.error = Some(stream),
            _ => forwarded.data = Some(stream),
        }
        if forwarded.error.is_some() && forwarded.data.is_some() {
            self.dial(&id);
        }
        Ok(())
    }

    fn dial(&mut self, id: &str) {
        let Some(forwarded) = self.requests.get_mut(id) else { return };
        let (namespace, pod, port) = (&self.connect.namespace, &self.connect.pod, forwarded.port);
        let dialled = self.simulation.with(|world, _| world.dial_pod(namespace, pod, port));
        if let Dial::Connected(connection) = dialled {
            forwarded.connection = Some(connection);
        } else {
            let words = refused(pod, port);
            self.end(id, words.as_bytes());
        }
    }

    fn write(&mut self, stream: u32, bytes: &[u8], fin: bool) {
        let Some(connection) = self.of_data(stream).and_then(|(_, found)| found.connection) else {
            return;
        };
        self.simulation.with(|world, now| {
            world.write(connection, bytes, now);
            if fin {
                world.end_writing(connection, now);
            }
        });
    }

    /// The client has given a connection up.
    fn end_of(&mut self, stream: u32) {
        if let Some(id) = self.of_data(stream).map(|(id, _)| id.clone()) {
            self.end(&id, b"");
        }
    }

    fn of_data(&self, stream: u32) -> Option<(&String, &Forwarded)> {
        self.requests.iter().find(|(_, forwarded)| forwarded.data == Some(stream))
    }

    /// Takes what the pod has sent, for each connection.
    fn collect(&mut self) {
        let mut ended = Vec::new();
        for (id, forwarded) in &self.requests {
            let (Some(connection), Some(data)) = (forwarded.connection, forwarded.data) else {
                continue;
            };
            let received = self.simulation.look(|world, _| world.take(connection));
            for part in received.bytes.chunks(LONGEST_PART) {
                self.answer.extend(encode_data(data, part, false));
            }
            if received.closed {
                ended.push(id.clone());
            }
        }
        for id in ended {
            self.end(&id, b"");
        }
    }

    /// Ends both streams of a connection, the one of words with these.
    fn end(&mut self, id: &str, words: &[u8]) {
        let Some(forwarded) = self.requests.remove(id) else { return };
        if let Some(connection) = forwarded.connection {
            self.simulation.with(|world, now| world.hang_up(connection, now));
        }
        if let Some(error) = forwarded.error {
            self.answer.extend(encode_data(error, words, true));
        }
        if let Some(data) = forwarded.data {
            self.answer.extend(encode_data(data, b"", true));
        }
    }
}

impl Drop for Tunnel<'_> {
    fn drop(&mut self) {
        for connection in self.requests.values().filter_map(|forwarded| forwarded.connection) {
            self.simulation.with(|world, now| world.hang_up(connection, now));
        }
    }
}
