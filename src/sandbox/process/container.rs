use std::net::SocketAddr;

use jiff::Timestamp;

use super::{
    Answer, Call, CallId, Chunk, ContainerSetup, Ended, SessionId, SocketId, StartFailure, Traffic,
};

/// Files by path.
#[derive(Debug, Default)]
pub struct Tree {
    files: std::collections::BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Writes a file, with the folders above it.
    pub fn write(&mut self, path: &str, content: Vec<u8>) {
        self.files.insert(path.to_owned(), content);
    }
}

/// A container that runs, or has ended.
#[derive(Debug)]
pub struct Container {
    setup: ContainerSetup,
}

impl Container {
    /// Starts the main process.
    ///
    /// # Errors
    /// [`StartFailure`] where its program cannot be started.
    pub fn start(setup: ContainerSetup, now: Timestamp) -> Result<Self, StartFailure> {
        let _ = now;
        Ok(Self { setup })
    }

    /// Runs every program as far as it gets until `now`.
    pub fn advance(&mut self, now: Timestamp) {
        let _ = (now, &self.setup);
    }

    /// When something will happen by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        None
    }

    /// How the main process ended; with it, all others are gone.
    pub fn ended(&self) -> Option<&Ended> {
        None
    }

    /// The polite signal (SIGTERM) to the main process.
    pub fn terminate(&mut self, now: Timestamp) {
        let _ = now;
    }

    /// The other one (SIGKILL).
    pub fn kill(&mut self, now: Timestamp) {
        let _ = now;
    }

    /// What the main process has written since this was last asked: its log.
    pub fn take_log(&mut self) -> Vec<Chunk> {
        Vec::new()
    }

    /// Runs a program beside the main one.
    ///
    /// # Errors
    /// [`StartFailure`], as `exec` tells it.
    pub fn exec(
        &mut self,
        command: Vec<String>,
        stdin: bool,
        tty: bool,
        now: Timestamp,
    ) -> Result<SessionId, StartFailure> {
        let _ = (command, stdin, tty, now);
        Ok(SessionId(0))
    }

    /// Joins the main process: what it writes from now on, and its input where it has one.
    pub fn attach(&mut self) -> SessionId {
        SessionId(0)
    }

    /// Input for a session; on a terminal, as typed.
    pub fn input(&mut self, session: SessionId, bytes: &[u8], now: Timestamp) {
        let _ = (session, bytes, now);
    }

    /// The end of a session's input.
    pub fn end_input(&mut self, session: SessionId, now: Timestamp) {
        let _ = (session, now);
    }

    /// The size of a session's terminal.
    pub fn resize(&mut self, session: SessionId, columns: u16, rows: u16) {
        let _ = (session, columns, rows);
    }

    /// What a session has written since this was last asked.
    pub fn take_output(&mut self, session: SessionId) -> Vec<Chunk> {
        let _ = session;
        Vec::new()
    }

    /// The exit code of a session's program.
    pub fn exit_code(&self, session: SessionId) -> Option<i32> {
        let _ = session;
        None
    }

    /// Nobody looks any more: an `exec` loses its terminal (SIGHUP) or input.
    pub fn leave(&mut self, session: SessionId, now: Timestamp) {
        let _ = (session, now);
    }

    /// Whether a program listens on this port.
    pub fn listens(&self, port: u16) -> bool {
        let _ = port;
        false
    }

    /// A connection from outside of the pod, or from its other containers.
    pub fn accept(&mut self, port: u16, from: SocketAddr, now: Timestamp) -> Option<SocketId> {
        let _ = (port, from, now);
        None
    }

    /// Bytes that arrive on a connection.
    pub fn deliver(&mut self, socket: SocketId, bytes: &[u8], now: Timestamp) {
        let _ = (socket, bytes, now);
    }

    /// The other end has closed a connection.
    pub fn hang_up(&mut self, socket: SocketId, now: Timestamp) {
        let _ = (socket, now);
    }

    /// What was written into connections since this was last asked.
    pub fn take_traffic(&mut self) -> Vec<Traffic> {
        Vec::new()
    }

    /// What programs ask of the network since this was last asked.
    pub fn take_calls(&mut self) -> Vec<Call> {
        Vec::new()
    }

    /// The answer to a call.
    pub fn answer(&mut self, call: CallId, answer: Answer, now: Timestamp) {
        let _ = (call, answer, now);
    }
}
