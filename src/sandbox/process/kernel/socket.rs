use std::collections::VecDeque;
use std::net::SocketAddr;
use std::task::Poll;

use super::{Shared, lock};
use crate::sandbox::process::errno::Errno;

/// So many bytes wait on each way of a connection.
const CAPACITY: usize = 256 << 10;

/// A connection, seen from a program here.
#[derive(Debug)]
pub(crate) struct Socket {
    /// The other end.
    pub(crate) peer: SocketAddr,
    /// This end.
    pub(crate) local: SocketAddr,
    incoming: VecDeque<u8>,
    outgoing: Vec<u8>,
    /// The other end has said all that it will say.
    peer_done: bool,
    /// Nobody is at the other end any more.
    peer_closed: bool,
    shut: bool,
    closed: bool,
    reported: bool,
    /// The other end, where it is a program in the same container.
    partner: Option<Shared<Socket>>,
}

/// A program's hold on a connection; dropped, it is closed.
#[derive(Debug)]
pub(crate) struct SocketEnd(pub(crate) Shared<Socket>);

impl Drop for SocketEnd {
    fn drop(&mut self) {
        let partner = {
            let mut socket = lock(&self.0);
            socket.closed = true;
            socket.shut = true;
            socket.partner.take()
        };
        if let Some(partner) = partner {
            lock(&partner).peer_closed = true;
        }
    }
}

impl Socket {
    /// A connection to somewhere else.
    pub(crate) fn new(local: SocketAddr, peer: SocketAddr) -> Self {
        Self {
            peer,
            local,
            incoming: VecDeque::new(),
            outgoing: Vec::new(),
            peer_done: false,
            peer_closed: false,
            shut: false,
            closed: false,
            reported: false,
            partner: None,
        }
    }

    /// Joins two ends in the same container.
    pub(crate) fn join(one: &Shared<Self>, other: &Shared<Self>) {
        lock(one).partner = Some(other.clone());
        lock(other).partner = Some(one.clone());
    }

    /// Bytes arrive; more than the program will ever take are dropped.
    pub(crate) fn deliver(&mut self, bytes: &[u8]) {
        if !self.closed {
            let room = (16 * CAPACITY).saturating_sub(self.incoming.len()).min(bytes.len());
            self.incoming.extend(&bytes[..room]);
        }
    }

    /// The other end will send nothing more, and still listens.
    pub(crate) fn end_incoming(&mut self) {
        self.peer_done = true;
    }

    /// The other end is closed.
    pub(crate) fn hang_up(&mut self) {
        self.peer_closed = true;
    }

    /// What is to be sent, and whether this end is closed then; `None` if there is nothing.
    pub(crate) fn take(&mut self) -> Option<(Vec<u8>, bool)> {
        let closed = self.shut && !self.reported;
        if self.outgoing.is_empty() && !closed {
            return None;
        }
        self.reported |= closed;
        Some((std::mem::take(&mut self.outgoing), closed))
    }

    /// Whether nobody will use it any more.
    pub(crate) fn is_done(&self) -> bool {
        self.closed && self.outgoing.is_empty() && (self.reported || self.partner.is_some())
    }

    /// Up to `most` bytes; none at the end.
    pub(crate) fn read(&mut self, most: usize) -> Poll<Vec<u8>> {
        if self.incoming.is_empty() && !(self.peer_done || self.peer_closed) {
            return Poll::Pending;
        }
        let count = most.min(self.incoming.len());
        Poll::Ready(self.incoming.drain(..count).collect())
    }
}

/// How many of the bytes were taken.
pub(crate) fn write(socket: &Shared<Socket>, bytes: &[u8]) -> Poll<Result<usize, Errno>> {
    let partner = {
        let mut socket = lock(socket);
        if socket.shut || (socket.peer_closed && socket.partner.is_none()) {
            return Poll::Ready(Err(Errno::BrokenPipe));
        }
        match &socket.partner {
            Some(partner) => partner.clone(),
            None => return socket.send(bytes),
        }
    };
    let mut partner = lock(&partner);
    if partner.closed {
        return Poll::Ready(Err(Errno::BrokenPipe));
    }
    let room = CAPACITY.saturating_sub(partner.incoming.len()).min(bytes.len());
    if room == 0 && !bytes.is_empty() {
        return Poll::Pending;
    }
    partner.incoming.extend(&bytes[..room]);
    Poll::Ready(Ok(room))
}

/// Whether a write would take something, or fail, at once.
pub(crate) fn has_room(socket: &Shared<Socket>) -> bool {
    let partner = {
        let socket = lock(socket);
        match &socket.partner {
            Some(partner) => partner.clone(),
            None => return socket.shut || socket.peer_closed || socket.outgoing.len() < CAPACITY,
        }
    };
    let partner = lock(&partner);
    partner.closed || partner.incoming.len() < CAPACITY
}

/// Nothing more will be written; the other end sees that.
pub(crate) fn shut(socket: &Shared<Socket>) {
    let partner = {
        let mut socket = lock(socket);
        socket.shut = true;
        socket.partner.clone()
    };
    if let Some(partner) = partner {
        lock(&partner).peer_closed = true;
    }
}

impl Socket {
    fn send(&mut self, bytes: &[u8]) -> Poll<Result<usize, Errno>> {
        let room = CAPACITY.saturating_sub(self.outgoing.len()).min(bytes.len());
        if room == 0 && !bytes.is_empty() {
            return Poll::Pending;
        }
        self.outgoing.extend_from_slice(&bytes[..room]);
        Poll::Ready(Ok(room))
    }
}
