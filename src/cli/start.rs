//! `podlab start`: the screen.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::base::{Exit, safe_line};
use crate::cli::args::Start;
use crate::cli::load::{Tell, load};
use crate::cli::panics::PANICKED;
use crate::cli::printer;
use crate::cli::saves::saves;
use crate::cli::world::{allowed, block_on, refused, world};
use crate::cluster::{Cluster, check};
use crate::engine::{self, Event, Request, Trace, Unanswered, remove_remains};
use crate::lab::{Finding, Lab, RawLab, parse, read_lab};
use crate::tui::{self, Finished, Key, Options, Theme, TuiError};

/// How long an engine that has ended may take to say why.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// What a person does by hand happens in real time.
const REAL_TIME: u32 = 1;
/// How many events may wait to be drawn.
const ROOM: usize = 512;

/// Opens the lab on the screen until the person leaves.
pub(super) fn run(arguments: &Start) -> Exit {
    let opened = match opened(arguments) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        printer::err(
            "error: `podlab start` needs a terminal to draw on; without one, use `podlab test`\n",
        );
        return Exit::Usage;
    }
    let theme = if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        "plain"
    } else {
        arguments.theme.as_str()
    };
    match (Theme::named(theme), Key::parse(&arguments.leave_key)) {
        (Ok(theme), Ok(reserved)) => block_on(open(arguments, opened, theme, reserved)),
        (Err(error), _) => usage(&error.into()),
        (_, Err(error)) => usage(&error.into()),
    }
}

fn usage(error: &anyhow::Error) -> Exit {
    printer::error(error);
    Exit::Usage
}

/// The lab to begin with, and what is needed to follow it.
struct Opened {
    lab: Arc<Lab>,
    followed: Option<(RawLab, Vec<Finding>)>,
}

/// A lab that is being written may have errors: they are shown on the screen.
fn opened(arguments: &Start) -> Result<Opened, Exit> {
    if !arguments.watch {
        let lab = Arc::new(load(&arguments.lab, Tell::Errors)?);
        return Ok(Opened { lab, followed: None });
    }
    if !Path::new(&arguments.lab).exists() {
        printer::err(&format!(
            "error: --watch follows a file, and there is no file or folder `{}`; a shipped lab is \
             part of the program\n",
            safe_line(&arguments.lab)
        ));
        return Err(Exit::LabErrors);
    }
    let raw = read_lab(&arguments.lab).map_err(|error| {
        printer::error(&error.into());
        Exit::LabErrors
    })?;
    let (lab, mut findings) = parse(&raw.name, raw.source.clone(), raw.files.clone());
    findings.retain(Finding::is_error);
    Ok(Opened { lab: Arc::new(lab), followed: Some((raw, findings)) })
}

async fn open(arguments: &Start, opened: Opened, theme: Theme, reserved: Key) -> Exit {
    let Opened { lab, followed } = opened;
    let cluster = match allowed(&arguments.cluster, REAL_TIME).await {
        Ok(cluster) => cluster,
        Err(exit) => return exit,
    };
    let _hold = cluster.hold();
    let (requests, asked) = mpsc::channel(ROOM);
    let (emit, events) = mpsc::channel(ROOM);
    let world = match world(cluster.clone(), arguments.namespace.as_deref(), Unanswered::Ask) {
        Ok(world) => world,
        Err(exit) => return exit,
    };
    let trace = world.trace.clone();
    let engine = tokio::spawn(run_engine(lab.clone(), world, asked, emit));
    let clock = {
        let cluster = cluster.clone();
        Arc::new(move || cluster.now())
    };
    let options = Options { context: cluster.title().to_owned(), theme, reserved, clock };
    let saves = match followed {
        Some((known, errors)) => saves(&arguments.lab, known, &lab, errors),
        // Nobody sends: the screen is told at once that nothing will be saved.
        None => mpsc::channel(1).1,
    };
    let finished = tui::run(lab, events, requests, saves, options).await;
    ended(finished, engine, &trace, &cluster).await
}

/// The cluster is asked only while the screen is up already.
async fn run_engine(
    lab: Arc<Lab>,
    world: engine::World,
    asked: mpsc::Receiver<Request>,
    emit: mpsc::Sender<Event>,
) -> Result<Vec<String>, anyhow::Error> {
    check(&world.cluster).await?;
    Ok(engine::run(lab, world, asked, emit).await?)
}

/// After the screen: the terminal is whole again, and what is left is told.
async fn ended(
    finished: Result<Finished, TuiError>,
    mut engine: JoinHandle<Result<Vec<String>, anyhow::Error>>,
    trace: &Trace,
    cluster: &Cluster,
) -> Exit {
    let over = tokio::time::timeout(LAST_WORDS, &mut engine).await;
    let (left, exit) = match finished {
        Ok(Finished { left: Some(left), signal }) => {
            (left, if signal.is_some() { Exit::Interrupted } else { Exit::Passed })
        }
        Ok(Finished { left: None, .. }) if over.is_ok() => {
            return match over {
                Ok(Ok(Err(error))) => refused(error),
                _ => Exit::Interrupted,
            };
        }
        // Left in a hurry, or the terminal is gone: the engine is not waited for.
        Ok(Finished { left: None, .. }) => {
            (abandon(engine, trace, cluster).await, Exit::Interrupted)
        }
        Err(error) => {
            let left = abandon(engine, trace, cluster).await;
            let exit = match &error {
                TuiError::Panicked => PANICKED,
                // The window was closed, perhaps before anybody told us.
                TuiError::Draw(_) => Exit::Interrupted,
                TuiError::NoTerminal(_) | TuiError::Signals(_) => Exit::Cluster,
            };
            printer::error(&error.into());
            (left, exit)
        }
    };
    for what in &left {
        printer::err(&format!("left: {}\n", safe_line(what)));
    }
    exit
}

async fn abandon(
    engine: JoinHandle<Result<Vec<String>, anyhow::Error>>,
    trace: &Trace,
    cluster: &Cluster,
) -> Vec<String> {
    if !engine.is_finished() {
        engine.abort();
        let _ = engine.await;
    }
    remove_remains(cluster, trace).await
}
