//! Runs a lab: requests in, events out.

mod active;
mod capture;
mod event;
mod expect;
mod facts;
mod hand;
mod input;
mod listen;
mod marks;
mod outcome;
mod pane;
mod processes;
mod relay;
mod requests;
mod run;
mod select;
mod settle;
mod shell_setup;
mod state;
#[cfg(test)]
mod state_tests;
mod stream;
mod terminal;
mod tracker;
mod transcript;
mod typing;
mod waits;

pub use event::{
    Actor, Awaited, Ending, Event, Level, Output, Request, RunStarted, Size, StepIndex, TerminalId,
    Undo,
};
pub use outcome::{Failure, Outcome};
pub use relay::{Frame, FrameDecoder, FrameError, Hello, LONGEST_FRAME};
pub use waits::holds;
