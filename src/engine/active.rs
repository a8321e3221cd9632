//! A step that is under way.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::engine::marks::Layer;
use crate::engine::tracker::Finished;
use crate::engine::{Actor, Awaited, Gap, Output, TerminalId};
use crate::lab::{Command, Lab, Runs, Step};
use crate::sample::{ComparedRow, Judgement};

/// A step that is under way.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) by: Actor,
    pub(super) started: Duration,
    pub(super) deadline: Duration,
    /// Where it types.
    pub(super) pane: Option<(TerminalId, Layer)>,
    /// How its commands ended, in their order.
    pub(super) done: Vec<Option<Finished>>,
    /// How they ended before they were run again.
    pub(super) before: Vec<Option<Finished>>,
    /// The last command has opened its shell.
    pub(super) opened: bool,
    pub(super) phase: Phase,
    /// When its commands are run again, or its last phase is tried again.
    pub(super) again_at: Option<Duration>,
    /// When the last command ended.
    pub(super) last_end: Duration,
    /// What was last told to be waited for.
    pub(super) told: Vec<Awaited>,
    /// Why a value could not be read yet.
    pub(super) trouble: Option<String>,
    /// The placeholder whose value is being read.
    pub(super) filling: Option<String>,
    /// Values of placeholders that this step has found.
    pub(super) filled: BTreeMap<String, String>,
    /// It waits for its conditions: what it read before is old when they hold.
    pub(super) waited: bool,
    /// What a person is asked for; the step's time stands still meanwhile.
    pub(super) asking: Option<Gap>,
    /// Its samples and what was printed, as far as the commands have ended.
    pub(super) compared: BTreeMap<usize, Compared>,
}

/// A sample of a step, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) rows: Vec<ComparedRow>,
    /// The sample as it would read today.
    pub(super) refreshed: Option<String>,
}

impl Compared {
    /// Whether something that the sample shows may still come.
    pub(super) fn not_yet(&self) -> Option<&str> {
        self.rows.iter().find_map(|row| match &row.judgement {
            Judgement::NotYet(what) => Some(what.as_str()),
            _ => None,
        })
    }

    /// The first thing in which the two differ.
    pub(super) fn difference(&self) -> Option<&str> {
        self.rows.iter().find_map(|row| match &row.judgement {
            Judgement::Differs(what) | Judgement::NotYet(what) => Some(what.as_str()),
            _ => None,
        })
    }
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its commands run, or what it promised is waited for.
    Commands,
    /// Its hidden check runs.
    Checking,
    /// Values are being read.
    Capturing,
}

impl Active {
    /// A step that begins at `now`.
    pub(super) fn new(step: &Step, commands: usize, by: Actor, now: Duration) -> Self {
        Self {
            by,
            started: now,
            deadline: now + step.timeout,
            pane: None,
            done: vec![None; commands],
            before: vec![None; commands],
            opened: false,
            phase: Phase::Commands,
            again_at: None,
            last_end: now,
            told: Vec::new(),
            trouble: None,
            filling: None,
            filled: BTreeMap::new(),
            waited: false,
            asking: None,
            compared: BTreeMap::new(),
        }
    }

    /// The first command that has not ended.
    pub(super) fn outstanding(&self) -> Option<usize> {
        self.done.iter().position(Option::is_none)
    }

    /// What its commands printed, one after another.
    pub(super) fn output(&self) -> Output {
        joined(self.done.iter().flatten().map(|finished| &finished.output))
    }

    /// Whether a person has to type before it goes on. What is read again is no
    /// such case: it has been typed.
    pub(super) fn waits_for_a_person(&self) -> bool {
        self.by == Actor::Person
            && self.phase == Phase::Commands
            && self.outstanding().is_some()
            && self.before.iter().all(Option::is_none)
    }
}

/// The outputs as one.
pub(super) fn joined<'a>(outputs: impl Iterator<Item = &'a Output>) -> Output {
    let mut all = Output::default();
    for output in outputs {
        all.text.push_str(&output.text);
        all.lines_dropped += output.lines_dropped;
    }
    all
}

/// The commands of a step that run.
pub(super) fn commands<'a>(lab: &'a Lab, step: &Step) -> Vec<&'a Command> {
    let block = lab.blocks.get(step.block);
    let all = block.map(|block| block.commands.as_slice()).unwrap_or_default();
    all.iter().filter(|command| command.runs != Runs::Shown).collect()
}
