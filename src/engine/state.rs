//! The state of a run, and how everything that happens changes it. Pure: inputs
//! with their time go in, effects come out.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::cluster::ObjectRef;
use crate::engine::active::Active;
use crate::engine::facts::Facts;
use crate::engine::foreign::{Foreign, authors_addresses};
use crate::engine::input::{Effect, Input};
use crate::engine::pane::{Pane, Role};
use crate::engine::select::Selected;
use crate::engine::stream::Stream;
use crate::engine::words::assigned;
use crate::engine::{
    Awaited, Candidate, Event, Level, Outcome, Size, StepIndex, TerminalId, Unanswered,
};
use crate::invocation::meaning;
use crate::lab::{Condition, Lab, Step, Variable, Wanted};
use crate::sample::Bindings;
use crate::watch::{Change, Followed, Health};

/// What the watcher knows, as far as the engine asks.
pub(super) trait Watched: Send {
    /// The watcher saw something.
    fn apply(&mut self, change: &Change);

    /// Whether the condition holds, and what is seen instead.
    fn awaited(&self, condition: &Condition) -> Awaited;

    /// What of the live cluster may be meant.
    fn candidates(&self, wanted: Wanted) -> Vec<Candidate>;
}

/// The state of a run.
pub(super) struct State {
    pub(super) lab: Arc<Lab>,
    pub(super) facts: Facts,
    pub(super) aid: String,
    pub(super) now: Duration,
    pub(super) effects: Vec<Effect>,
    pub(super) watched: Box<dyn Watched>,
    pub(super) panes: BTreeMap<TerminalId, Pane>,
    pub(super) opened: usize,
    pub(super) active: BTreeMap<StepIndex, Active>,
    pub(super) streams: Vec<Stream>,
    pub(super) ended: BTreeMap<StepIndex, Outcome>,
    pub(super) selected: Option<Selected>,
    /// Values that the lab or a person states.
    pub(super) values: BTreeMap<String, String>,
    /// Values of placeholders that were found in the cluster, the latest of each.
    pub(super) filled: BTreeMap<String, String>,
    pub(super) assigned: BTreeSet<String>,
    pub(super) bindings: Bindings,
    pub(super) foreign: BTreeMap<String, Foreign>,
    /// Addresses of samples that are the same here.
    pub(super) confirmed: BTreeSet<String>,
    pub(super) unanswered: Unanswered,
    pub(super) made: Vec<(ObjectRef, Option<StepIndex>)>,
    pub(super) health: BTreeMap<Followed, Health>,
    pub(super) directory: Option<PathBuf>,
    pub(super) finishing: bool,
    /// For each reload: what each step's index became.
    pub(super) renumbered: Vec<Vec<Option<usize>>>,
}

impl State {
    /// The state before anything has happened. `aid` marks the run's marks.
    pub(super) fn new(lab: Arc<Lab>, facts: Facts, aid: &str, watched: Box<dyn Watched>) -> Self {
        let values = defaults(&lab);
        let assigned = assigned(&lab);
        let foreign = authors_addresses(&lab);
        Self {
            lab,
            facts,
            aid: aid.to_owned(),
            now: Duration::ZERO,
            effects: Vec::new(),
            watched,
            panes: BTreeMap::new(),
            opened: 0,
            active: BTreeMap::new(),
            streams: Vec::new(),
            ended: BTreeMap::new(),
            selected: None,
            values,
            filled: BTreeMap::new(),
            assigned,
            bindings: Bindings::default(),
            foreign,
            confirmed: BTreeSet::new(),
            unanswered: Unanswered::Fail,
            made: Vec::new(),
            health: BTreeMap::new(),
            directory: None,
            finishing: false,
            renumbered: Vec::new(),
        }
    }

    /// The same, for a run with somebody to ask.
    pub(super) fn asking(mut self, unanswered: Unanswered) -> Self {
        self.unanswered = unanswered;
        self
    }

    /// Opens the first terminal.
    pub(super) fn start(&mut self) -> Vec<Effect> {
        self.open(Role::Host, None);
        mem::take(&mut self.effects)
    }

    /// Something happened at `now`, on a clock that began with the run.
    pub(super) fn handle(&mut self, now: Duration, input: Input) -> Vec<Effect> {
        self.now = now;
        match input {
            Input::Request(request) => self.request(request),
            Input::Terminal(terminal, told) => self.terminal(terminal, told),
            Input::Relay(notice) => self.relay(notice),
            Input::Watch(change) => self.watch(change),
            Input::Made(object) => self.object_made(object),
            Input::Removed(object) => self.object_removed(&object),
            Input::Answer(step, answer) => self.answer(step, answer),
            Input::Tick => {}
        }
        self.whatever_is_due();
        mem::take(&mut self.effects)
    }

