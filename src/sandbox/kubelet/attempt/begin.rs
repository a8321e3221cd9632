use std::net::{IpAddr, SocketAddr};

use jiff::Timestamp;

use super::http::Request;
use super::outcome::Outcome;
use super::poll::{Attempt, Question};
use crate::sandbox::kubelet::clock::after_seconds;
use crate::sandbox::kubelet::runtime::{Answer, Runtime};
use crate::sandbox::kubelet::spec::{Container, Handler, Port};

/// Whom an attempt is made on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) container: &'a Container,
    /// Its id, 64 digits.
    pub(crate) id: &'a str,
    /// The pod's address.
    pub(crate) pod: IpAddr,
    /// The address that the kubelet comes from.
    pub(crate) from: IpAddr,
}

/// For hooks: whoever waits for them says how long.
pub(crate) const NO_END: i64 = 31_536_000;

/// An attempt that was begun.
#[derive(Debug)]
pub(crate) enum Begun {
    /// It is over already.
    Over(Outcome),
    /// It takes its time.
    Waiting(Attempt),
}

impl From<Result<Attempt, Outcome>> for Begun {
    fn from(begun: Result<Attempt, Outcome>) -> Self {
        match begun {
            Ok(attempt) => Self::Waiting(attempt),
            Err(outcome) => Self::Over(outcome),
        }
    }
}

/// Begins what a handler says; after `seconds` it has failed.
pub(crate) fn begin(
    handler: &Handler,
    target: Target<'_>,
    runtime: &mut Runtime,
    seconds: i64,
    now: Timestamp,
) -> Begun {
    let deadline = after_seconds(now, seconds);
    let begun = if let Some(exec) = &handler.exec {
        begin_exec(&exec.command, target, runtime, seconds, now)
    } else if let Some(get) = &handler.http_get {
        match target.container.port(&get.port) {
            Ok(port) => {
                let request = Request::new(get, port, target.pod);
                ask(request, runtime, target, deadline, now)
            }
            Err(wrong) => Err(Outcome::Error(wrong)),
        }
    } else if let Some(tcp) = &handler.tcp_socket {
        Err(connect(&tcp.port, &tcp.host, target, runtime, now))
    } else if let Some(grpc) = &handler.grpc {
        begin_grpc(grpc.port, target, runtime, seconds, now)
    } else if let Some(sleep) = &handler.sleep {
        Ok(Attempt::new(Question::Sleep, after_seconds(now, sleep.seconds.max(0))))
    } else {
        Err(Outcome::Error(format!("missing probe handler for {}", target.container.name)))
    };
    begun.into()
}

fn begin_exec(
    command: &[String],
    target: Target<'_>,
    runtime: &mut Runtime,
    seconds: i64,
    now: Timestamp,
) -> Result<Attempt, Outcome> {
    let process = runtime.by_id_mut(target.id).and_then(|instance| instance.process.as_mut());
    let Some(process) = process else {
        return Err(Outcome::Error(format!(
            "rpc error: code = NotFound desc = failed to exec in container: failed to load task: \
             no running task found: task {} not found",
            target.id
        )));
    };
    let session = process.exec(command.to_vec(), false, false, now).map_err(|failure| {
        Outcome::Error(format!("rpc error: code = Unknown desc = {}", failure.message))
    })?;
    process.end_input(session, now);
    process.advance(now);
    let question = Question::Exec {
        container: target.id.to_owned(),
        session,
        output: Vec::new(),
        late: format!("command timed out: {:?} timed out after {seconds}s", command.join(" ")),
    };
    Ok(Attempt::new(question, after_seconds(now, seconds)))
}

