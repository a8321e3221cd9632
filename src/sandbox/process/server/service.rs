use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::task::Poll;

use jiff::Timestamp;

use super::http_connection::{HttpConnection, Progress};
use super::options;
use super::tcp_connection::TcpConnection;
use super::values::Values;
use crate::sandbox::images::{Serve, Template};
use crate::sandbox::process::kernel::{Disposition, Signal, System, until};
use crate::sandbox::process::programs::Run;

/// So many clients are served at once.
const MOST_CONNECTIONS: usize = 200;

/// What a server knows of where it runs.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) hostname: String,
    pub(super) ip: IpAddr,
    pub(super) namespace: String,
    pub(super) version: String,
    pub(super) env: Vec<(String, String)>,
    pub(super) arguments: Vec<String>,
    pub(super) options: BTreeMap<String, String>,
    pub(super) started: Timestamp,
}

/// What a server remembers.
#[derive(Debug)]
pub(super) struct State {
    pub(super) facts: Facts,
    /// Requests so far.
    pub(super) count: u64,
    /// How often a route was asked for, by HTTP port and number.
    pub(super) seen: BTreeMap<(usize, usize), u64>,
    /// What routes have set, or clients have stored.
    pub(super) values: BTreeMap<String, String>,
}

impl State {
    /// A value that was set; the empty text otherwise.
    pub(super) fn value(&self, name: &str) -> &str {
        self.values.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// What happens beside an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    Log(String),
    LogError(String),
    Memory(u64),
    Exit(i32),
}

#[derive(Debug)]
enum Client {
    Http(HttpConnection),
    Tcp(TcpConnection),
}

#[derive(Debug)]
struct Connection {
    client: Client,
    unsent: Vec<u8>,
    closes: bool,
    heard_all: bool,
}

#[derive(Debug, Clone, Copy)]
enum Port {
    Http(usize),
    Tcp(usize),
}

/// What a server waits for.
enum Event {
    Client(u16, i32),
    Bytes(i32, Vec<u8>),
    Due(i32),
    Room(i32),
    Signal(Signal),
    Exit(i32),
}

struct Service {
    system: System,
    serve: Serve,
    state: State,
    ports: BTreeMap<u16, Port>,
    connections: BTreeMap<i32, Connection>,
}

/// Runs a server until a signal, its data, or an answer ends it.
pub(crate) async fn serve(run: Run, serve: Serve) -> i32 {
    let facts = facts_of(&run, &serve);
    let system = run.system.clone();
    let state = State { facts, count: 0, seen: BTreeMap::new(), values: BTreeMap::new() };
    let mut service =
        Service { system, serve, state, ports: BTreeMap::new(), connections: BTreeMap::new() };
    for signal in [Signal::TERM, Signal::INT, Signal::QUIT] {
        service.system.on_signal(signal, Disposition::Catch);
    }
    service.system.use_memory(service.serve.memory.0);
    for (handle, lines) in [(1, service.serve.log.clone()), (2, service.serve.errors.clone())] {
        service.write_lines(handle, &lines).await;
    }
    let ready = service.system.after(service.serve.ready_after);
    let system = service.system.clone();
    if system.or_signal(system.sleep_until(ready)).await.is_none() {
        return service.stop().await;
    }
    if let Err(code) = service.listen(&run).await {
        return code;
    }
    service.run().await
}

fn facts_of(run: &Run, serve: &Serve) -> Facts {
    let machine = run.system.machine();
    let mut facts = Facts {
        hostname: machine.hostname.clone(),
        ip: machine.pod_ip,
        namespace: machine.namespace.clone(),
        version: machine.image.version().to_owned(),
        env: run.env.clone(),
        arguments: run.rest().to_vec(),
        options: BTreeMap::new(),
        started: run.system.now(),
    };
    let now = run.system.now();
    facts.options = options::values(run, &serve.options, |template| {
        template.fill(|name| plain_values(&facts, now).get(name))
    });
    facts
}

fn plain_values(facts: &Facts, now: Timestamp) -> Values<'_> {
    Values { facts, now, count: 0, exchange: None, reply: None, port: 0 }
}

impl Service {
    fn fill(&self, template: &Template) -> String {
        let values = plain_values(&self.state.facts, self.system.now());
        template.fill(|name| values.get(name))
    }

    async fn write_lines(&self, handle: i32, lines: &[Template]) {
        let text: String = lines.iter().map(|line| format!("{}\n", self.fill(line))).collect();
        if !text.is_empty() {
            let _ = self.system.write(handle, text.as_bytes()).await;
        }
    }

    async fn listen(&mut self, run: &Run) -> Result<(), i32> {
        let http = self.serve.http.iter().enumerate();
        let http = http.map(|(number, server)| (self.fill(&server.port), Port::Http(number)));
        let tcp = self.serve.tcp.iter().enumerate();
        let tcp = tcp.map(|(number, server)| (self.fill(&server.port), Port::Tcp(number)));
        let wanted: Vec<(String, Port)> = http.chain(tcp).collect();
        for (text, kind) in wanted {
            // `:8080` is how Go's servers are told.
            let text = text.rsplit(':').next().unwrap_or_default();
            if text.is_empty() {
                continue;
            }
            let Ok(port) = text.parse::<u16>() else {
                return Err(run.fail(format!("invalid port {text:?}")).await);
            };
            if let Err(error) = self.system.listen(port) {
                return Err(run.fail(format!("bind to 0.0.0.0:{port} failed: {error}")).await);
            }
            self.ports.insert(port, kind);
        }
        Ok(())
    }

