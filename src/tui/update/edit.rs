//! A command that is changed before it runs.

use crossterm::event::KeyEvent;

use super::steps;
use crate::engine::{Level, Request};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::keys::paste_bytes;
use crate::tui::state::{Editor, Overlay, State};

/// Erases what stands in a shell's line already.
const KILL_LINE: u8 = 0x15;

/// Opens the editor with the current step's commands.
pub(super) fn open(state: &mut State) {
    let Some(step) = steps::ready(state) else { return };
    let editor = Editor::new(state.commands(step));
    state.overlay = Overlay::Edit { step, editor };
}

/// A key of the editor.
pub(super) fn key(state: &mut State, event: KeyEvent, action: Option<Action>) -> Vec<Effect> {
    let Overlay::Edit { editor, .. } = &mut state.overlay else { return Vec::new() };
    match action {
        Some(Action::Accept) => return accept(state),
        Some(Action::Cancel) => state.overlay = Overlay::None,
        Some(Action::NewLine) => editor.insert("\n"),
        _ => editor.key(event),
    }
    Vec::new()
}

/// Types the text into the step's shell: what is typed by hand counts for the step.
fn accept(state: &mut State) -> Vec<Effect> {
    let Overlay::Edit { step, editor } = std::mem::replace(&mut state.overlay, Overlay::None)
    else {
        return Vec::new();
    };
    let text = editor.text().trim_end().to_owned();
    if text.is_empty() {
        return Vec::new();
    }
    let shell = state.lab.steps.get(step.0).map(|step| step.shell.to_string()).unwrap_or_default();
    let Some(terminal) = state.terminals.of_shell(&shell) else {
        let text = format!("the shell {shell} is not open: run the step that opens it first");
        state.tell(Level::Warning, text);
        return Vec::new();
    };
    state.terminals.select(terminal);
    let Some(tab) = state.terminals.selected_mut() else { return Vec::new() };
    tab.emulator.scroll_to_end();
    let mut bytes = vec![KILL_LINE];
    bytes.extend(paste_bytes(&text, tab.emulator.screen()));
    bytes.push(b'\r');
    vec![Effect::Engine(Request::Select(step)), Effect::Engine(Request::Input { terminal, bytes })]
}
