use jiff::Timestamp;

use super::World;
use crate::sandbox::admit::Status;
use crate::sandbox::api::Connect;
use crate::sandbox::process::{Chunk, SessionId};

/// A client at a program in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteSession {
    namespace: String,
    pod: String,
    container: String,
    session: SessionId,
}

/// What a program has said since this was last asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// What it wrote.
    pub output: Vec<Chunk>,
    /// How it ended, where it has.
    pub exit_code: Option<i32>,
}

impl World {
    /// Starts a program in a container, or joins its main one.
    ///
    /// # Errors
    /// What a kubelet would answer.
    pub fn open_session(
        &mut self,
        connect: &Connect,
        now: Timestamp,
    ) -> Result<RemoteSession, Status> {
        let _ = (connect, now);
        Err(Status::new(500, "InternalError", "no containers yet"))
    }

    /// What the program has said.
    pub fn hear(&mut self, session: &RemoteSession) -> Heard {
        let _ = (&session.namespace, &session.pod, &session.container, session.session);
        Heard::default()
    }

    /// Input for it.
    pub fn input(&mut self, session: &RemoteSession, bytes: &[u8], now: Timestamp) {
        let _ = (session, bytes, now);
    }

    /// The end of its input.
    pub fn end_input(&mut self, session: &RemoteSession, now: Timestamp) {
        let _ = (session, now);
    }

    /// The size of its terminal.
    pub fn resize(&mut self, session: &RemoteSession, columns: u16, rows: u16) {
        let _ = (session, columns, rows);
    }

    /// Nobody looks any more.
    pub fn leave(&mut self, session: &RemoteSession, now: Timestamp) {
        let _ = (session, now);
    }
}
