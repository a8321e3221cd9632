use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::image_files;
use super::kernel::{
    Handle, Kernel, Outlet, Pid, Scheduler, Shared, Signal, Status, System, Terminal, lock, shared,
};
use super::programs::load;
use super::session::{Input, Session};
use super::start_failure::{self, What};
use super::{
    Answer, Call, CallId, Chunk, ContainerSetup, Ended, SessionId, SocketId, StartFailure, Stream,
    Traffic,
};

/// A program that wakes up more often in one `advance` is late from then on.
const MOST_WAKES: usize = 20_000;

/// A container that runs, or has ended.
///
/// A function of what is put in and of time: the same calls give the same answers.
/// Whatever is put in runs the programs at once, as far as they get at that time.
#[derive(Debug)]
pub struct Container {
    kernel: Shared<Kernel>,
    /// Programs can be sent between threads, not shared; nobody locks this twice.
    scheduler: Mutex<Scheduler>,
    log: Shared<Outlet>,
    main_input: Input,
    main_has_terminal: bool,
    sessions: BTreeMap<SessionId, Session>,
    next_session: u64,
    ended: Option<Ended>,
}

/// What a program's input and output are to be.
struct Wiring {
    stdin: bool,
    tty: bool,
    outlet: Shared<Outlet>,
}

impl Wiring {
    /// The end of the input outside, and the open files inside.
    fn connect(self, pid: Pid) -> (Input, BTreeMap<i32, Handle>) {
        if self.tty {
            let terminal = shared(Terminal::new(self.outlet, pid));
            let handle = Handle::Terminal(terminal.clone());
            let handles = [(0, handle.clone()), (1, handle.clone()), (2, handle)];
            return (Input::Terminal(terminal), handles.into());
        }
        let input = if self.stdin { Input::pipe() } else { Input::None };
        let handles = [
            (0, input.reader()),
            (1, Handle::Outlet(self.outlet.clone(), Stream::Stdout)),
            (2, Handle::Outlet(self.outlet, Stream::Stderr)),
        ];
        (input, handles.into())
    }
}

