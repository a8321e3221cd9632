//! The whole screen: panes, what lies over them, and how far the run is.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Editor, Instructions, Progress, Search, Selection, Status, Terminals, Watcher};
use crate::engine::{Gap, Level, Question, RunStarted, Size, StepIndex};
use crate::lab::{Lab, Reload};
use crate::tui::keymap::{Key, Mode};

/// How long a notice stays, if no key takes it away.
const NOTICE: SignedDuration = SignedDuration::from_secs(10);
const MINUTE: i64 = 60;

/// Everything that is drawn.
#[derive(Debug)]
pub struct State {
    /// The lab.
    pub lab: Arc<Lab>,
    /// The person's terminal.
    pub size: Size,
    /// The time, by the cluster's clock.
    pub now: Timestamp,
    /// Where keys go.
    pub focus: Pane,
    /// Whether one pane has the whole screen.
    pub zoom: Zoom,
    /// What lies over the panes.
    pub overlay: Overlay,
    /// How far the run is.
    pub phase: Phase,
    /// The cluster, namespace and directory, once they are known.
    pub started: Option<RunStarted>,
    /// What became of the steps.
    pub progress: Progress,
    /// The text.
    pub instructions: Instructions,
    /// The shells.
    pub terminals: Terminals,
    /// The cluster.
    pub watcher: Watcher,
    /// Something worth telling, since when.
    pub notice: Option<Notice>,
    /// What is looked for in the instructions.
    pub search: Option<Search>,
    /// What is marked with the mouse.
    pub selection: Option<Selection>,
    /// The key that leaves a terminal.
    pub reserved: Key,
    /// Labs that were saved and that the engine has not taken in yet: what it tells
    /// meanwhile is counted in the steps before.
    pub reloads: VecDeque<Reload>,
}

/// A pane of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The lab's text.
    Instructions,
    /// The shells.
    Terminal,
    /// The cluster.
    Watcher,
}

/// Whether the pane with the focus has the whole screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zoom {
    /// The panes share it.
    Off,
    /// It has.
    On,
}

/// What lies over the panes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing.
    None,
    /// All keys, from this line on.
    Help { scroll: usize },
    /// Whether to leave.
    Quit,
    /// How to run the step again.
    RunAgain { step: StepIndex },
    /// The step's commands, to be changed.
    Edit { step: StepIndex, editor: Editor },
    /// What to look for.
    Search { editor: Editor },
    /// What the author's text leaves open.
    Ask(Asking),
    /// Values and bindings, one of them marked; an editor where it is being changed.
    Values { at: usize, editor: Option<Editor> },
    /// The step's samples beside its output, from this line on.
    Drift { step: StepIndex, scroll: usize },
}

/// A question of a step, while it is being answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The step that cannot go on.
    pub step: StepIndex,
    /// What is asked.
    pub question: Question,
    /// The candidate that is marked.
    pub chosen: Option<usize>,
    /// The answer so far.
    pub editor: Editor,
}

/// How far the run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The cluster was not heard of yet; it is called so.
    Connecting { to: String },
    /// Steps can be run.
    Running,
    /// It was asked to end; this is being done.
    Leaving { what: String, then: Then },
    /// It is over; this is left.
    Ended { left: Vec<String> },
}

/// What follows the end of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The person wants to go.
    Leave,
    /// The run ends by itself; what is left can be read.
    Stay,
}

/// Something worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How loud.
    pub level: Level,
    /// What, foreign text included.
    pub text: String,
    /// Since when.
    pub since: Timestamp,
}

impl State {
    /// The screen before anything happened; `context` is what the cluster is called.
    pub fn new(lab: Arc<Lab>, context: String, now: Timestamp) -> Self {
        Self {
            size: Size { columns: 0, rows: 0 },
            now,
            focus: Pane::Instructions,
            zoom: Zoom::Off,
            overlay: Overlay::None,
            phase: Phase::Connecting { to: context },
            started: None,
            progress: Progress::new(lab.steps.len()),
            instructions: Instructions::new(lab.clone()),
            terminals: Terminals::new(Size { columns: 80, rows: 24 }),
            watcher: Watcher::default(),
            notice: None,
            search: None,
            selection: None,
            reserved: Key::DEFAULT_RESERVED,
            reloads: VecDeque::new(),
            lab,
        }
    }

    /// What keys mean at the moment.
    pub fn mode(&self) -> Mode {
        match (&self.overlay, &self.phase) {
            (_, Phase::Leaving { .. }) => Mode::Leaving,
            (Overlay::Help { .. }, _) => Mode::Help,
            (Overlay::Drift { .. }, Phase::Ended { .. }) => Mode::Drift,
            (_, Phase::Ended { .. }) => Mode::Ended,
            (Overlay::Quit, _) => Mode::QuitDialog,
            (Overlay::RunAgain { .. }, _) => Mode::RunAgainDialog,
            (Overlay::Edit { .. }, _) => Mode::Edit,
            (Overlay::Search { .. }, _) => Mode::Search,
            (Overlay::Ask(_), _) => Mode::Ask,
            (Overlay::Values { editor: None, .. }, _) => Mode::Values,
            (Overlay::Values { editor: Some(_), .. }, _) => Mode::ValueEdit,
            (Overlay::Drift { .. }, _) => Mode::Drift,
            (Overlay::None, _) => match self.focus {
                Pane::Terminal => Mode::Terminal,
                Pane::Watcher => Mode::Watcher,
                Pane::Instructions if self.search.is_some() => Mode::Matches,
                Pane::Instructions => Mode::Instructions,
            },
        }
    }

    /// After how many seconds something on the screen will be out of date; none where
    /// nothing shows the time, so that an idle screen costs nothing.
    pub fn next_tick(&self) -> Option<u32> {
        let counts = self.notice.is_some()
            || self.watcher.has_marks()
            || self.progress.steps().any(|(_, step)| step.status.is_under_way());
        if counts {
            return Some(1);
        }
        let model = self.watcher.model();
        let pods = model.pods().filter_map(|pod| pod.row.created.max(pod.row.last_restart));
        let newest = pods.chain(model.events().next_back().map(|event| event.last)).max()?;
        // Ages below ten minutes are shown with their seconds.
        match self.now.duration_since(newest).as_secs() {
            age if age < 10 * MINUTE => Some(1),
            age if age < 180 * MINUTE => Some(60),
            _ => Some(3_600),
        }
    }

    /// The commands of a step, the values that are known filled in.
    pub fn commands(&self, step: StepIndex) -> String {
        let block = self.lab.steps.get(step.0).and_then(|step| self.lab.blocks.get(step.block));
        let texts =
            block.into_iter().flat_map(|block| &block.commands).map(|one| one.text.as_str());
        let text = texts.collect::<Vec<_>>().join("\n");
        let (mut text, _) = self.progress.bindings.apply(&text);
        for (name, (value, _)) in &self.progress.captured {
            text = text.replace(&Gap::Placeholder(name.clone()).to_string(), value);
        }
        text
    }

    /// Tells something in the status line.
    pub fn tell(&mut self, level: Level, text: impl Into<String>) {
        self.notice = Some(Notice { level, text: text.into(), since: self.now });
    }

    /// Takes away what has been told for long enough.
    pub fn forget_notice(&mut self) {
        let old = |notice: &Notice| self.now.duration_since(notice.since) >= NOTICE;
        if self.notice.as_ref().is_some_and(old) {
            self.notice = None;
        }
    }

    /// How far the current step is.
    pub fn current_status(&self) -> Option<(StepIndex, &Status)> {
        let current = self.progress.current?;
        self.progress.step(current).map(|step| (current, &step.status))
    }
}
