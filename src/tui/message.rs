//! Everything that can happen to the screen.

use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::Timestamp;

use super::highlight::Highlights;
use crate::engine::{Event, Size};
use crate::lab::{Finding, Lab};

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The person's terminal has this size.
    Resize(Size),
    /// It is so late, by the cluster's clock.
    Tick(Timestamp),
    /// The engine tells something.
    Engine(Event),
    /// The engine has nothing more to tell.
    EngineGone,
    /// The author saved the lab.
    Saved(Saved),
    /// The code's colours are known.
    Highlighted(Highlights),
    /// The process is asked to end, by a signal.
    Terminate,
}

/// What an author has saved.
#[derive(Debug, Clone)]
pub enum Saved {
    /// A lab, and the errors in it.
    Lab(Arc<Lab>, Vec<Finding>),
    /// Something that cannot be read, for this reason.
    Unreadable(String),
}
