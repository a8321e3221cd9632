use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;

use super::handle::Handle;
use super::process::Pid;
use super::socket::{self, Socket, SocketEnd};
use super::state::{Kernel, Listener};
use super::system::{System, until};
use super::{lock, shared};
use crate::sandbox::process::contract::{Answer, CallId, CallKind};
use crate::sandbox::process::errno::Errno;

/// Steps that a question to the network costs, so that nobody asks without end.
const COST: u32 = 100;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// The full name.
    pub(crate) name: String,
    /// Its addresses.
    pub(crate) addresses: Vec<IpAddr>,
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectError {
    /// Nothing listens.
    Refused,
    /// There is no way.
    Unreachable,
}

/// The network.
impl System {
    async fn ask(&self, kind: CallKind) -> Answer {
        self.steps(COST).await;
        let id = self.kernel().call(kind);
        until(|| self.poll_answer(id)).await
    }

    fn poll_answer(&self, id: CallId) -> Poll<Answer> {
        match self.kernel().answers.remove(&id) {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        }
    }

    /// The addresses of a name: an address itself, `/etc/hosts`, the cluster's DNS.
    pub(crate) async fn resolve(&self, name: &str) -> Option<Resolved> {
        if let Ok(address) = name.parse::<IpAddr>() {
            return Some(Resolved { name: name.to_owned(), addresses: vec![address] });
        }
        if let Some(addresses) = self.in_hosts_file(name) {
            return Some(Resolved { name: name.to_owned(), addresses });
        }
        self.ask_name_server(name).await
    }

    /// The addresses of a name, as the cluster's DNS has them.
    pub(crate) async fn ask_name_server(&self, name: &str) -> Option<Resolved> {
        if name.is_empty() || name.len() > 255 {
            return None;
        }
        match self.ask(CallKind::Resolve(name.to_owned())).await {
            Answer::Resolved(found) => found.map(|(name, addresses)| Resolved { name, addresses }),
            _ => None,
        }
    }

    fn in_hosts_file(&self, name: &str) -> Option<Vec<IpAddr>> {
        let hosts = self.read_file("/etc/hosts").ok()?;
        let hosts = String::from_utf8_lossy(&hosts).into_owned();
        let lines = hosts.lines().filter_map(|line| {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            let address: IpAddr = words.next()?.parse().ok()?;
            words.any(|word| word.eq_ignore_ascii_case(name)).then_some(address)
        });
        let (four, six): (Vec<IpAddr>, Vec<IpAddr>) = lines.partition(IpAddr::is_ipv4);
        match (four.is_empty(), six.is_empty()) {
            (false, _) => Some(four),
            (true, false) => Some(six),
            (true, true) => None,
        }
    }

    /// A connection; its number as an open file.
    pub(crate) async fn connect(&self, to: SocketAddr) -> Result<i32, ConnectError> {
        self.steps(COST).await;
        let to = match to.ip().is_unspecified() {
            true => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), to.port()),
            false => to,
        };
        if let Some(handle) = self.connect_here(to) {
            return self.add_handle(handle).map_err(|_| ConnectError::Refused);
        }
        match self.ask(CallKind::Connect(to)).await {
            Answer::Connected(id) => {
                let handle = self.kernel().connected(id, to);
                self.add_handle(handle).map_err(|_| ConnectError::Refused)
            }
            Answer::Unreachable => Err(ConnectError::Unreachable),
            _ => Err(ConnectError::Refused),
        }
    }

    fn is_here(&self, ip: IpAddr) -> bool {
        ip.is_loopback() || ip.is_unspecified() || ip == self.kernel().machine.pod_ip
    }

    /// A connection within the container needs no network.
    fn connect_here(&self, to: SocketAddr) -> Option<Handle> {
        if !self.is_here(to.ip()) {
            return None;
        }
        let mut kernel = self.kernel();
        if !kernel.listens(to.port()) {
            return None;
        }
        let local = kernel.new_local(to.ip());
        let near = shared(Socket::new(local, to));
        let far = shared(Socket::new(to, local));
        Socket::join(&near, &far);
        kernel.offer(to.port(), Arc::new(SocketEnd(far)))?;
        Some(Handle::Socket(Arc::new(SocketEnd(near))))
    }

    /// Whether an address answers an echo.
    pub(crate) async fn ping(&self, to: IpAddr) -> Result<(), ConnectError> {
        if self.is_here(to) {
            return Ok(());
        }
        match self.ask(CallKind::Ping(to)).await {
            Answer::Echo => Ok(()),
            Answer::Unreachable => Err(ConnectError::Unreachable),
            _ => {
                self.wait_for_ever().await;
                Err(ConnectError::Unreachable)
            }
        }
    }

    /// Opens a port.
    pub(crate) fn listen(&self, port: u16) -> Result<i32, Errno> {
        {
            let mut kernel = self.kernel();
            if kernel.listeners.contains_key(&port) {
                return Err(Errno::AddressInUse);
            }
            kernel.listeners.insert(port, Listener { owner: self.pid, waiting: VecDeque::new() });
            kernel.stir();
        }
        self.add_handle(Handle::Listener)
    }

    /// Closes a port.
    pub(crate) fn stop_listening(&self, port: u16) {
        let listener = self.kernel().listeners.remove(&port);
        drop(listener);
        self.kernel().stir();
    }

    /// Waits for a connection on a port; its number as an open file.
    pub(crate) async fn accept(&self, port: u16) -> Result<i32, Errno> {
        until(|| match self.take_connection(port) {
            Some(taken) => Poll::Ready(taken),
            None => Poll::Pending,
        })
        .await
    }

    /// A connection that waits on a port.
    pub(crate) fn take_connection(&self, port: u16) -> Option<Result<i32, Errno>> {
        let end = {
            let mut kernel = self.kernel();
            let end = kernel.listeners.get_mut(&port)?.waiting.pop_front()?;
            kernel.stir();
            kernel.spend(self.pid, 10);
            end
        };
        Some(self.add_handle(Handle::Socket(end)))
    }

    /// Both ends of a connection: here, and there.
    pub(crate) fn socket_addresses(&self, number: i32) -> Option<(SocketAddr, SocketAddr)> {
        match self.handle(number) {
            Ok(Handle::Socket(end)) => {
                let socket = lock(&end.0);
                Some((socket.local, socket.peer))
            }
            _ => None,
        }
    }

    /// Says that nothing more will be written into a connection.
    pub(crate) fn shut_down(&self, number: i32) {
        if let Ok(Handle::Socket(end)) = self.handle(number) {
            socket::shut(&end.0);
            self.kernel().stir();
        }
    }
}

impl Kernel {
    /// Ports that are listened on, with who does.
    pub(crate) fn open_ports(&self) -> impl Iterator<Item = (u16, Pid)> {
        self.listeners.iter().map(|(port, listener)| (*port, listener.owner))
    }
}
