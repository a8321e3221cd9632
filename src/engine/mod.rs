//! Runs a lab: requests in, events out.

mod event;
mod outcome;

pub use event::{
    Actor, Awaited, Ending, Event, Level, Output, Request, RunStarted, Size, StepIndex, TerminalId,
    Undo,
};
pub use outcome::{Failure, Outcome};
