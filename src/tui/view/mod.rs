//! The state as a picture; one file per part of the screen.

mod ask;
mod dialog;
mod draw;
mod drift;
mod events;
mod footer;
mod frame;
mod help;
mod instructions;
mod layout;
mod tabs;
mod terminals;
mod timeline;
mod title;
mod too_small;
mod watcher;

pub use draw::draw;
pub(super) use drift::drift_height;
pub(super) use help::help_lines;
pub use layout::{
    Panes, SMALLEST, Shape, WIDE, inner, instructions_size, layout, terminal_size, text_area,
};
pub(super) use tabs::{pane_tab_at, terminal_tab_at};
