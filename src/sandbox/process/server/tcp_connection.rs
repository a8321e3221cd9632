use super::http_connection::Progress;
use super::service::State;
use super::{memcached, redis};
use crate::sandbox::images::Protocol;

/// A line of a client is no longer.
const LONGEST_LINE: usize = 1 << 20;

/// A client of a port that does not speak HTTP.
#[derive(Debug)]
pub(super) struct TcpConnection {
    protocol: Protocol,
    received: Vec<u8>,
}

impl TcpConnection {
    pub(super) fn new(protocol: Protocol) -> Self {
        Self { protocol, received: Vec::new() }
    }

    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// Answers as much as can be answered now.
    pub(super) fn go_on(&mut self, state: &mut State) -> Progress {
        let mut progress = Progress::default();
        match self.protocol {
            Protocol::Accept => self.received.clear(),
            Protocol::Echo => progress.send = std::mem::take(&mut self.received),
            Protocol::Redis => redis::go_on(&mut self.received, state, &mut progress),
            Protocol::Memcached => memcached::go_on(&mut self.received, state, &mut progress),
        }
        progress.close |= self.received.len() > LONGEST_LINE;
        progress
    }
}