    /// When the next [`Input::Tick`] is wanted.
    pub(super) fn next_wake(&self) -> Option<Duration> {
        let again = self.active.values().filter_map(|active| active.again_at);
        let deadlines =
            self.active.iter().filter_map(|(step, active)| self.deadline(*step, active));
        let streams = self.streams.iter().filter_map(Stream::next_wake);
        again.chain(deadlines).chain(streams).chain(self.stream_passes()).min()
    }

    /// When the time of a step is over; it stands still while a person reads before
    /// they type, or is asked.
    pub(super) fn deadline(&self, step: StepIndex, active: &Active) -> Option<Duration> {
        let runs = || self.panes.values().any(|pane| pane.runs(step));
        let stands_still = active.asking.is_some() || (active.waits_for_a_person() && !runs());
        (!stands_still).then_some(active.deadline)
    }

    pub(super) fn step(&self, step: StepIndex) -> Option<&Step> {
        self.lab.steps.get(step.0)
    }

    pub(super) fn emit(&mut self, event: Event) {
        self.effects.push(Effect::Emit(event));
    }

    pub(super) fn notice(&mut self, level: Level, text: String) {
        self.emit(Event::Notice { level, text });
    }

    pub(super) fn write(&mut self, terminal: TerminalId, bytes: impl Into<Vec<u8>>) {
        self.effects.push(Effect::Write(terminal, bytes.into()));
    }

    pub(super) fn resize(&mut self, size: Size) {
        self.effects.push(Effect::Resize(size));
    }

    /// Opens a terminal; its shell says when it is ready.
    pub(super) fn open(&mut self, role: Role, directory: Option<PathBuf>) -> TerminalId {
        let terminal = TerminalId(self.opened);
        self.opened += 1;
        let title = self.host_title();
        self.panes.insert(terminal, Pane::new(&self.aid, title.clone(), role));
        self.effects.push(Effect::Open(terminal, directory));
        self.emit(Event::TerminalOpened { terminal, title });
        terminal
    }

    pub(super) fn title(&mut self, terminal: TerminalId, title: String) {
        if let Some(pane) = self.panes.get_mut(&terminal)
            && pane.title != title
        {
            pane.title.clone_from(&title);
            self.emit(Event::TerminalTitled { terminal, title });
        }
    }

    /// `host`, or `host 2` and so on where that is taken.
    pub(super) fn host_title(&self) -> String {
        let taken = |title: &str| self.panes.values().any(|pane| pane.title == title);
        let mut title = "host".to_owned();
        let mut number = 1;
        while taken(&title) {
            number += 1;
            title = format!("host {number}");
        }
        title
    }

    fn watch(&mut self, change: Change) {
        if let Change::Health(followed, health) = &change {
            self.health.insert(*followed, health.clone());
        }
        self.watched.apply(&change);
        self.emit(Event::Watch(change));
        self.conditions_may_have_changed();
    }

    fn object_made(&mut self, object: ObjectRef) {
        let step = self.step_at_work();
        self.emit(Event::Made { step, object: name_of(&object) });
        self.made.push((object, step));
    }

    fn object_removed(&mut self, object: &ObjectRef) {
        let before = self.made.len();
        self.made.retain(|(made, _)| made.uid != object.uid);
        if self.made.len() < before {
            self.emit(Event::Removed { object: name_of(object) });
        }
    }

    /// The step one of whose commands runs; of several the one that does more than ask, then
    /// the latest.
    fn step_at_work(&self) -> Option<StepIndex> {
        self.panes
            .values()
            .flat_map(|pane| [&pane.host, &pane.pod])
            .flatten()
            .filter(|running| running.step.is_some())
            .max_by_key(|running| (!meaning(&running.text).reads_only, running.since))
            .and_then(|running| Some(running.step?.0))
    }

    /// Why nothing may be seen any more, where the watch is stale.
    pub(super) fn blindness(&self) -> Option<String> {
        self.health.values().find_map(|health| match health {
            Health::Stale { error, .. } => Some(format!("the cluster does not answer: {error}")),
            _ => None,
        })
    }
}

/// `pod/simple-api`.
pub(super) fn name_of(object: &ObjectRef) -> String {
    format!("{}/{}", object.kind.to_lowercase(), object.name)
}

pub(super) fn defaults(lab: &Lab) -> BTreeMap<String, String> {
    let value = |variable: &Variable| match variable {
        Variable::Default(value) => Some(value.clone()),
        Variable::Asked { default, .. } => default.clone(),
    };
    let vars = &lab.front_matter.vars;
    vars.iter().filter_map(|(name, variable)| Some((name.clone(), value(variable)?))).collect()
}
