//! The loop: the only place that touches the terminal.

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{Event as TerminalEvent, EventStream};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{execute, queue};
use futures::StreamExt;
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::effect::Effect;
use super::guard::{PANICKED, TerminalGuard, is_taken};
use super::highlight::Highlights;
use super::keymap::Key;
use super::message::{Message, Saved};
use super::state::{Phase, State};
use super::theme::Theme;
use super::update::update;
use super::view;
use crate::engine::{self, Size};
use crate::lab::Lab;

/// The shortest time between two frames: at most about 30 a second.
const FRAME: Duration = Duration::from_millis(33);
/// What a save makes the screen ask for, at most.
const ROOM_FOR_A_SAVE: usize = 8;
/// So many events are taken in at once before the loop looks elsewhere.
const BATCH: usize = 256;

/// What the screen needs to know before it starts.
#[derive(Clone)]
pub struct Options {
    /// What the cluster is called until it says so itself.
    pub context: String,
    /// The colours.
    pub theme: Theme,
    /// The key that leaves a terminal.
    pub reserved: Key,
    /// The cluster's clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// How the screen was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// What the run could not remove or was told to keep; none where the run did not
    /// come to its end: it failed, the terminal is gone, or the person was in a hurry.
    pub left: Option<Vec<String>>,
    /// The signal that asked to end, if one did.
    pub signal: Option<i32>,
}

