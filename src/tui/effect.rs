//! What the loop has to do for the state.

use crate::engine::Request;

/// One thing to do outside of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the engine.
    Engine(Request),
    /// Put this text on the person's clipboard.
    Copy(String),
    /// Find the colours of the lab's code.
    Highlight,
    /// Leave the screen.
    Leave,
}
