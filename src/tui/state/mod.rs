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
mod watcher;

pub use editor::Editor;
pub use emulator::panic_is_contained;
pub use instructions::Instructions;
pub use progress::Progress;
pub use screen::{Overlay, Pane, Phase, State, Then, Zoom};
pub use search::{Direction, Search};
pub use selection::Selection;
pub use step::{Shown, Status, Step};
pub use terminals::{Life, News, Tab, Terminals};
pub use watcher::Watcher;
