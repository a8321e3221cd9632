//! The person's terminal, raw for a while.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::termios::{self, OptionalActions, Termios};

/// The terminal's own modes, kept while keys pass as they are; they come back when
/// the last of its clones goes, also when a panic unwinds.
#[derive(Clone, Default)]
pub(super) struct RawMode(Arc<Kept>);

#[derive(Default)]
struct Kept(Mutex<Option<Termios>>);

impl RawMode {
    /// Columns and rows; 80x24 where there is no terminal.
    pub(super) fn size() -> (u16, u16) {
        let size = termios::tcgetwinsize(io::stdout())
            .or_else(|_| termios::tcgetwinsize(io::stdin()))
            .map(|size| (size.ws_col, size.ws_row));
        size.ok().filter(|(columns, rows)| *columns > 0 && *rows > 0).unwrap_or((80, 24))
    }

    /// From now on every key is passed on as it is.
    pub(super) fn enter(&self) {
        let mut kept = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_some() {
            return;
        }
        let Ok(modes) = termios::tcgetattr(io::stdin()) else { return };
        let mut raw = modes.clone();
        raw.make_raw();
        if termios::tcsetattr(io::stdin(), OptionalActions::Now, &raw).is_ok() {
            *kept = Some(modes);
        }
    }

    /// The terminal is as it was.
    pub(super) fn restore(&self) {
        self.0.restore();
    }
}

impl Kept {
    fn restore(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(modes) = kept.take() {
            // Where the terminal is gone, nothing is left to restore.
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &modes);
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.restore();
    }
}
