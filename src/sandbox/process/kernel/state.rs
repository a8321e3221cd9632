use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;

use super::process::{Pid, Process, Slice, Status};
use super::scheduler::Task;
use super::signal::{Disposition, Signal};
use super::socket::{Socket, SocketEnd};
use super::{Handle, Shared};
use crate::sandbox::images::Image;
use crate::sandbox::process::contract::{Answer, Call, CallId, CallKind, SocketId};
use crate::sandbox::process::files::Files;

/// So many processes run in a container.
const MOST_PROCESSES: usize = 100;
/// So many connections a port holds before a program takes them.
const MOST_WAITING: usize = 128;

/// What never changes in a container.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Its image.
    pub(crate) image: Arc<Image>,
    /// The pod's name.
    pub(crate) hostname: String,
    /// The pod's address.
    pub(crate) pod_ip: IpAddr,
    /// The pod's namespace.
    pub(crate) namespace: String,
    /// In bytes.
    pub(crate) memory_limit: Option<u64>,
    /// The variables that every program from outside begins with.
    pub(crate) env: Vec<(String, String)>,
    /// The directory that every program from outside begins in.
    pub(crate) folder: String,
    /// The user that every program from outside runs as.
    pub(crate) user: (u32, u32),
    /// When it was started.
    pub(crate) started: Timestamp,
}

/// Everything that changes in a container but the programs themselves.
#[derive(Debug)]
pub(crate) struct Kernel {
    /// What does not change.
    pub(crate) machine: Arc<Machine>,
    /// The time.
    pub(crate) now: Timestamp,
    /// The file system.
    pub(crate) files: Files,
    /// By number.
    pub(crate) processes: BTreeMap<Pid, Process>,
    /// Processes whose program has not been polled yet.
    pub(super) newborn: Vec<(Pid, Task)>,
    /// Connections that leave the container.
    pub(super) sockets: BTreeMap<SocketId, Shared<Socket>>,
    /// Open ports.
    pub(super) listeners: BTreeMap<u16, Listener>,
    /// Questions to the network that nobody has taken yet.
    pub(super) calls: Vec<Call>,
    /// Answers that no program has taken yet.
    pub(super) answers: BTreeMap<CallId, Answer>,
    /// Whether a program was killed because of its memory.
    pub(crate) out_of_memory: bool,
    activity: u64,
    next_pid: u32,
    next_id: u64,
    next_port: u16,
}

/// An open port.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) owner: Pid,
    pub(super) waiting: VecDeque<Arc<SocketEnd>>,
}

impl Machine {
    /// Where programs are looked for.
    pub(crate) fn path(&self) -> &str {
        let path = self.env.iter().find(|(name, _)| name == "PATH");
        path.map_or("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", |it| &it.1)
    }
}

impl Kernel {
    /// A container without a process.
    pub(crate) fn new(machine: Machine, files: Files) -> Self {
        let now = machine.started;
        Self {
            machine: Arc::new(machine),
            now,
            files,
            processes: BTreeMap::new(),
            newborn: Vec::new(),
            sockets: BTreeMap::new(),
            listeners: BTreeMap::new(),
            calls: Vec::new(),
            answers: BTreeMap::new(),
            out_of_memory: false,
            activity: 0,
            next_pid: 1,
            next_id: 1,
            next_port: 32768,
        }
    }

    /// Something has happened that may let a program go on.
    pub(crate) fn stir(&mut self) {
        self.activity += 1;
    }

    /// Grows with everything that happens.
    pub(crate) fn activity(&self) -> u64 {
        self.activity
    }

    /// Whether one more process may be started.
    pub(crate) fn can_spawn(&self) -> bool {
        self.processes.len() < MOST_PROCESSES
    }

    /// Adds a process.
    pub(crate) fn add_process(&mut self, process: Process) -> Pid {
        let pid = Pid(self.next_pid);
        self.next_pid += 1;
        self.processes.insert(pid, process);
        self.stir();
        pid
    }

    /// The program of a process that was just added.
    pub(crate) fn set_program(&mut self, pid: Pid, task: Task) {
        self.newborn.push((pid, task));
    }

