//! `podlab test`: labs without a screen.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::base::{Exit, safe_line};
use crate::cli::args::Test;
use crate::cli::load::{Tell, expanded, load};
use crate::cli::printer;
use crate::cli::signals::{Signals, Urgency};
use crate::cli::world::{VIRTUAL_SIZE, allowed, block_on, refused, world};
use crate::cluster::{Cluster, check};
use crate::engine::{
    self, AfterFailure, Ending, Event, Request, RunStarted, Runner, StartError, remove_remains,
};
use crate::lab::Lab;
use crate::report::TextReport;

/// How many times as fast as real time a simulated cluster runs. What waits on the host, such
/// as curl for its connection, waits as long as ever.
const SPEED: u32 = 15;
/// How many events may wait to be told.
const ROOM: usize = 512;

/// Runs the labs one after the other; the worst exit code counts.
pub(super) fn run(arguments: &Test) -> Exit {
    let mut labs = Vec::new();
    for argument in expanded(&arguments.labs) {
        match load(&argument, Tell::All) {
            Ok(lab) => labs.push(Arc::new(lab)),
            Err(exit) => return exit,
        }
    }
    block_on(test_all(arguments, labs))
}

async fn test_all(arguments: &Test, labs: Vec<Arc<Lab>>) -> Exit {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return refused(error),
    };
    let cluster = tokio::select! {
        cluster = reached(arguments) => match cluster {
            Ok(cluster) => cluster,
            Err(exit) => return exit,
        },
        _ = signals.next() => return Exit::Interrupted,
    };
    let _hold = cluster.hold();
    let mut worst = Exit::Passed;
    for lab in labs {
        match test_one(arguments, lab, &cluster, &mut signals).await {
            Exit::Passed => {}
            Exit::StepFailed => worst = Exit::StepFailed,
            other => return other,
        }
    }
    worst
}

async fn reached(arguments: &Test) -> Result<Cluster, Exit> {
    let cluster = allowed(&arguments.cluster, SPEED).await?;
    check(&cluster).await.map_err(refused)?;
    Ok(cluster)
}

async fn test_one(
    arguments: &Test,
    lab: Arc<Lab>,
    cluster: &Cluster,
    signals: &mut Signals,
) -> Exit {
    let world = match world(cluster.clone(), arguments.namespace.as_deref(), VIRTUAL_SIZE) {
        Ok(world) => world,
        Err(exit) => return exit,
    };
    let (requests, asked) = mpsc::channel(ROOM);
    let (emit, events) = mpsc::channel(ROOM);
    let engine = tokio::spawn(engine::run(lab.clone(), world, asked, emit));
    let after_failure = if arguments.keep_going { AfterFailure::GoOn } else { AfterFailure::Stop };
    let attended = Attended {
        report: TextReport::new(lab.clone()),
        runner: Runner::new(lab.steps.len(), after_failure),
        requests,
        started: None,
    };
    attended.attend(events, engine, signals, cluster).await
}

/// A run that is watched to its end.
struct Attended {
    report: TextReport,
    runner: Runner,
    requests: mpsc::Sender<Request>,
    started: Option<RunStarted>,
}

impl Attended {
    async fn attend(
        mut self,
        mut events: mpsc::Receiver<Event>,
        engine: JoinHandle<Result<Vec<String>, StartError>>,
        signals: &mut Signals,
        cluster: &Cluster,
    ) -> Exit {
        let mut interrupted = false;
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Some(event) => self.hear(&event),
                    None => break,
                },
                urgency = signals.next() => {
                    interrupted = true;
                    match urgency {
                        Urgency::Stop => self.stop(),
                        Urgency::Hurry => break,
                        Urgency::Leave => return Exit::Interrupted,
                    }
                }
            }
        }
        drop(events);
        if interrupted && !engine.is_finished() {
            engine.abort();
            let _ = engine.await;
            self.hurry(cluster, signals).await;
            return Exit::Interrupted;
        }
        match engine.await {
            Ok(Ok(left)) => self.told(interrupted, &left),
            Ok(Err(error)) => refused(error),
            // A panic: its message is on stderr already; the namespace must not stay.
            Err(_) => {
                self.hurry(cluster, signals).await;
                Exit::StepFailed
            }
        }
    }

    fn hear(&mut self, event: &Event) {
        if let Event::RunStarted(started) = event {
            self.started = Some(started.clone());
        }
        printer::out(&self.report.on(event));
        if let Some(request) = self.runner.on(event) {
            // The engine hears far faster than steps end; a full channel means it is gone.
            let _ = self.requests.try_send(request);
        }
    }

    fn stop(&self) {
        printer::err("\nstopping: what the run made is being removed (again to hurry)\n");
        let _ = self.requests.try_send(Request::Quit(Ending::CleanUp));
    }

    /// Removes the namespace without the engine.
    async fn hurry(&self, cluster: &Cluster, signals: &mut Signals) {
        let Some(started) = &self.started else { return };
        let left = tokio::select! {
            left = remove_remains(cluster, started) => left,
            _ = signals.next() => vec![format!("namespace {0}; `podlab clean {0}` removes it", started.namespace)],
        };
        for what in left {
            printer::err(&format!("left behind: {}\n", safe_line(&what)));
        }
    }

    fn told(&self, interrupted: bool, left: &[String]) -> Exit {
        printer::out(&self.report.summary());
        let counts = self.report.counts();
        if interrupted {
            Exit::Interrupted
        } else if counts.failed > 0 || counts.not_run > 0 || !left.is_empty() {
            Exit::StepFailed
        } else {
            Exit::Passed
        }
    }
}
