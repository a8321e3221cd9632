//! The screen: message, state, update, effect, view; `run` is the loop around them.

mod block;
mod effect;
mod guard;
mod highlight;
mod keymap;
mod keys;
mod line;
mod markdown;
mod message;
mod page;
mod run;
mod state;
mod step_lines;
mod table;
mod theme;
mod update;
pub mod view;
mod wrap;

pub use effect::Effect;
pub use highlight::Highlights;
pub use keymap::{Action, Binding, KEYMAP, Key, KeyError, Mode};
pub use message::{Message, Saved};
pub use run::{Finished, Options, TuiError, run};
pub use state::{Pane, State};
pub use theme::{Role, THEMES, Theme, ThemeError};
pub use update::update;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod sample_screens;
#[cfg(test)]
mod screens;
