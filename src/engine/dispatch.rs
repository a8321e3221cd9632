//! The loop of a run: hears everything, has the state decide, does what it asks.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use crate::cluster::{Cluster, ClusterFacts, LedgerNote, cluster_facts};
use crate::engine::candidates::candidates;
use crate::engine::cleanup::{self, Remains};
use crate::engine::facts::{Facts, LoadBalancer};
use crate::engine::input::{Answer, Effect, Input};
use crate::engine::relay::{Notice, Relay};
use crate::engine::start::{Ready, StartError, World, start, write_files};
use crate::engine::state::{State, Watched};
use crate::engine::terminal::{FromTerminal, Terminal};
use crate::engine::work::{self, Verbs};
use crate::engine::{
    Awaited, Candidate, Ending, Event, Level, Request, Size, StepIndex, TerminalId, holds,
};
use crate::lab::{Condition, Lab, Wanted};
use crate::watch::{Change, Follow, Model, follow};

/// How many messages a channel holds before its sender waits.
const ROOM: usize = 256;

/// Runs a lab until it is asked to end, or nobody asks any more. Everything that
/// the run made is removed then, unless it is to be kept; what could not be
/// removed is returned, and told by [`Event::RunEnded`].
///
/// The receiver of `emit` must be read all the time: who also sends requests from
/// the same task uses `try_send`. Dropping the future kills the run's processes and
/// leaves its namespace: see [`super::remove_remains`].
///
/// # Errors
/// [`StartError`] where the run cannot begin; nothing of it is left then.
pub async fn run(
    lab: Arc<Lab>,
    world: World,
    requests: mpsc::Receiver<Request>,
    emit: mpsc::Sender<Event>,
) -> Result<Vec<String>, StartError> {
    let ready = start(&lab, &world).await?;
    let _ = emit.send(Event::RunStarted(ready.started.clone())).await;
    let mut dispatch = Dispatch::new(lab, &world, ready, emit).await?;
    let ending = dispatch.attend(requests).await;
    Ok(dispatch.end(ending).await)
}

/// The watcher's model, with the cluster's clock.
struct Sight {
    model: Model,
    cluster: Cluster,
}

impl Watched for Sight {
    fn apply(&mut self, change: &Change) {
        self.model.apply(change, self.cluster.now());
    }

    fn awaited(&self, condition: &Condition) -> Awaited {
        holds(condition, &self.model)
    }

    fn candidates(&self, wanted: Wanted) -> Vec<Candidate> {
        candidates(&self.model, wanted)
    }
}

/// How many reloads there were when it was asked, by which step, and what came of it.
type Answered = (usize, StepIndex, Answer);

struct Dispatch {
    state: State,
    ready: Ready,
    emit: mpsc::Sender<Event>,
    began: Instant,
    size: Size,
    terminals: BTreeMap<TerminalId, Terminal>,
    to_terminals: mpsc::Sender<(TerminalId, FromTerminal)>,
    from_terminals: mpsc::Receiver<(TerminalId, FromTerminal)>,
    notices: mpsc::UnboundedReceiver<Notice>,
    changes: mpsc::Receiver<Change>,
    to_answers: mpsc::UnboundedSender<Answered>,
    answers: mpsc::UnboundedReceiver<Answered>,
    jobs: JoinSet<()>,
    relay: Option<Relay>,
    follow: Option<Follow>,
}

impl Dispatch {
    async fn new(
        lab: Arc<Lab>,
        world: &World,
        ready: Ready,
        emit: mpsc::Sender<Event>,
    ) -> Result<Self, StartError> {
        let (to_notices, notices) = mpsc::unbounded_channel();
        let verbs = Verbs { cluster: ready.cluster.clone(), policy: ready.policy.clone() };
        let relay = Relay::listen(&ready.socket, Arc::new(verbs), &ready.aid, to_notices);
        let relay = match relay {
            Ok(relay) => relay,
            Err(source) => {
                cleanup::remains(&ready, Ending::CleanUp, &emit).await;
                return Err(StartError::Files { what: "the socket for kubectl".into(), source });
            }
        };
        let (to_changes, changes) = mpsc::channel(ROOM);
        let follow = follow(&ready.cluster, &ready.started.namespace, &to_changes);
        let (to_terminals, from_terminals) = mpsc::channel(ROOM);
        let (to_answers, answers) = mpsc::unbounded_channel();
        let facts = facts(&ready).await;
        let sight = Sight { model: Model::default(), cluster: ready.cluster.clone() };
        let state = State::new(lab, facts, &ready.aid, Box::new(sight)).asking(world.unanswered);
        Ok(Self {
            state,
            ready,
            emit,
            began: Instant::now(),
            size: world.size,
            terminals: BTreeMap::new(),
            to_terminals,
            from_terminals,
            notices,
            changes,
            to_answers,
            answers,
            jobs: JoinSet::new(),
            relay: Some(relay),
            follow: Some(follow),
        })
    }

    /// Until the run is asked to end.
    async fn attend(&mut self, mut requests: mpsc::Receiver<Request>) -> Ending {
        let mut effects = self.state.start();
        loop {
            for effect in std::mem::take(&mut effects) {
                if let Some(ending) = self.perform(effect).await {
                    return ending;
                }
            }
            let input = self.next_input(&mut requests).await;
            effects = self.state.handle(self.began.elapsed(), input);
        }
    }