/// Why there can be no screen, or not any longer.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// There is no terminal to draw on.
    #[error("open the terminal: {0} (without one, run `podlab test`)")]
    NoTerminal(#[source] io::Error),
    /// The terminal went away.
    #[error("draw on the terminal: {0}")]
    Draw(#[source] io::Error),
    /// Signals cannot be listened to.
    #[error("listen for signals: {0}")]
    Signals(#[source] io::Error),
    /// Something panicked; its message was printed.
    #[error("a part of podlab panicked; the message is above")]
    Panicked,
}

/// Shows the lab until the person leaves, the run is over, or a signal comes.
///
/// `saves` brings what the author saves meanwhile; where nobody follows it is closed.
///
/// The first frame is drawn before anything was heard of the cluster.
///
/// # Errors
/// [`TuiError`]: there is no terminal, it went away, or a task panicked.
pub async fn run(
    lab: Arc<Lab>,
    events: mpsc::Receiver<engine::Event>,
    requests: mpsc::Sender<engine::Request>,
    saves: mpsc::Receiver<Saved>,
    options: Options,
) -> Result<Finished, TuiError> {
    let mut state = State::new(lab, options.context.clone(), (options.clock)());
    state.reserved = options.reserved;
    let signals = Signals::listen().map_err(TuiError::Signals)?;
    let _guard = TerminalGuard::take().map_err(TuiError::NoTerminal)?;
    let terminal =
        Terminal::new(CrosstermBackend::new(io::stdout())).map_err(TuiError::NoTerminal)?;
    // The guard gives everything back; ratatui's own way prints where the terminal is gone,
    // and printing to a terminal that is gone panics.
    let terminal = ManuallyDrop::new(terminal);
    let (highlighter, highlighted) = mpsc::channel(1);
    let screen = Screen { state, terminal, requests, options, highlighter, signal: None };
    screen.run(Heard { events, saves, highlighted, signals }).await
}

struct Screen {
    state: State,
    terminal: ManuallyDrop<Terminal<CrosstermBackend<io::Stdout>>>,
    requests: mpsc::Sender<engine::Request>,
    options: Options,
    highlighter: mpsc::Sender<Highlighted>,
    signal: Option<i32>,
}

/// The colours of a lab's code.
type Highlighted = (Arc<Lab>, Highlights);

/// Where messages come from, beside the keys.
struct Heard {
    events: mpsc::Receiver<engine::Event>,
    saves: mpsc::Receiver<Saved>,
    highlighted: mpsc::Receiver<Highlighted>,
    signals: Signals,
}

/// Whether the loop goes on.
#[derive(PartialEq)]
enum Next {
    On,
    Over,
}

impl Screen {
    async fn run(mut self, mut heard: Heard) -> Result<Finished, TuiError> {
        self.measure()?;
        self.draw()?;
        let mut keys = EventStream::new();
        start_highlighting(self.state.lab.clone(), self.highlighter.clone());
        let (mut engine_is_there, mut author_is_there) = (true, true);
        let mut next_frame = Instant::now() + FRAME;
        let mut dirty = false;
        loop {
            let tick = Instant::now() + if dirty { FRAME } else { self.until_tick() };
            let next = tokio::select! {
                biased;
                number = heard.signals.next() => {
                    self.signal = Some(number);
                    self.take(Message::Terminate)
                }
                key = keys.next() => self.terminal_event(key),
                Some((lab, highlights)) = heard.highlighted.recv() => {
                    // Those of a lab that was saved meanwhile are on their way.
                    let is_shown = Arc::ptr_eq(&lab, &self.state.lab);
                    if is_shown { self.take(Message::Highlighted(highlights)) } else { Next::On }
                }
                () = PANICKED.notified() => return Err(TuiError::Panicked),
                () = sleep_until(next_frame), if dirty => {
                    self.draw()?;
                    next_frame = Instant::now() + FRAME;
                    dirty = false;
                    continue;
                }
                event = heard.events.recv(), if engine_is_there => {
                    engine_is_there = event.is_some();
                    self.engine_events(event, &mut heard.events)
                }
                // The engine has to learn of every save, or it would count other steps.
                saved = heard.saves.recv(),
                    if author_is_there && self.requests.capacity() >= ROOM_FOR_A_SAVE =>
                {
                    author_is_there = saved.is_some();
                    saved.map_or(Next::On, |saved| self.take(Message::Saved(saved)))
                }
                () = sleep_until(tick), if !dirty => Next::On,
            };
            if next == Next::Over {
                return Ok(self.finish());
            }
            dirty = true;
        }
    }

    /// Everything that waits is taken in before anything is drawn.
    fn engine_events(
        &mut self,
        first: Option<engine::Event>,
        events: &mut mpsc::Receiver<engine::Event>,
    ) -> Next {
        let Some(first) = first else { return self.take(Message::EngineGone) };
        let mut next = self.take(Message::Engine(first));
        for _ in 0..BATCH {
            let Ok(event) = events.try_recv() else { break };
            if self.take(Message::Engine(event)) == Next::Over {
                next = Next::Over;
            }
        }
        next
    }

    fn terminal_event(&mut self, event: Option<io::Result<TerminalEvent>>) -> Next {
        match event {
            Some(Ok(TerminalEvent::Key(key))) => self.take(Message::Key(key)),
            Some(Ok(TerminalEvent::Paste(text))) => self.take(Message::Paste(text)),
            Some(Ok(TerminalEvent::Mouse(mouse))) => self.take(Message::Mouse(mouse)),
            Some(Ok(TerminalEvent::Resize(columns, rows))) => {
                self.take(Message::Resize(Size { columns, rows }))
            }
            Some(Ok(TerminalEvent::FocusGained | TerminalEvent::FocusLost)) => Next::On,
            // The terminal is gone: what a hang-up means.
            Some(Err(_)) | None => Next::Over,
        }
    }

    /// The time first, so that everything that follows from the message has it.
    fn take(&mut self, message: Message) -> Next {
        let now = (self.options.clock)();
        let mut effects = Vec::new();
        if now.duration_since(self.state.now).as_millis() >= 200 {
            effects.extend(update(&mut self.state, Message::Tick(now)));
        }
        effects.extend(update(&mut self.state, message));
        effects.into_iter().fold(Next::On, |next, effect| match self.perform(effect) {
            Next::On => next,
            Next::Over => Next::Over,
        })
    }

    fn perform(&mut self, effect: Effect) -> Next {
        match effect {
            Effect::Engine(request) => {
                // A full channel means that the engine is stuck; then the screen has to
                // stay usable, and says so.
                if let Err(mpsc::error::TrySendError::Full(_)) = self.requests.try_send(request) {
                    let text = "podlab is busy and did not take that in; try again";
                    self.state.tell(engine::Level::Warning, text);
                }
                Next::On
            }
            Effect::Copy(text) => {
                let _ = execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text));
                Next::On
            }
            Effect::Highlight => {
                start_highlighting(self.state.lab.clone(), self.highlighter.clone());
                Next::On
            }
            Effect::Leave => Next::Over,
        }
    }

    fn until_tick(&self) -> Duration {
        /// Long enough that nobody can measure it, short enough for a timer.
        const NEVER: Duration = Duration::from_secs(24 * 3_600);
        self.state.next_tick().map_or(NEVER, |seconds| Duration::from_secs(seconds.into()))
    }

    fn measure(&mut self) -> Result<(), TuiError> {
        let size = self.terminal.size().map_err(TuiError::NoTerminal)?;
        let size = Size { columns: size.width, rows: size.height };
        let _ = self.take(Message::Resize(size));
        Ok(())
    }

    /// One whole frame, which terminals that can show at once.
    fn draw(&mut self) -> Result<(), TuiError> {
        if !is_taken() {
            return Err(TuiError::Panicked);
        }
        let now = (self.options.clock)();
        let effects = update(&mut self.state, Message::Tick(now));
        debug_assert!(effects.is_empty(), "time alone asks for nothing");
        let (state, theme) = (&self.state, &self.options.theme);
        let mut out = io::stdout();
        queue!(out, BeginSynchronizedUpdate).map_err(TuiError::Draw)?;
        self.terminal.draw(|frame| view::draw(frame, state, theme)).map_err(TuiError::Draw)?;
        queue!(out, EndSynchronizedUpdate).map_err(TuiError::Draw)?;
        out.flush().map_err(TuiError::Draw)
    }

    fn finish(self) -> Finished {
        let left = match self.state.phase {
            Phase::Ended { left } => Some(left),
            _ => None,
        };
        Finished { left, signal: self.signal }
    }
}

/// The syntaxes are loaded, used and dropped away from the screen; a thread of its own,
/// since nobody who leaves should wait for colours.
fn start_highlighting(lab: Arc<Lab>, done: mpsc::Sender<Highlighted>) {
    let work = move || {
        let highlights = Highlights::of(&lab);
        drop(done.blocking_send((lab, highlights)));
    };
    // Without the thread the code stays plain.
    drop(std::thread::Builder::new().name("highlight".into()).spawn(work));
}

struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The number of the next signal.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate().as_raw_value(),
            _ = self.hang_up.recv() => SignalKind::hangup().as_raw_value(),
            _ = self.interrupt.recv() => SignalKind::interrupt().as_raw_value(),
        }
    }
}