impl Container {
    /// Starts the main process.
    ///
    /// # Errors
    /// [`StartFailure`] where its program cannot be started.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "whoever starts a container has no use for its setup"
    )]
    pub fn start(setup: ContainerSetup, now: Timestamp) -> Result<Self, StartFailure> {
        let (machine, files, command) = image_files::assemble(&setup, now);
        if command.is_empty() {
            return Err(start_failure::no_command());
        }
        let kernel = shared(Kernel::new(machine, files));
        let log = shared(Outlet::default());
        let mut container = Self {
            kernel,
            scheduler: Mutex::default(),
            log: log.clone(),
            main_input: Input::None,
            main_has_terminal: setup.tty,
            sessions: BTreeMap::new(),
            next_session: 1,
            ended: None,
        };
        let wiring = Wiring { stdin: setup.stdin, tty: setup.tty, outlet: log };
        container.main_input = container.launch(&command, wiring, What::Main)?.1;
        container.run(now);
        Ok(container)
    }

    /// Puts a program into the kernel; it has not run yet.
    fn launch(
        &mut self,
        command: &[String],
        wiring: Wiring,
        what: What,
    ) -> Result<(Pid, Input), StartFailure> {
        let pid = {
            let mut kernel = lock(&self.kernel);
            let mut process = kernel.blank_process(command.to_vec());
            process.kept = true;
            if wiring.tty {
                process.env.push(("TERM".to_owned(), "xterm".to_owned()));
            }
            kernel.add_process(process)
        };
        let system = System::new(self.kernel.clone(), pid);
        let path = lock(&self.kernel).machine.path().to_owned();
        let loaded = match load(&system, command, &path) {
            Ok(loaded) => loaded,
            Err(error) => {
                lock(&self.kernel).processes.remove(&pid);
                return Err(start_failure::not_loaded(what, &command[0], &error));
            }
        };
        let (input, handles) = wiring.connect(pid);
        let env = system.with(|process| {
            process.handles = handles;
            process.env.clone()
        });
        let task = loaded.start(system, env.unwrap_or_default());
        lock(&self.kernel).set_program(pid, task);
        Ok((pid, input))
    }

    /// Runs every program as far as it gets until `now`.
    pub fn advance(&mut self, now: Timestamp) {
        self.catch_up(now);
        self.run(now);
    }

    /// Lets happen what is due before a time, each at its own.
    fn catch_up(&mut self, now: Timestamp) {
        for _ in 0..MOST_WAKES {
            match self.next_due() {
                Some(due) if due < now => self.run(due),
                _ => break,
            }
        }
    }

    fn run(&mut self, now: Timestamp) {
        if self.ended.is_some() {
            return;
        }
        {
            let mut kernel = lock(&self.kernel);
            kernel.now = kernel.now.max(now);
        }
        self.scheduler.get_mut().unwrap_or_else(PoisonError::into_inner).run(&self.kernel);
        self.notice_end();
    }

    /// With the main process all others are gone.
    fn notice_end(&mut self) {
        let status = {
            let kernel = lock(&self.kernel);
            kernel.processes.get(&Pid::MAIN).and_then(|process| process.ended)
        };
        let Some(status) = status else { return };
        let (at, out_of_memory) = {
            let mut kernel = lock(&self.kernel);
            let pids: Vec<Pid> = kernel.processes.keys().copied().collect();
            for pid in pids {
                kernel.end_process(pid, Status::Signaled(Signal::KILL));
            }
            (kernel.now, kernel.out_of_memory)
        };
        for session in self.sessions.values_mut() {
            session.note_exit(&self.kernel);
        }
        self.ended = Some(Ended { code: status.code(), out_of_memory, at });
        self.scheduler.get_mut().unwrap_or_else(PoisonError::into_inner).stop();
    }

    /// When something will happen by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        if self.ended.is_some() {
            return None;
        }
        let kernel = lock(&self.kernel);
        let behind = {
            let scheduler = self.scheduler.lock().unwrap_or_else(PoisonError::into_inner);
            scheduler.is_behind(&kernel)
        };
        if behind {
            return Some(kernel.now);
        }
        kernel.next_due()
    }

    /// How the main process ended; with it, all others are gone.
    pub fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    /// The polite signal (SIGTERM) to the main process.
    pub fn terminate(&mut self, now: Timestamp) {
        self.at(now, |kernel| kernel.signal(Pid::MAIN, Signal::TERM));
    }

    /// The other one (SIGKILL).
    pub fn kill(&mut self, now: Timestamp) {
        self.at(now, |kernel| kernel.end_process(Pid::MAIN, Status::Signaled(Signal::KILL)));
    }

    /// Does something at a time, then lets the programs run.
    fn at<T>(&mut self, now: Timestamp, act: impl FnOnce(&mut Kernel) -> T) -> T {
        self.catch_up(now);
        let done = {
            let mut kernel = lock(&self.kernel);
            kernel.now = kernel.now.max(now);
            let done = act(&mut kernel);
            kernel.stir();
            done
        };
        self.run(now);
        done
    }

    /// What the main process has written since this was last asked: its log.
    pub fn take_log(&mut self) -> Vec<Chunk> {
        self.drain(&self.log.clone())
    }

    fn drain(&self, outlet: &Shared<Outlet>) -> Vec<Chunk> {
        let mut outlet = lock(outlet);
        let chunks = outlet.take();
        if outlet.holds_up_a_writer() {
            outlet.let_go();
            lock(&self.kernel).stir();
        }
        chunks
    }
}

/// Programs beside the main one, and those who look at it.
impl Container {
    /// Runs a program beside the main one.
    ///
    /// # Errors
    /// [`StartFailure`], as `exec` tells it.
    #[expect(clippy::needless_pass_by_value, reason = "as it comes off the wire")]
    pub fn exec(
        &mut self,
        command: Vec<String>,
        stdin: bool,
        tty: bool,
        now: Timestamp,
    ) -> Result<SessionId, StartFailure> {
        let id = SessionId(self.next_session);
        if self.ended.is_some() {
            return Err(start_failure::not_running(id));
        }
        if command.first().is_none_or(String::is_empty) {
            return Err(start_failure::no_exec_command(id));
        }
        self.catch_up(now);
        {
            let mut kernel = lock(&self.kernel);
            kernel.now = kernel.now.max(now);
            if !kernel.can_spawn() {
                return Err(start_failure::cannot_fork(id));
            }
        }
        let outlet = shared(Outlet::default());
        let wiring = Wiring { stdin, tty, outlet: outlet.clone() };
        let (pid, input) = self.launch(&command, wiring, What::Exec(id))?;
        self.next_session += 1;
        self.sessions.insert(id, Session::exec(pid, input, outlet));
        self.run(now);
        Ok(id)
    }

    /// Joins the main process: what it writes from now on, and its input where it has one.
    pub fn attach(&mut self) -> SessionId {
        let id = SessionId(self.next_session);
        self.next_session += 1;
        let view = lock(&self.log).open_view();
        let input = self.main_input.clone();
        self.sessions.insert(id, Session::attach(input, self.log.clone(), view));
        id
    }