    /// What is rare comes first, so that a flood of output holds nothing up, and
    /// so that an object is known to be made before its command has ended.
    async fn next_input(&mut self, requests: &mut mpsc::Receiver<Request>) -> Input {
        let wake = self.state.next_wake();
        let at = self.began + wake.unwrap_or_default();
        tokio::select! {
            biased;
            request = requests.recv() => {
                Input::Request(request.unwrap_or(Request::Quit(Ending::CleanUp)))
            }
            Some(note) = self.ready.ledger.recv() => match note {
                LedgerNote::Made(object) => Input::Made(object),
                LedgerNote::Removed(object) => Input::Removed(object),
            },
            Some(notice) = self.notices.recv() => Input::Relay(notice),
            Some((reloads, step, answer)) = self.answers.recv() => {
                let step = self.state.now_of(reloads, step);
                step.map_or(Input::Tick, |step| Input::Answer(step, answer))
            }
            Some(change) = self.changes.recv() => Input::Watch(change),
            () = tokio::time::sleep_until(at), if wake.is_some() => Input::Tick,
            Some((terminal, told)) = self.from_terminals.recv() => Input::Terminal(terminal, told),
            Some(job) = self.jobs.join_next() => match job.map_err(JoinError::try_into_panic) {
                Err(Ok(panic)) => std::panic::resume_unwind(panic),
                _ => Input::Tick,
            },
        }
    }

    async fn perform(&mut self, effect: Effect) -> Option<Ending> {
        match effect {
            Effect::Emit(event) => {
                if self.emit.send(event).await.is_err() {
                    // Nobody looks any more.
                    return Some(Ending::CleanUp);
                }
            }
            Effect::Open(terminal, directory) => self.open(terminal, directory).await,
            Effect::Write(terminal, bytes) => {
                if let Some(terminal) = self.terminals.get(&terminal) {
                    terminal.write(bytes);
                }
            }
            Effect::Resize(size) => {
                self.size = size;
                self.terminals.values().for_each(|terminal| terminal.resize(size));
            }
            Effect::Kill(terminal) => {
                if let Some(terminal) = self.terminals.get(&terminal) {
                    terminal.kill_foreground();
                }
            }
            Effect::Fields(step, fields) => self.read_fields(step, fields),
            Effect::Check(step, command) => self.check(step, command),
            Effect::Files(files) => self.write(&files).await,
            Effect::Undo { step, objects, again } => {
                let (cluster, policy) = (self.ready.cluster.clone(), self.ready.policy.clone());
                self.job(step, async move {
                    let left = work::remove(&cluster, &policy, objects).await;
                    Answer::Undone { left, again }
                });
            }
            Effect::Finish(ending) => return Some(ending),
        }
        None
    }

    async fn open(&mut self, terminal: TerminalId, directory: Option<PathBuf>) {
        let home = self.ready.started.directory.clone();
        // The last directory may be gone by now.
        let directory = directory.filter(|path| path.is_dir()).unwrap_or(home);
        let to = self.to_terminals.clone();
        match Terminal::open(terminal, &self.ready.shell, &directory, self.size, to) {
            Ok(opened) => drop(self.terminals.insert(terminal, opened)),
            Err(error) => {
                let text = format!("open a terminal: {error}");
                let _ = self.emit.send(Event::Notice { level: Level::Error, text }).await;
                let closed = (terminal, FromTerminal::Closed(None));
                let to = self.to_terminals.clone();
                self.jobs.spawn(async move { drop(to.send(closed).await) });
            }
        }
    }

    async fn write(&mut self, files: &BTreeMap<String, String>) {
        if let Err(error) = write_files(files, &self.ready.started.directory) {
            let text = error.to_string();
            let _ = self.emit.send(Event::Notice { level: Level::Error, text }).await;
        }
    }

    fn read_fields(&mut self, step: StepIndex, wanted: Vec<[String; 3]>) {
        let cluster = self.ready.cluster.clone();
        let namespace = self.ready.started.namespace.clone();
        self.job(step, async move { work::fields(&cluster, &namespace, wanted).await });
    }

    fn check(&mut self, step: StepIndex, command: String) {
        let shell = self.ready.shell.clone();
        let directory = self.ready.started.directory.clone();
        self.job(step, async move { work::check(&shell, directory, command).await });
    }

    fn job(&mut self, step: StepIndex, work: impl Future<Output = Answer> + Send + 'static) {
        let to = self.to_answers.clone();
        let reloads = self.state.renumbered.len();
        self.jobs.spawn(async move { drop(to.send((reloads, step, work.await))) });
    }

    /// Ends the run: first what runs, then what was made.
    async fn end(mut self, ending: Ending) -> Vec<String> {
        self.jobs.abort_all();
        drop(self.follow.take());
        // Verbs end here and now: what `run --rm` would still delete, politely and
        // slowly, is removed below with all the rest.
        drop(self.relay.take());
        let ends = std::mem::take(&mut self.terminals).into_values().map(Terminal::end);
        // Their last words are read, so that none waits to write.
        let silence = async { while self.from_terminals.recv().await.is_some() {} };
        tokio::select! {
            _ = futures::future::join_all(ends) => {}
            () = silence => {}
        }
        let Remains { left } = cleanup::remains(&self.ready, ending, &self.emit).await;
        let _ = self.ready.folder.close();
        let _ = self.emit.send(Event::RunEnded { left: left.clone() }).await;
        left
    }
}

async fn facts(ready: &Ready) -> Facts {
    let version = crate::cluster::check(&ready.cluster).await.ok();
    let ClusterFacts { nodes, gives_addresses } = cluster_facts(&ready.cluster).await;
    Facts {
        namespace: ready.started.namespace.clone(),
        nodes,
        minor: version.map(|version| version.minor_number()).filter(|minor| *minor > 0),
        load_balancer: match gives_addresses {
            true => LoadBalancer::Present,
            false => LoadBalancer::Unknown,
        },
    }
}
