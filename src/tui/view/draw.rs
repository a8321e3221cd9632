//! The whole screen.

use ratatui::Frame;
use ratatui::widgets::Block;

use super::layout::{Shape, layout};
use super::{
    ask, dialog, drift, footer, help, instructions, tabs, terminals, title, too_small, watcher,
};
use crate::tui::state::{Overlay, State};
use crate::tui::theme::{Role, Theme};

/// Draws the state; whatever the size of the frame, nothing panics.
pub fn draw(frame: &mut Frame<'_>, state: &State, theme: &Theme) {
    let panes = layout(frame.area(), state);
    frame.render_widget(Block::new().style(theme.style(Role::Text)), frame.area());
    if panes.shape == Shape::TooSmall {
        too_small::draw(frame, theme);
        return;
    }
    title::draw(frame, panes.title, state, theme);
    if let Some(area) = panes.tabs {
        tabs::draw_panes(frame, area, state, theme);
    }
    if let Some(area) = panes.instructions {
        instructions::draw(frame, area, state, theme);
    }
    if let Some(area) = panes.watcher {
        watcher::draw(frame, area, state, theme);
    }
    if let Some(area) = panes.terminal {
        terminals::draw(frame, area, state, theme);
    }
    if let Some(area) = panes.summary {
        footer::draw_summary(frame, area, state, theme);
    }
    footer::draw_status(frame, panes.status, state, theme);
    footer::draw_keys(frame, panes.footer, state, theme);
    match &state.overlay {
        Overlay::Help { scroll } => help::draw(frame, *scroll, state.reserved, theme),
        Overlay::Ask(asking) => ask::draw_question(frame, asking, theme),
        Overlay::Values { at, editor } => {
            ask::draw_values(frame, state, (*at, editor.as_ref()), theme);
        }
        Overlay::Drift { step, scroll } => drift::draw(frame, state, (*step, *scroll), theme),
        _ => dialog::draw(frame, state, theme),
    }
}