/// Sends a request, and has its answer waited for.
pub(super) fn ask(
    request: Request,
    runtime: &mut Runtime,
    target: Target<'_>,
    deadline: Timestamp,
    now: Timestamp,
) -> Result<Attempt, Outcome> {
    let late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    match reach(&request.host, target) {
        Reach::Pod => {}
        Reach::Refused(address) => {
            let refused = refused(SocketAddr::new(address, request.port));
            return Err(Outcome::Failure(request.failure(&refused)));
        }
        Reach::Unknown(host) => {
            let unknown = format!("dial tcp: lookup {host}: no such host");
            return Err(Outcome::Failure(request.failure(&unknown)));
        }
        Reach::Silent => {
            let late = request.failure(late);
            return Ok(Attempt::new(Question::Silent { late }, deadline));
        }
    }
    let from = SocketAddr::new(target.from, 40_000);
    let connected = runtime.listener(request.port).and_then(|instance| {
        let socket = instance.process.as_mut()?.accept(request.port, from, now)?;
        Some((instance, socket))
    });
    let Some((instance, socket)) = connected else {
        let refused = refused(SocketAddr::new(target.pod, request.port));
        return Err(Outcome::Failure(request.failure(&refused)));
    };
    if request.scheme == "https" {
        hang_up(instance, socket, now);
        let plain = "http: server gave HTTP response to HTTPS client";
        return Err(Outcome::Failure(request.failure(plain)));
    }
    instance.answers.insert(socket, Answer::default());
    if let Some(process) = &mut instance.process {
        process.deliver(socket, &request.bytes(), now);
        process.advance(now);
    }
    let question = Question::Http { container: instance.id.clone(), socket, request };
    Ok(Attempt::new(question, deadline))
}

fn connect(
    port: &Port,
    host: &str,
    target: Target<'_>,
    runtime: &mut Runtime,
    now: Timestamp,
) -> Outcome {
    let port = match target.container.port(port) {
        Ok(port) => port,
        Err(wrong) => return Outcome::Error(wrong),
    };
    let host = if host.is_empty() { target.pod.to_string() } else { host.to_owned() };
    let address = match reach(&host, target) {
        Reach::Pod => target.pod,
        Reach::Refused(address) => address,
        Reach::Unknown(host) => {
            return Outcome::Failure(format!("dial tcp: lookup {host}: no such host"));
        }
        Reach::Silent => return Outcome::Failure(format!("dial tcp {host}:{port}: i/o timeout")),
    };
    let from = SocketAddr::new(target.from, 40_000);
    let listener = runtime.listener(port).filter(|_| address == target.pod);
    if let Some(instance) = listener
        && let Some(socket) =
            instance.process.as_mut().and_then(|process| process.accept(port, from, now))
    {
        hang_up(instance, socket, now);
        return Outcome::Success;
    }
    Outcome::Failure(refused(SocketAddr::new(address, port)))
}

fn begin_grpc(
    port: i64,
    target: Target<'_>,
    runtime: &mut Runtime,
    seconds: i64,
    now: Timestamp,
) -> Result<Attempt, Outcome> {
    let port = target.container.port(&Port::Number(port)).map_err(Outcome::Error)?;
    if runtime.listener(port).is_some() {
        return Err(Outcome::Success);
    }
    let late = format!(
        "timeout: failed to connect service \"{}\" within {seconds}s: context deadline exceeded",
        SocketAddr::new(target.pod, port)
    );
    Ok(Attempt::new(Question::Silent { late }, after_seconds(now, seconds)))
}

fn hang_up(
    instance: &mut crate::sandbox::kubelet::runtime::Instance,
    socket: crate::sandbox::process::SocketId,
    now: Timestamp,
) {
    if let Some(process) = &mut instance.process {
        process.hang_up(socket, now);
        process.advance(now);
    }
}

/// Go's words for an address where nothing listens.
fn refused(address: SocketAddr) -> String {
    format!("dial tcp {address}: connect: connection refused")
}

/// How far a host is that a probe names.
enum Reach {
    Pod,
    Refused(IpAddr),
    Unknown(String),
    Silent,
}

fn reach(host: &str, target: Target<'_>) -> Reach {
    let host = if host == "localhost" { "127.0.0.1" } else { host };
    match host.parse::<IpAddr>() {
        Ok(address) if address == target.pod => Reach::Pod,
        // The kubelet is on the node, and so is its loopback.
        Ok(address) if address.is_loopback() => Reach::Refused(address),
        Ok(_) => Reach::Silent,
        Err(_) => Reach::Unknown(host.to_owned()),
    }
}
