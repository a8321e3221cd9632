use std::collections::BTreeMap;

use jiff::Timestamp;

use super::World;
use crate::sandbox::admit::Status;
use crate::sandbox::api::{Connect, ConnectKind};
use crate::sandbox::kubelet::{AccessError, ContainerKey};
use crate::sandbox::process::{Chunk, Container, SessionId};

/// A client at a program in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteSession {
    kind: ConnectKind,
    key: ContainerKey,
    session: SessionId,
}

/// What a program has said since this was last asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// What it wrote.
    pub output: Vec<Chunk>,
    /// How it ended, where it has.
    pub exit_code: Option<i32>,
}

/// The sessions that are open. Of one whose container has ended: what it had still to say.
#[derive(Debug, Default)]
pub(super) struct Sessions(BTreeMap<(ContainerKey, SessionId), Option<Heard>>);

/// What a program ends with that is killed.
const KILLED: i32 = 137;

impl World {
    /// Starts a program in a container, or joins its main one.
    ///
    /// # Errors
    /// What a kubelet would answer.
    pub(crate) fn open_session(
        &mut self,
        connect: &Connect,
        now: Timestamp,
    ) -> Result<RemoteSession, Status> {
        let (namespace, pod, name) = (&connect.namespace, &connect.pod, &connect.container);
        let key = self.kubelet.key(namespace, pod, name);
        let found = self.kubelet.find_container(namespace, pod, name);
        let mut container = found.map_err(|error| unreachable(&error))?;
        let session = match connect.kind {
            ConnectKind::Attach => container.attach(),
            ConnectKind::Exec | ConnectKind::PortForward => {
                let command = connect.command.clone();
                let started = container.exec(command, connect.stdin, connect.tty, now);
                started.map_err(|failure| not_started(&failure.message))?
            }
        };
        drop(container);
        let key = key.ok_or_else(|| internal("container not found"))?;
        self.sessions.0.insert((key.clone(), session), None);
        Ok(RemoteSession { kind: connect.kind, key, session })
    }

    /// What the program has said.
    pub(crate) fn hear(&mut self, session: &RemoteSession) -> Heard {
        let place = (session.key.clone(), session.session);
        if let Some(Some(last)) = self.sessions.0.get_mut(&place) {
            let output = std::mem::take(&mut last.output);
            let exit_code = last.exit_code.filter(|_| session.kind != ConnectKind::Attach);
            return Heard { output, exit_code: exit_code.or(Some(session.last_code())) };
        }
        let Some(container) = self.kubelet.look(&session.key) else {
            return Heard { output: Vec::new(), exit_code: Some(session.last_code()) };
        };
        let output = container.take_output(session.session);
        let exit_code = match session.kind {
            // How the main program ended, the pod's status says.
            ConnectKind::Attach => None,
            _ => container.exit_code(session.session),
        };
        if !output.is_empty() {
            self.kubelet.touch(&session.key);
        }
        Heard { output, exit_code }
    }

    /// Keeps what sessions of a container that has ended had still to say.
    pub(super) fn hear_last_words(&mut self, key: &ContainerKey) {
        let Some(container) = self.kubelet.look(key) else { return };
        for ((of, session), last) in &mut self.sessions.0 {
            if of == key && last.is_none() {
                let output = container.take_output(*session);
                *last = Some(Heard { output, exit_code: container.exit_code(*session) });
            }
        }
    }

    /// Input for it.
    pub(crate) fn input(&mut self, session: &RemoteSession, bytes: &[u8], now: Timestamp) {
        self.at(session, |container| container.input(session.session, bytes, now));
    }

    /// The end of its input.
    pub(crate) fn end_input(&mut self, session: &RemoteSession, now: Timestamp) {
        self.at(session, |container| container.end_input(session.session, now));
    }

    /// The size of its terminal.
    pub(crate) fn resize(&mut self, session: &RemoteSession, columns: u16, rows: u16) {
        self.at(session, |container| container.resize(session.session, columns, rows));
    }

    /// Nobody looks any more.
    pub(crate) fn leave(&mut self, session: &RemoteSession, now: Timestamp) {
        self.sessions.0.remove(&(session.key.clone(), session.session));
        self.at(session, |container| container.leave(session.session, now));
    }

    fn at(&mut self, session: &RemoteSession, act: impl FnOnce(&mut Container)) {
        if let Some(mut container) = self.kubelet.running(&session.key) {
            act(&mut container);
        }
    }
}

impl RemoteSession {
    /// What is told where the container has ended: programs that were started beside the
    /// main one are killed with it.
    fn last_code(&self) -> i32 {
        if self.kind == ConnectKind::Attach { 0 } else { KILLED }
    }
}

/// What a kubelet refuses before there are streams.
fn unreachable(error: &AccessError) -> Status {
    internal(&format!("unable to upgrade connection: {error}"))
}

/// What a kubelet says on its streams, the API server takes for an error of its own once more.
///
/// Source: `apiserver/pkg/util/proxy/streamtranslator.go`, `ServeHTTP`;
/// `kubelet/pkg/cri/streaming/remotecommand/exec.go`, `ServeExec`.
fn not_started(why: &str) -> Status {
    internal(&format!("Internal error occurred: error executing command in container: {why}"))
}

/// Source: `apimachinery/pkg/api/errors/errors.go`, `NewInternalError`.
fn internal(words: &str) -> Status {
    Status::new(500, "InternalError", format!("Internal error occurred: {words}"))
        .with_cause("", words, "")
}