    async fn run(&mut self) -> i32 {
        let exit = self.serve.exit.clone();
        let exit_at = exit.map(|exit| {
            let started = self.state.facts.started;
            let time = jiff::SignedDuration::try_from(exit.after).unwrap_or_default();
            (started.checked_add(time).unwrap_or(Timestamp::MAX), exit.code)
        });
        loop {
            self.system.step().await;
            let event = until(|| self.poll_event(exit_at)).await;
            let end = match event {
                Event::Client(port, handle) => self.welcome(port, handle),
                Event::Bytes(handle, bytes) => {
                    self.receive(handle, &bytes);
                    self.go_on(handle).await
                }
                Event::Due(handle) => self.go_on(handle).await,
                Event::Room(handle) => {
                    self.send(handle);
                    None
                }
                Event::Signal(signal) if signal == Signal::TERM && self.serve.stop.ignored => None,
                Event::Signal(_) => Some(self.stop().await),
                Event::Exit(code) => Some(code),
            };
            if let Some(code) = end {
                return code;
            }
        }
    }

    async fn stop(&mut self) -> i32 {
        let stop = self.serve.stop.clone();
        self.write_lines(1, &stop.log).await;
        self.system.sleep(stop.after).await;
        stop.code
    }

    fn poll_event(&self, exit_at: Option<(Timestamp, i32)>) -> Poll<Event> {
        if let Some(signal) = self.system.take_signal() {
            return Poll::Ready(Event::Signal(signal));
        }
        if let Some((at, code)) = exit_at
            && self.system.poll_time(at).is_ready()
        {
            return Poll::Ready(Event::Exit(code));
        }
        for port in self.ports.keys() {
            if self.connections.len() < MOST_CONNECTIONS
                && let Some(Ok(handle)) = self.system.take_connection(*port)
            {
                return Poll::Ready(Event::Client(*port, handle));
            }
        }
        for (handle, connection) in &self.connections {
            if let Client::Http(client) = &connection.client
                && let Some(at) = client.due()
            {
                if self.system.poll_time(at).is_ready() {
                    return Poll::Ready(Event::Due(*handle));
                }
                continue;
            }
            if !connection.unsent.is_empty() {
                if self.system.has_room(*handle) {
                    return Poll::Ready(Event::Room(*handle));
                }
                continue;
            }
            if !connection.heard_all
                && let Poll::Ready(read) = self.system.try_read(*handle, 64 << 10)
            {
                return Poll::Ready(Event::Bytes(*handle, read.unwrap_or_default()));
            }
        }
        Poll::Pending
    }

    fn welcome(&mut self, port: u16, handle: i32) -> Option<i32> {
        let unknown = SocketAddr::new(self.state.facts.ip, 0);
        let from = self.system.socket_addresses(handle).map_or(unknown, |(_, peer)| peer);
        let (client, greeting) = match self.ports.get(&port)? {
            Port::Http(number) => {
                (Client::Http(HttpConnection::new(from, *number, port)), String::new())
            }
            Port::Tcp(number) => {
                let server = self.serve.tcp.get(*number)?;
                (Client::Tcp(TcpConnection::new(server.protocol)), self.fill(&server.greeting))
            }
        };
        let unsent = greeting.into_bytes();
        let connection = Connection { client, unsent, closes: false, heard_all: false };
        self.connections.insert(handle, connection);
        self.send(handle);
        None
    }

    fn receive(&mut self, handle: i32, bytes: &[u8]) {
        let Some(connection) = self.connections.get_mut(&handle) else { return };
        connection.heard_all |= bytes.is_empty();
        match &mut connection.client {
            Client::Http(client) => client.receive(bytes),
            Client::Tcp(client) => client.receive(bytes),
        }
    }

    /// Answers what can be answered; the exit code where the program ends with that.
    async fn go_on(&mut self, handle: i32) -> Option<i32> {
        let now = self.system.now();
        let connection = self.connections.get_mut(&handle)?;
        let waits = |client: &HttpConnection| client.due().is_some();
        let Progress { send, close, effects } = match &mut connection.client {
            Client::Http(client) => {
                let server = self.serve.http.get(client.number())?;
                client.go_on(&self.system, server, &mut self.state, now)
            }
            Client::Tcp(client) => client.go_on(&mut self.state),
        };
        let still_waits = matches!(&connection.client, Client::Http(client) if waits(client));
        connection.unsent.extend(send);
        connection.closes |= close || (connection.heard_all && !still_waits);
        self.send(handle);
        let mut end = None;
        for effect in effects {
            match effect {
                Effect::Log(line) => {
                    let _ = self.system.write(1, format!("{line}\n").as_bytes()).await;
                }
                Effect::LogError(line) => {
                    let _ = self.system.write(2, format!("{line}\n").as_bytes()).await;
                }
                Effect::Memory(bytes) => self.system.use_memory(bytes),
                Effect::Exit(code) => end = Some(code),
            }
        }
        end
    }

    /// Sends what waits, as far as there is room; closes what is to be closed.
    fn send(&mut self, handle: i32) {
        let Some(connection) = self.connections.get_mut(&handle) else { return };
        let mut gone = false;
        while !connection.unsent.is_empty() {
            match self.system.try_write(handle, &connection.unsent) {
                Poll::Ready(Ok(count)) => drop(connection.unsent.drain(..count)),
                Poll::Ready(Err(_)) => {
                    gone = true;
                    break;
                }
                Poll::Pending => break,
            }
        }
        if gone || (connection.closes && connection.unsent.is_empty()) {
            self.connections.remove(&handle);
            self.system.close(handle);
        }
    }
}
