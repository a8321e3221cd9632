//! What the screen knows. It changes in `update` and nowhere else.

mod editor;
mod emulator;
mod instructions;
mod progress;
mod screen;
mod search;
mod selection;
mod step;
mod terminals;
mod trouble;
mod watcher;

pub(in crate::tui) use editor::Editor;
pub(in crate::tui) use emulator::panic_is_contained;
pub(in crate::tui) use instructions::Instructions;
pub(in crate::tui) use progress::{KnownValue, Progress};
pub(in crate::tui) use screen::{Asking, Overlay, Phase, Then, Zoom};
pub use screen::{Pane, State};
pub(in crate::tui) use search::{Direction, Search};
pub(in crate::tui) use selection::Selection;
pub(in crate::tui) use step::{Shown, Status, Step, Turn};
pub(in crate::tui) use terminals::{Life, News, Tab, Terminals};
pub(in crate::tui) use trouble::Trouble;
pub(in crate::tui) use watcher::Watcher;
