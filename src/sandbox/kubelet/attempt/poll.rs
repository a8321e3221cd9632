use jiff::Timestamp;

use super::begin::{Begun, Target, ask};
use super::http::{Judgement, Request, Response};
use super::outcome::Outcome;
use crate::sandbox::kubelet::runtime::Runtime;
use crate::sandbox::process::{SessionId, SocketId};

/// Of what a program writes so much is kept.
///
/// Source: `pkg/probe/exec/exec.go`, `maxReadLength`.
const MOST_OUTPUT: usize = 10 << 10;

/// Something that was begun and is not over.
#[derive(Debug)]
pub(crate) struct Attempt {
    question: Question,
    deadline: Timestamp,
}

/// What is waited for.
#[derive(Debug)]
pub(super) enum Question {
    /// The end of a program.
    Exec { container: String, session: SessionId, output: Vec<u8>, late: String },
    /// An answer.
    Http { container: String, socket: SocketId, request: Request },
    /// Nothing: there will be no answer.
    Silent { late: String },
    /// The time.
    Sleep,
}

impl Attempt {
    pub(super) fn new(question: Question, deadline: Timestamp) -> Self {
        Self { question, deadline }
    }

    /// When it ends in any case.
    pub(crate) fn deadline(&self) -> Timestamp {
        self.deadline
    }

    /// Looks whether it is over.
    pub(crate) fn poll(
        mut self,
        target: Target<'_>,
        runtime: &mut Runtime,
        now: Timestamp,
    ) -> Begun {
        let is_late = now >= self.deadline;
        let deadline = self.deadline;
        match &mut self.question {
            Question::Sleep if is_late => Begun::Over(Outcome::Success),
            Question::Silent { late } if is_late => Begun::Over(Outcome::Failure(late.clone())),
            Question::Sleep | Question::Silent { .. } => Begun::Waiting(self),
            Question::Exec { container, session, output, late } => {
                let ended = poll_exec(runtime, container, *session, output);
                let Some(outcome) =
                    ended.or_else(|| is_late.then(|| Outcome::Failure(late.clone())))
                else {
                    return Begun::Waiting(self);
                };
                leave(runtime, container, *session, now);
                Begun::Over(outcome)
            }
            Question::Http { container, socket, request } => {
                let seen = poll_http(runtime, container, *socket, request);
                if seen.is_none() && !is_late {
                    return Begun::Waiting(self);
                }
                close(runtime, container, *socket, now);
                match seen {
                    Some(Ok(next)) => ask(next, runtime, target, deadline, now).into(),
                    Some(Err(outcome)) => Begun::Over(outcome),
                    None => Begun::Over(Outcome::Failure(request.failure(
                        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                    ))),
                }
            }
        }
    }

    /// Nobody waits for it any more.
    pub(crate) fn give_up(&self, runtime: &mut Runtime, now: Timestamp) {
        match &self.question {
            Question::Exec { container, session, .. } => leave(runtime, container, *session, now),
            Question::Http { container, socket, .. } => close(runtime, container, *socket, now),
            Question::Silent { .. } | Question::Sleep => {}
        }
    }
}

fn poll_exec(
    runtime: &mut Runtime,
    container: &str,
    session: SessionId,
    output: &mut Vec<u8>,
) -> Option<Outcome> {
    let text = |output: &[u8]| String::from_utf8_lossy(output).into_owned();
    let process = runtime.by_id_mut(container).and_then(|instance| instance.process.as_mut());
    let Some(process) = process else {
        // The container ended, and its programs with it.
        return Some(Outcome::Failure(text(output)));
    };
    for chunk in process.take_output(session) {
        let room = MOST_OUTPUT.saturating_sub(output.len()).min(chunk.bytes.len());
        output.extend_from_slice(&chunk.bytes[..room]);
    }
    match process.exit_code(session)? {
        0 => Some(Outcome::Success),
        _ => Some(Outcome::Failure(text(output))),
    }
}

fn leave(runtime: &mut Runtime, container: &str, session: SessionId, now: Timestamp) {
    if let Some(instance) = runtime.by_id_mut(container)
        && let Some(process) = &mut instance.process
    {
        process.leave(session, now);
    }
}

/// What came back: another request to be made, or the end.
fn poll_http(
    runtime: &mut Runtime,
    container: &str,
    socket: SocketId,
    request: &Request,
) -> Option<Result<Request, Outcome>> {
    let answer = runtime.by_id(container).and_then(|instance| {
        let ended = !instance.runs();
        instance.answers.get(&socket).map(|answer| (answer, answer.closed || ended))
    });
    let Some((answer, is_closed)) = answer else {
        return Some(Err(Outcome::Failure(request.failure("EOF"))));
    };
    match Response::read(&answer.bytes, is_closed) {
        Ok(None) => None,
        Err(wrong) => Some(Err(Outcome::Failure(request.failure(&wrong)))),
        Ok(Some(response)) => Some(match request.judge(&response) {
            Judgement::Success => Err(Outcome::Success),
            Judgement::Failure(what) => Err(Outcome::Failure(what)),
            Judgement::Follow(next) => Ok(next),
            Judgement::Elsewhere => Err(Outcome::Warning(format!(
                "Probe terminated redirects, Response body: {}",
                response.body
            ))),
        }),
    }
}

fn close(runtime: &mut Runtime, container: &str, socket: SocketId, now: Timestamp) {
    if let Some(instance) = runtime.by_id_mut(container) {
        instance.answers.remove(&socket);
        if let Some(process) = &mut instance.process {
            process.hang_up(socket, now);
            process.advance(now);
        }
    }
}
