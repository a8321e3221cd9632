//! Keys and pastes for the terminal that has the focus.

use crossterm::event::KeyEvent;

use crate::engine::Request;
use crate::tui::effect::Effect;
use crate::tui::keys::{key_bytes, paste_bytes};
use crate::tui::state::{Life, State, Tab};

/// A key, as bytes for the program.
pub(super) fn key(state: &mut State, event: KeyEvent) -> Vec<Effect> {
    input(state, |tab| key_bytes(event, tab.emulator.screen()))
}

/// A paste.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    input(state, |tab| paste_bytes(text, tab.emulator.screen()))
}

/// Whoever types wants to see what happens now.
pub(super) fn input(state: &mut State, bytes: impl Fn(&Tab) -> Vec<u8>) -> Vec<Effect> {
    let Some(tab) = state.terminals.selected_mut() else { return Vec::new() };
    let bytes = bytes(tab);
    if bytes.is_empty() || tab.life == Life::Ended {
        return Vec::new();
    }
    tab.emulator.scroll_to_end();
    vec![Effect::Engine(Request::Input { terminal: tab.id, bytes })]
}