    /// A process with nothing open that belongs to the outside.
    pub(crate) fn blank_process(&self, arguments: Vec<String>) -> Process {
        Process {
            parent: Pid::OUTSIDE,
            group: Pid(self.next_pid),
            arguments,
            env: self.machine.env.clone(),
            folder: self.machine.folder.clone(),
            mask: 0o022,
            user: self.machine.user.0,
            user_group: self.machine.user.1,
            handles: BTreeMap::new(),
            ended: None,
            kept: false,
            pending: VecDeque::new(),
            dispositions: BTreeMap::new(),
            wake: None,
            memory: 0,
            started: self.now,
            slice: Slice::default(),
        }
    }

    /// Does some steps of a process; `false` if it has to pause.
    pub(crate) fn spend(&mut self, pid: Pid, steps: u32) -> bool {
        let running = self.processes.values().filter(|it| it.ended.is_none()).count();
        let sharing = u32::try_from(running).unwrap_or(u32::MAX);
        let now = self.now;
        let Some(process) = self.processes.get_mut(&pid) else { return false };
        match process.slice.spend(now, steps, sharing) {
            Some(until) => {
                process.wake_at(until);
                false
            }
            None => true,
        }
    }

    /// A process has ended: what it had open is closed, who waits for it may go on.
    pub(crate) fn end_process(&mut self, pid: Pid, status: Status) {
        let Some(process) = self.processes.get_mut(&pid) else { return };
        if process.ended.is_some() {
            return;
        }
        process.ended = Some(status);
        process.wake = None;
        process.memory = 0;
        let parent = process.parent;
        let handles = std::mem::take(&mut process.handles);
        drop(handles);
        self.listeners.retain(|_, listener| listener.owner != pid);
        self.abandon_children(pid);
        match self.processes.get(&parent) {
            Some(process) if process.ended.is_none() => self.signal(parent, Signal::CHLD),
            _ => self.forget_unless_kept(pid),
        }
        self.stir();
    }

    /// Nobody asks for the children of a process that has ended.
    fn abandon_children(&mut self, dead: Pid) {
        let children: Vec<Pid> = self
            .processes
            .iter_mut()
            .filter(|(_, process)| process.parent == dead)
            .map(|(pid, process)| {
                process.parent = Pid::OUTSIDE;
                *pid
            })
            .collect();
        for child in children {
            self.forget_unless_kept(child);
        }
    }

    fn forget_unless_kept(&mut self, pid: Pid) {
        let gone = |process: &Process| process.ended.is_some() && !process.kept;
        if self.processes.get(&pid).is_some_and(gone) {
            self.processes.remove(&pid);
        }
    }

    /// Sends a signal, as a process of the container does.
    pub(crate) fn signal(&mut self, pid: Pid, signal: Signal) {
        let Some(process) = self.processes.get_mut(&pid) else { return };
        if process.ended.is_some() || signal.0 == 0 {
            return;
        }
        // The first process of a container is its init: what it does not catch, it
        // does not get, SIGKILL included.
        // Source: kernel/signal.c, SIGNAL_UNKILLABLE.
        let is_main = pid == Pid::MAIN;
        match process.disposition(signal) {
            _ if signal == Signal::KILL && !is_main => {
                self.end_process(pid, Status::Signaled(signal));
            }
            Disposition::Catch => {
                if process.pending.len() < 64 && !process.pending.contains(&signal) {
                    process.pending.push_back(signal);
                }
                self.stir();
            }
            Disposition::Default if !is_main && !signal.is_ignored_by_default() => {
                self.end_process(pid, Status::Signaled(signal));
            }
            Disposition::Default | Disposition::Ignore => {}
        }
    }

