//! Everything that can happen to the screen.

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::Timestamp;

use super::highlight::Highlights;
use crate::engine::{Event, Size};

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
    /// The code's colours are known.
    Highlighted(Highlights),
    /// The process is asked to end, by a signal.
    Terminate,
}
