//! Runs a lab: requests in, events out.

mod active;
mod candidates;
mod capture;
mod cleanup;
mod compared;
mod dispatch;
mod event;
mod expect;
mod facts;
mod foreign;
mod gaps;
mod hand;
mod input;
mod last_phases;
mod listen;
mod marks;
mod outcome;
mod pane;
mod processes;
mod relay;
mod reload;
mod renumber;
mod requests;
mod run;
mod runner;
mod select;
mod settle;
mod shell_setup;
mod start;
mod state;
#[cfg(test)]
mod state_tests;
mod stream;
mod terminal;
mod trace;
mod tracker;
mod transcript;
mod typing;
mod waits;
mod words;
mod work;

pub use cleanup::remove_remains;
pub use dispatch::run;
pub use event::{
    Actor, Awaited, Candidate, Drift, Ending, Event, Gap, Level, Output, Question, Request,
    RunStarted, Size, StepIndex, TerminalId, Undo,
};
pub use outcome::{Failure, Outcome};
pub use relay::{Fallback, Frame, FrameDecoder, FrameError, Hello, INPUT_GRANT, LONGEST_FRAME};
pub use runner::{AfterFailure, Runner};
pub use start::{StartError, Unanswered, World};
pub use trace::Trace;
pub use waits::holds;