    /// Nobody will ask for a process of the outside any more.
    pub(crate) fn forget(&mut self, pid: Pid) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.kept = false;
        }
        self.forget_unless_kept(pid);
    }

    /// Sends a signal to all of a group.
    pub(crate) fn signal_group(&mut self, group: Pid, signal: Signal) {
        let members: Vec<Pid> = self
            .processes
            .iter()
            .filter(|(_, process)| process.group == group)
            .map(|(pid, _)| *pid)
            .collect();
        for pid in members {
            self.signal(pid, signal);
        }
    }

    /// The memory of all processes; beyond the limit everything is killed.
    ///
    /// Source: kubelet sets `memory.oom.group`, so one victim takes the container with it.
    pub(crate) fn use_memory(&mut self, pid: Pid, bytes: u64) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.memory = bytes;
        }
        let used = self.memory_used();
        if self.machine.memory_limit.is_some_and(|limit| used > limit) {
            self.out_of_memory = true;
            self.end_process(Pid::MAIN, Status::Signaled(Signal::KILL));
        }
    }

    /// What all processes hold beyond the usual.
    pub(crate) fn memory_used(&self) -> u64 {
        self.processes.values().map(|process| process.memory).fold(0, u64::saturating_add)
    }

    /// When a program goes on by itself.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.processes.values().filter_map(|process| process.wake).min()
    }

    /// A number that nothing else has.
    pub(super) fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// An address for the near end of a connection.
    pub(super) fn new_local(&mut self, ip: IpAddr) -> SocketAddr {
        self.next_port = if self.next_port >= 60_999 { 32_768 } else { self.next_port + 1 };
        SocketAddr::new(ip, self.next_port)
    }

    /// Asks the network.
    pub(super) fn call(&mut self, kind: CallKind) -> CallId {
        let id = CallId(self.new_id());
        self.calls.push(Call { id, kind });
        self.stir();
        id
    }
}

/// For the world around the container.
impl Kernel {
    /// Questions to the network since this was last asked.
    pub(crate) fn take_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }

    /// An answer of the network.
    pub(crate) fn answer(&mut self, call: CallId, answer: Answer) {
        if self.answers.len() < 1000 {
            self.answers.insert(call, answer);
            self.stir();
        }
    }

    /// Whether a program listens on a port.
    pub(crate) fn listens(&self, port: u16) -> bool {
        self.listeners.contains_key(&port)
    }

    /// A connection from elsewhere.
    pub(crate) fn accept(&mut self, port: u16, from: SocketAddr) -> Option<SocketId> {
        let local = SocketAddr::new(self.machine.pod_ip, port);
        let id = SocketId(self.new_id());
        let socket = super::shared(Socket::new(local, from));
        self.offer(port, Arc::new(SocketEnd(socket.clone())))?;
        self.sockets.insert(id, socket);
        Some(id)
    }

    /// Puts a connection before the program that listens.
    pub(super) fn offer(&mut self, port: u16, end: Arc<SocketEnd>) -> Option<()> {
        let listener = self.listeners.get_mut(&port)?;
        if listener.waiting.len() >= MOST_WAITING {
            return None;
        }
        listener.waiting.push_back(end);
        self.stir();
        Some(())
    }

    /// A connection that was asked for stands.
    pub(super) fn connected(&mut self, id: SocketId, peer: SocketAddr) -> Handle {
        let local = self.new_local(self.machine.pod_ip);
        let socket = super::shared(Socket::new(local, peer));
        self.sockets.insert(id, socket.clone());
        Handle::Socket(Arc::new(SocketEnd(socket)))
    }

    /// A connection by its number.
    pub(crate) fn socket(&self, id: SocketId) -> Option<&Shared<Socket>> {
        self.sockets.get(&id)
    }

    /// What is to be sent on all connections; those that are closed are forgotten.
    pub(crate) fn take_traffic(&mut self) -> Vec<(SocketId, Vec<u8>, bool)> {
        let mut traffic = Vec::new();
        self.sockets.retain(|id, socket| {
            let mut socket = super::lock(socket);
            if let Some((bytes, closed)) = socket.take() {
                traffic.push((*id, bytes, closed));
            }
            !socket.is_done()
        });
        if !traffic.is_empty() {
            // There is room again for those who wait to write.
            self.stir();
        }
        traffic
    }
}

impl Process {
    /// Goes on at this time, or earlier where that was said already.
    pub(crate) fn wake_at(&mut self, at: Timestamp) {
        self.wake = Some(self.wake.map_or(at, |wake| wake.min(at)));
    }
}
