use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::sandbox::process::contract::{Chunk, Stream};

/// So many bytes may wait to be taken; then the writer waits.
const CAPACITY: usize = 256 << 10;

/// Where what a program writes leaves the container: its log, or an `exec`'s output.
#[derive(Debug, Default)]
pub(crate) struct Outlet {
    chunks: Vec<Chunk>,
    waiting: usize,
    views: BTreeMap<ViewId, View>,
    next_view: u64,
    was_full: bool,
    closed: bool,
}

/// Someone who looks at the same output (`attach`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ViewId(u64);

#[derive(Debug, Default)]
struct View {
    chunks: Vec<Chunk>,
    waiting: usize,
}

impl Outlet {
    /// How many of the bytes were taken; `None` while there is no room.
    pub(crate) fn write(&mut self, stream: Stream, bytes: &[u8], at: Timestamp) -> Option<usize> {
        if !self.has_room() {
            return None;
        }
        let room = CAPACITY.saturating_sub(self.waiting).min(bytes.len());
        self.push(stream, &bytes[..room], at);
        Some(room)
    }

    /// Whether more can be written; if not, it remembers that someone waits.
    pub(crate) fn has_room(&mut self) -> bool {
        self.was_full |= self.waiting >= CAPACITY;
        self.waiting < CAPACITY
    }

    /// Takes all; for what a terminal echoes.
    pub(crate) fn push(&mut self, stream: Stream, bytes: &[u8], at: Timestamp) {
        if bytes.is_empty() {
            return;
        }
        if !self.closed {
            add(&mut self.chunks, stream, bytes, at);
            self.waiting += bytes.len();
        }
        for view in self.views.values_mut() {
            // A viewer that does not look loses the beginning, never holds the program up.
            if view.waiting + bytes.len() > 4 * CAPACITY {
                *view = View::default();
            }
            add(&mut view.chunks, stream, bytes, at);
            view.waiting += bytes.len();
        }
    }

    /// What has been written since this was last asked.
    pub(crate) fn take(&mut self) -> Vec<Chunk> {
        self.waiting = 0;
        std::mem::take(&mut self.chunks)
    }

    /// Whether a writer waits that could go on.
    pub(crate) fn holds_up_a_writer(&self) -> bool {
        self.was_full && self.waiting < CAPACITY
    }

    /// Forgets that a writer had to wait.
    pub(crate) fn let_go(&mut self) {
        self.was_full = false;
    }

    /// Nobody will take anything any more: what is written is lost, and nobody waits.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.take();
    }

    /// Someone looks from now on.
    pub(crate) fn open_view(&mut self) -> ViewId {
        let id = ViewId(self.next_view);
        self.next_view += 1;
        self.views.insert(id, View::default());
        id
    }

    /// Someone looks no more.
    pub(crate) fn close_view(&mut self, view: ViewId) {
        self.views.remove(&view);
    }

    /// What a viewer has not seen yet.
    pub(crate) fn take_view(&mut self, view: ViewId) -> Vec<Chunk> {
        self.views.get_mut(&view).map(std::mem::take).unwrap_or_default().chunks
    }
}

fn add(chunks: &mut Vec<Chunk>, stream: Stream, bytes: &[u8], at: Timestamp) {
    match chunks.last_mut() {
        Some(last) if last.stream == stream && last.at == at => last.bytes.extend_from_slice(bytes),
        _ => chunks.push(Chunk { stream, bytes: bytes.to_vec(), at }),
    }
}
