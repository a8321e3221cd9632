use std::net::SocketAddr;

use jiff::Timestamp;

use super::exchange::Exchange;
use super::http_reply::Reply;
use super::http_request::{Parsed, Request, parse};
use super::service::{Effect, State};
use crate::sandbox::images::HttpServer;
use crate::sandbox::process::kernel::System;

/// A client of an HTTP port.
#[derive(Debug)]
pub(super) struct HttpConnection {
    from: SocketAddr,
    number: usize,
    port: u16,
    received: Vec<u8>,
    /// An answer that takes its time.
    waiting: Option<(Timestamp, Vec<u8>, bool, Vec<Effect>)>,
}

/// What a connection has to do next.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) send: Vec<u8>,
    pub(super) close: bool,
    pub(super) effects: Vec<Effect>,
}

impl HttpConnection {
    pub(super) fn new(from: SocketAddr, number: usize, port: u16) -> Self {
        Self { from, number, port, received: Vec::new(), waiting: None }
    }

    /// When an answer is ready that takes its time.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.waiting.as_ref().map(|(at, ..)| *at)
    }

    /// Which HTTP port of the program it belongs to.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Bytes that have arrived; none: the client has said all.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// Answers as much as can be answered now.
    pub(super) fn go_on(
        &mut self,
        system: &System,
        server: &HttpServer,
        state: &mut State,
        now: Timestamp,
    ) -> Progress {
        let mut progress = Progress::default();
        loop {
            if let Some((at, bytes, close, effects)) = self.waiting.take() {
                if at > now {
                    self.waiting = Some((at, bytes, close, effects));
                    return progress;
                }
                progress.send.extend(bytes);
                progress.effects.extend(effects);
                progress.close |= close;
            }
            if progress.close {
                return progress;
            }
            match parse(&self.received) {
                Parsed::More => return progress,
                Parsed::Bad(status) => {
                    let body = format!("{status} {}", super::http_reply::reason(status));
                    let reply = Reply { status, headers: Vec::new(), body: body.into_bytes() };
                    progress.send.extend(reply.write(None, now));
                    progress.close = true;
                    return progress;
                }
                Parsed::Request(request, length) => {
                    self.received.drain(..length);
                    let exchange = Exchange {
                        system,
                        server,
                        number: self.number,
                        port: self.port,
                        request: &request,
                        from: self.from,
                        now,
                    };
                    self.answer(&request, &exchange, state);
                }
            }
        }
    }

    fn answer(&mut self, request: &Request, exchange: &Exchange<'_>, state: &mut State) {
        let answer = exchange.answer(state);
        let at = exchange.system.after(answer.delay);
        let bytes = answer.reply.write(Some(request), exchange.now);
        self.waiting = Some((at, bytes, request.ends_connection(), answer.effects));
    }
}
