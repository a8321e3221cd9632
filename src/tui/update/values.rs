//! Values and bindings: looked at, changed, forgotten.

use crossterm::event::KeyEvent;

use crate::engine::{Gap, Level, Request};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::state::{Editor, Overlay, State};

/// Opens the list.
pub(super) fn open(state: &mut State) {
    if state.progress.known_values().is_empty() {
        let text = "nothing stands for something else yet: placeholders and the author's \
                    addresses get their values as the lab goes on";
        return state.tell(Level::Info, text);
    }
    state.overlay = Overlay::Values { at: 0, editor: None };
}

/// An action on the list.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let rows = state.progress.known_values();
    let Overlay::Values { at, editor } = &mut state.overlay else { return Vec::new() };
    let last = rows.len().saturating_sub(1);
    match action {
        Action::Down => *at = (*at + 1).min(last),
        Action::Up => *at = at.saturating_sub(1),
        Action::Change => {
            *editor = rows.get(*at).map(|row| Editor::new(row.value.clone()));
        }
        Action::Forget => match rows.get(*at).map(|row| &row.gap) {
            Some(Gap::Literal(literal)) => {
                let literal = literal.clone();
                return vec![Effect::Engine(Request::Unbind { literal })];
            }
            _ => state.tell(Level::Info, "a placeholder keeps its value; ⏎ changes it"),
        },
        _ => state.overlay = Overlay::None,
    }
    Vec::new()
}

/// A key while one of the values is being changed.
pub(super) fn key(state: &mut State, event: KeyEvent, action: Option<Action>) -> Vec<Effect> {
    let rows = state.progress.known_values();
    let Overlay::Values { at, editor } = &mut state.overlay else { return Vec::new() };
    let Some(open) = editor else { return Vec::new() };
    match action {
        Some(Action::Accept) => {
            let value = open.text().trim().to_owned();
            *editor = None;
            let gap = rows.get(*at).map(|row| row.gap.clone()).filter(|_| !value.is_empty());
            let fill = gap.map(|gap| Effect::Engine(Request::Fill { gap, value }));
            return fill.into_iter().collect();
        }
        Some(Action::Cancel) => *editor = None,
        _ => open.key(event),
    }
    Vec::new()
}
