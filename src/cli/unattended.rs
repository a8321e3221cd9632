//! A run without a screen: every step in order, told as text. `test` and `refresh` do so.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::base::{Exit, safe_line};
use crate::cli::args::ClusterArguments;
use crate::cli::panics::{self, PANICKED};
use crate::cli::printer;
use crate::cli::signals::{Signals, Urgency};
use crate::cli::world::{allowed, refused, world};
use crate::cluster::{Cluster, Hold, check};
use crate::engine::{
    self, AfterFailure, Ending, Event, Request, Runner, StartError, Trace, Unanswered,
    remove_remains,
};
use crate::lab::Lab;
use crate::report::TextReport;

/// How many times as fast as real time a simulated cluster runs. What waits on the host, such
/// as curl for its connection, waits as long as ever.
const SPEED: u32 = 15;
/// How many events may wait to be told.
const ROOM: usize = 512;

/// The cluster and the signals of runs that follow each other.
pub(super) struct Unattended {
    cluster: Cluster,
    _hold: Hold,
    signals: Signals,
    namespace: Option<String>,
    after_failure: AfterFailure,
}

impl Unattended {
    /// Reaches the cluster.
    ///
    /// # Errors
    /// The exit code, after the reason has been printed.
    pub(super) async fn new(
        cluster: &ClusterArguments,
        namespace: Option<&str>,
        after_failure: AfterFailure,
    ) -> Result<Self, Exit> {
        panics::listen();
        let mut signals = Signals::listen().map_err(refused)?;
        let cluster = tokio::select! {
            cluster = reached(cluster) => cluster?,
            _ = signals.next() => return Err(Exit::Interrupted),
        };
        let _hold = cluster.hold();
        Ok(Self { cluster, _hold, signals, namespace: namespace.map(str::to_owned), after_failure })
    }

    /// Runs the lab, telling it on the way; the exit code, and all that was told.
    ///
    /// # Errors
    /// The exit code, where the run cannot begin.
    pub(super) async fn run(&mut self, lab: Arc<Lab>) -> Result<(Exit, TextReport), Exit> {
        let namespace = self.namespace.as_deref();
        let world = world(self.cluster.clone(), namespace, Unanswered::Fail)?;
        let trace = world.trace.clone();
        let (requests, asked) = mpsc::channel(ROOM);
        let (emit, events) = mpsc::channel(ROOM);
        let engine = tokio::spawn(engine::run(lab.clone(), world, asked, emit));
        let attended = Attended {
            report: TextReport::new(lab.clone()),
            runner: Runner::new(lab.steps.len(), self.after_failure),
            requests,
            trace,
        };
        Ok(attended.attend(events, engine, &mut self.signals, &self.cluster).await)
    }
}

async fn reached(arguments: &ClusterArguments) -> Result<Cluster, Exit> {
    let cluster = allowed(arguments, SPEED).await?;
    check(&cluster).await.map_err(refused)?;
    Ok(cluster)
}

/// A run that is watched to its end.
struct Attended {
    report: TextReport,
    runner: Runner,
    requests: mpsc::Sender<Request>,
    trace: Trace,
}

impl Attended {
    async fn attend(
        mut self,
        mut events: mpsc::Receiver<Event>,
        engine: JoinHandle<Result<Vec<String>, StartError>>,
        signals: &mut Signals,
        cluster: &Cluster,
    ) -> (Exit, TextReport) {
        let exit = self.end(&mut events, engine, signals, cluster).await;
        (exit, self.report)
    }

    async fn end(
        &mut self,
        events: &mut mpsc::Receiver<Event>,
        engine: JoinHandle<Result<Vec<String>, StartError>>,
        signals: &mut Signals,
        cluster: &Cluster,
    ) -> Exit {
        let mut interrupted = false;
        let mut panicked = false;
        loop {
            tokio::select! {
                () = panics::happened() => {
                    panicked = true;
                    break;
                }
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
        events.close();
        if (interrupted || panicked) && !engine.is_finished() {
            engine.abort();
            let _ = engine.await;
            self.hurry(cluster, signals).await;
            return if panicked { PANICKED } else { Exit::Interrupted };
        }
        match engine.await {
            Ok(Ok(left)) => self.told(interrupted, &left),
            Ok(Err(error)) => refused(error),
            // A panic: its message is on stderr already; the namespace must not stay.
            Err(_) => {
                self.hurry(cluster, signals).await;
                PANICKED
            }
        }
    }

    fn hear(&mut self, event: &Event) {
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

    /// Removes what the run made without the engine.
    async fn hurry(&self, cluster: &Cluster, signals: &mut Signals) {
        let left = tokio::select! {
            left = remove_remains(cluster, &self.trace) => left,
            _ = signals.next() => self.trace.words(),
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
