//! The watcher: a source (true watches), a model (a pure reducer), observations.

mod change;

pub use change::{Change, Followed, Health, Seen};
