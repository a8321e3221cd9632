//! Looking for words in the instructions.

use crossterm::event::KeyEvent;

use crate::engine::Level;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::state::{Direction, Overlay, Pane, Search, State};

/// A key of the line that asks what to look for.
pub(super) fn key(state: &mut State, event: KeyEvent, action: Option<Action>) -> Vec<Effect> {
    let Overlay::Search { editor } = &mut state.overlay else { return Vec::new() };
    match action {
        Some(Action::Accept) => {
            let query = editor.text().to_owned();
            state.overlay = Overlay::None;
            begin(state, &query);
        }
        Some(Action::Cancel) => state.overlay = Overlay::None,
        _ => editor.key(event),
    }
    Vec::new()
}

fn begin(state: &mut State, query: &str) {
    if query.is_empty() {
        state.search = None;
        return;
    }
    let mut search = Search::new(query);
    if search.start(&mut state.instructions) {
        state.focus = Pane::Instructions;
        state.search = Some(search);
    } else {
        state.search = None;
        state.tell(Level::Info, format!("`{query}` is not in the instructions"));
    }
}

/// Goes to the next match or the one before.
pub(super) fn step(state: &mut State, direction: Direction) {
    if let Some(search) = &mut state.search {
        let _ = search.step(direction, &mut state.instructions);
    }
}
