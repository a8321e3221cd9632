//! Runs a lab: requests in, events out.

mod event;
mod marks;
mod outcome;
mod processes;
mod relay;
mod shell_setup;
mod terminal;
mod tracker;
mod transcript;
mod typing;

pub use event::{
    Actor, Awaited, Ending, Event, Level, Output, Request, RunStarted, Size, StepIndex, TerminalId,
    Undo,
};
pub use outcome::{Failure, Outcome};
pub use relay::{Frame, FrameDecoder, FrameError, Hello, LONGEST_FRAME};