    /// Input for a session; on a terminal, as typed.
    pub fn input(&mut self, session: SessionId, bytes: &[u8], now: Timestamp) {
        let Some(input) = self.sessions.get(&session).map(|session| session.input.clone()) else {
            return;
        };
        self.at(now, |kernel| input.give(bytes, kernel));
    }

    /// The end of a session's input.
    pub fn end_input(&mut self, session: SessionId, now: Timestamp) {
        let Some(found) = self.sessions.get_mut(&session) else { return };
        let input = std::mem::replace(&mut found.input, Input::None);
        let is_main = found.is_attached();
        if is_main && !self.main_has_terminal {
            self.main_input = Input::None;
            for other in self.sessions.values_mut().filter(|other| other.is_attached()) {
                other.input = Input::None;
            }
        }
        self.at(now, |kernel| input.end(kernel));
    }

    /// The size of a session's terminal.
    pub fn resize(&mut self, session: SessionId, columns: u16, rows: u16) {
        let input = self.sessions.get(&session).map(|session| session.input.clone());
        let Some(Input::Terminal(terminal)) = input else { return };
        let now = lock(&self.kernel).now;
        self.at(now, |kernel| {
            let foreground = {
                let mut terminal = lock(&terminal);
                (terminal.columns, terminal.rows) = (columns, rows);
                terminal.foreground
            };
            kernel.signal_group(foreground, Signal::WINCH);
        });
    }

    /// What a session has written since this was last asked.
    pub fn take_output(&mut self, session: SessionId) -> Vec<Chunk> {
        let Some(found) = self.sessions.get(&session) else { return Vec::new() };
        match found.view() {
            Some(view) => lock(&self.log).take_view(view),
            None => self.drain(&found.outlet.clone()),
        }
    }

    /// The exit code of a session's program.
    pub fn exit_code(&self, session: SessionId) -> Option<i32> {
        let found = self.sessions.get(&session)?;
        match found.is_attached() {
            true => self.ended.as_ref().map(|ended| ended.code),
            false => found.exit_code(&self.kernel),
        }
    }

    /// Nobody looks any more: an `exec` loses its terminal (SIGHUP) or input. The session
    /// is forgotten, so this is to be called for each, also after its end.
    pub fn leave(&mut self, session: SessionId, now: Timestamp) {
        let Some(found) = self.sessions.remove(&session) else { return };
        if let Some(view) = found.view() {
            lock(&self.log).close_view(view);
            return;
        }
        lock(&found.outlet).close();
        self.at(now, |kernel| found.hang_up(kernel));
    }
}

/// The network around it.
impl Container {
    /// Whether a program listens on this port.
    pub fn listens(&self, port: u16) -> bool {
        self.ended.is_none() && lock(&self.kernel).listens(port)
    }

    /// A connection from outside of the pod, or from its other containers.
    pub fn accept(&mut self, port: u16, from: SocketAddr, now: Timestamp) -> Option<SocketId> {
        if self.ended.is_some() {
            return None;
        }
        self.at(now, |kernel| kernel.accept(port, from))
    }

    /// Bytes that arrive on a connection.
    pub fn deliver(&mut self, socket: SocketId, bytes: &[u8], now: Timestamp) {
        self.at(now, |kernel| {
            if let Some(socket) = kernel.socket(socket) {
                lock(socket).deliver(bytes);
            }
        });
    }

    /// The other end of a connection will send nothing more, and still listens.
    pub fn end_incoming(&mut self, socket: SocketId, now: Timestamp) {
        self.at(now, |kernel| {
            if let Some(socket) = kernel.socket(socket) {
                lock(socket).end_incoming();
            }
        });
    }

    /// The other end has closed a connection.
    pub fn hang_up(&mut self, socket: SocketId, now: Timestamp) {
        self.at(now, |kernel| {
            if let Some(socket) = kernel.socket(socket) {
                lock(socket).hang_up();
            }
        });
    }

    /// What was written into connections since this was last asked.
    pub fn take_traffic(&mut self) -> Vec<Traffic> {
        let traffic = lock(&self.kernel).take_traffic();
        traffic
            .into_iter()
            .map(|(socket, bytes, closed)| Traffic { socket, bytes, closed })
            .collect()
    }

    /// What programs ask of the network since this was last asked.
    pub fn take_calls(&mut self) -> Vec<Call> {
        lock(&self.kernel).take_calls()
    }

    /// The answer to a call.
    pub fn answer(&mut self, call: CallId, answer: Answer, now: Timestamp) {
        self.at(now, |kernel| kernel.answer(call, answer));
    }
}

/// Containers are kept behind one lock that many threads share.
const _: fn() = || {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Arc<Container>>();
};
