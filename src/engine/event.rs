//! The contract with `report` and `tui`: owned data, so that a run can be
//! recorded and replayed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::engine::Outcome;
use crate::lab::Reload;
use crate::sample::{Binding, By, ComparedRow};
use crate::watch::Change;

/// A terminal of the run, by number; 0 is the first host shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TerminalId(pub usize);

/// A step of the lab, by its index in `Lab::steps`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StepIndex(pub usize);

/// The size of a terminal in cells, never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum Event {
    /// The world is ready: namespace and working directory exist.
    RunStarted(RunStarted),
    /// A terminal opened; its output follows.
    TerminalOpened { terminal: TerminalId, title: String },
    /// Its title changed: a pod's shell opened in it, or ended.
    TerminalTitled { terminal: TerminalId, title: String },
    /// Bytes for its screen, as the programs wrote them.
    TerminalOutput { terminal: TerminalId, bytes: Vec<u8> },
    /// It ended.
    TerminalClosed { terminal: TerminalId },
    /// A step began, because of a key or because its first command was typed.
    StepStarted { step: StepIndex, by: Actor },
    /// A command began to run. Commands outside of any step are told as well.
    CommandStarted { step: Option<StepIndex>, terminal: TerminalId, text: String, by: Actor },
    /// A command ended.
    CommandEnded { step: Option<StepIndex>, terminal: TerminalId, exit: i32, output: Output },
    /// A command of a step does not return; it goes on beside the next steps.
    Streaming { step: StepIndex, terminal: TerminalId },
    /// Commands are done; this is still waited for (in words). Sent again when it changes.
    Waiting { step: StepIndex, conditions: Vec<Awaited>, timeout: Duration },
    /// What a literal of the author's cluster means here was learnt, or said by a person.
    Bound { step: Option<StepIndex>, binding: Binding, by: By },
    /// The literal means itself again.
    Unbound { literal: String },
    /// These bindings act in a command that is typed now.
    Acted { step: StepIndex, bindings: Vec<Binding> },
    /// The step cannot go on before a person says what is meant.
    Asked { step: StepIndex, question: Question },
    /// The output of a step is not like the sample in the text.
    Drifted { step: StepIndex, drift: Drift },
    /// A value was taken from the cluster or from output.
    Captured { step: StepIndex, name: String, value: String, source: String },
    /// A step ended.
    StepEnded { step: StepIndex, outcome: Outcome, elapsed: Duration },
    /// The step is as if it had not been run.
    StepReset { step: StepIndex },
    /// The cluster has a new object because of this step.
    Made { step: Option<StepIndex>, object: String },
    /// An object that the run had made is gone again.
    Removed { object: String },
    /// What the watcher saw.
    Watch(Change),
    /// From here on the lab is the one that was saved, and steps are counted in it.
    Reloaded,
    /// Something worth telling.
    Notice { level: Level, text: String },
    /// The run ends; this is being removed.
    CleaningUp { what: String },
    /// The run is over. `left` names what could not be removed, or was kept.
    RunEnded { left: Vec<String> },
}

/// What a run is about to use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStarted {
    /// A short random name, also the suffix of the namespace.
    pub run: String,
    /// The cluster's title.
    pub cluster: String,
    /// Where the lab's objects are.
    pub namespace: String,
    /// Whether the namespace was made for this run.
    pub owned: bool,
    /// Where the lab's files are.
    pub directory: PathBuf,
    /// Images that are replaced: from, to, why.
    pub replaced_images: BTreeMap<String, (String, Option<String>)>,
}

/// Who typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// podlab, because a person or a runner asked for the step.
    Podlab,
    /// A person, by hand.
    Person,
}

/// What a command printed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Output {
    /// As a terminal showed it, without escapes; the end of it where it was long.
    pub text: String,
    /// Lines at the start that were not kept.
    pub lines_dropped: usize,
}

/// A condition that a step waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// In words: `pod/simple-api is Ready`.
    pub condition: String,
    /// Whether it holds.
    pub holds: bool,
    /// What is seen instead, in words: `ContainerCreating`.
    pub seen: String,
}

/// What the author wrote that means nothing here yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Gap {
    /// A placeholder, by its name.
    Placeholder(String),
    /// A literal of the author's cluster.
    Literal(String),
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Placeholder(name) if name.starts_with("YOUR") => f.write_str(name),
            Self::Placeholder(name) => write!(f, "<{name}>"),
            Self::Literal(text) => f.write_str(text),
        }
    }
}

/// Something that only a person knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked for.
    pub gap: Gap,
    /// Why, in words.
    pub why: String,
    /// What of the live cluster may be meant.
    pub candidates: Vec<Candidate>,
}

/// Something of the live cluster that may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The value, safe to show.
    pub value: String,
    /// What it is: `pod/simple-api`.
    pub what: String,
}

impl std::fmt::Display for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}", self.value, self.what)
    }
}

/// A sample and what was printed instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// Which of the step's samples.
    pub sample: usize,
    /// The line of the lab where it begins, from 1.
    pub line: usize,
    /// Both, side by side.
    pub rows: Vec<ComparedRow>,
    /// The sample as it would read today; none where only something is still to come.
    pub refreshed: Option<String>,
}

/// How loud a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Good to know.
    Info,
    /// Something is not as it should be.
    Warning,
    /// Something failed.
    Error,
}

/// What a person or a runner asks of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum Request {
    /// This step is the one that is looked at; typed commands count for it.
    Select(StepIndex),
    /// Run the step's commands.
    Run(StepIndex),
    /// Undo what the step had made, if asked to, and run it once more.
    RunAgain { step: StepIndex, undo: Undo },
    /// Remove what the step had made.
    Undo(StepIndex),
    /// Leave the step out.
    Skip(StepIndex),
    /// This is what is meant, from now on.
    Fill { gap: Gap, value: String },
    /// The literal means itself, until a sample says otherwise.
    Unbind { literal: String },
    /// Keys for a terminal, as bytes.
    Input { terminal: TerminalId, bytes: Vec<u8> },
    /// All terminals have a new size.
    Resize(Size),
    /// Another host shell.
    OpenTerminal,
    /// Interrupt what runs in the terminal, then kill it.
    Stop { terminal: TerminalId },
    /// Go on with the lab as it was saved; steps are counted in it from here on.
    #[serde(skip)]
    Reload(Reload),
    /// End the run.
    Quit(Ending),
}

/// Whether a repeated step starts clean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Undo {
    /// What it had made is removed first.
    First,
    /// It stays.
    No,
}

/// What becomes of what the run made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Everything is removed.
    CleanUp,
    /// It stays in the cluster.
    Keep,
}
