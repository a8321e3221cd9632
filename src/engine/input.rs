//! What the dispatcher's state hears, and what it asks to be done. Everything
//! that can happen in a run is one of these.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cluster::ObjectRef;
use crate::engine::relay::Notice;
use crate::engine::terminal::FromTerminal;
use crate::engine::{Ending, Event, Output, Request, Size, StepIndex, TerminalId};
use crate::watch::Change;

/// Something that happened.
#[derive(Debug)]
pub(super) enum Input {
    /// A person or a runner asks for something.
    Request(Request),
    /// A terminal tells something.
    Terminal(TerminalId, FromTerminal),
    /// `kubectl` in a lab's shell.
    Relay(Notice),
    /// The watcher saw something.
    Watch(Change),
    /// The run made an object.
    Made(ObjectRef),
    /// An object is gone that the run had made.
    Removed(ObjectRef),
    /// An effect has its answer.
    Answer(StepIndex, Answer),
    /// The time that was asked for has come.
    Tick,
}

/// What came of an effect.
#[derive(Debug)]
pub(super) enum Answer {
    /// The fields in the order in which they were asked for; empty ones are not there yet.
    Fields(Result<Vec<String>, String>),
    /// How the check ended.
    Checked(i32, Output),
    /// The objects are gone, but for these; and whether to run the step again.
    Undone { left: Vec<String>, again: bool },
}

/// Something to do.
#[derive(Debug, PartialEq)]
pub(super) enum Effect {
    /// Tell the consumers.
    Emit(Event),
    /// Start a shell, in this directory or in the lab's.
    Open(TerminalId, Option<PathBuf>),
    /// Type.
    Write(TerminalId, Vec<u8>),
    /// All terminals have a new size.
    Resize(Size),
    /// Kill what runs in the foreground.
    Kill(TerminalId),
    /// Read fields of objects: kind, name, path.
    Fields(StepIndex, Vec<[String; 3]>),
    /// Write these files to the lab's folder.
    Files(BTreeMap<String, String>),
    /// Run a hidden command on the host.
    Check(StepIndex, String),
    /// Delete these objects, and then perhaps run the step again.
    Undo { step: StepIndex, objects: Vec<ObjectRef>, again: bool },
    /// The run is over.
    Finish(Ending),
}
