//! The mouse: focus, tabs, wheel, and marking text.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{browse, steps, terminal};
use crate::engine::Level;
use crate::tui::effect::Effect;
use crate::tui::keys::mouse_bytes;
use crate::tui::state::{Overlay, Pane, Selection, State};
use crate::tui::view::{inner, layout, pane_tab_at, terminal_tab_at, text_area};

const WHEEL: isize = 3;

/// Does what the mouse means where it is.
pub(super) fn mouse(state: &mut State, event: MouseEvent) -> Vec<Effect> {
    if state.overlay != Overlay::None {
        return Vec::new();
    }
    let area = Rect::new(0, 0, state.size.columns, state.size.rows);
    let panes = layout(area, state);
    if let Some(bytes) = for_program(state, event, panes.terminal) {
        return bytes;
    }
    let pane = panes.at(event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollUp => wheel(state, pane, -WHEEL),
        MouseEventKind::ScrollDown => wheel(state, pane, WHEEL),
        MouseEventKind::Down(MouseButton::Left) => press(state, event, pane),
        MouseEventKind::Drag(MouseButton::Left) => drag(state, event),
        MouseEventKind::Up(MouseButton::Left) => return release(state),
        _ => {}
    }
    Vec::new()
}

/// A program that asked for the mouse gets it while its terminal has the focus.
fn for_program(state: &mut State, event: MouseEvent, frame: Option<Rect>) -> Option<Vec<Effect>> {
    let inner = inner(frame?);
    let wants = state.terminals.selected().is_some_and(|tab| tab.emulator.wants_mouse());
    let inside = inner.contains(Position::new(event.column, event.row));
    if state.focus != Pane::Terminal || !wants || !inside {
        return None;
    }
    let (column, row) = (event.column - inner.x, event.row - inner.y);
    Some(terminal::input(state, |_| mouse_bytes(event, column, row)))
}

fn wheel(state: &mut State, pane: Option<Pane>, lines: isize) {
    match pane {
        Some(Pane::Instructions) => state.instructions.scroll_by(lines),
        Some(Pane::Watcher) => state.watcher.scroll_events(-lines),
        Some(Pane::Terminal) => {
            if let Some(tab) = state.terminals.selected_mut() {
                tab.emulator.scroll_by(-lines);
            }
        }
        None => {}
    }
}

fn press(state: &mut State, event: MouseEvent, pane: Option<Pane>) {
    state.selection = None;
    let place = (event.column, event.row);
    if let Some(tab) = pane_tab_at(state, place) {
        browse::go_to(state, tab);
        return;
    }
    if let Some(at) = terminal_tab_at(state, place) {
        state.terminals.choose(at);
    }
    let Some(pane) = pane else { return };
    browse::go_to(state, pane);
    if let Some(at) = cell(state, pane, event) {
        state.selection = Some(Selection { pane, from: at, to: at });
    }
}

fn drag(state: &mut State, event: MouseEvent) {
    let Some(pane) = state.selection.map(|selection| selection.pane) else { return };
    let Some(to) = cell(state, pane, event) else { return };
    if let Some(selection) = &mut state.selection {
        selection.to = to;
    }
}

/// What was marked goes to the clipboard; a mere click selects the step under it.
fn release(state: &mut State) -> Vec<Effect> {
    let Some(selection) = state.selection else { return Vec::new() };
    if selection.from == selection.to {
        state.selection = None;
        let line = state.instructions.scroll() + usize::from(selection.from.0);
        let step = state.instructions.step_at(line);
        let step = step.filter(|_| selection.pane == Pane::Instructions);
        return step.map_or_else(Vec::new, |step| steps::select(state, step));
    }
    let text = marked_text(state, selection);
    if text.trim().is_empty() {
        return Vec::new();
    }
    state.tell(Level::Info, "copied what is marked");
    vec![Effect::Copy(text)]
}

fn marked_text(state: &State, selection: Selection) -> String {
    match selection.pane {
        Pane::Terminal => {
            let tab = state.terminals.selected();
            tab.map(|tab| tab.emulator.text_between(selection.from, selection.to))
                .unwrap_or_default()
        }
        Pane::Instructions => {
            let lines = (0_u16..).zip(state.instructions.visible());
            let marked = lines.filter_map(|(row, line)| {
                let columns = selection.columns(row, u16::MAX);
                let text = line.text();
                let cut: String =
                    text.chars().skip(usize::from(columns.start)).take(columns.len()).collect();
                (!columns.is_empty()).then(|| cut.trim_end().to_owned())
            });
            marked.collect::<Vec<_>>().join("\n")
        }
        Pane::Watcher => String::new(),
    }
}

/// Row and column within the pane, moved to its edge where the mouse has left it.
fn cell(state: &State, pane: Pane, event: MouseEvent) -> Option<(u16, u16)> {
    let area = Rect::new(0, 0, state.size.columns, state.size.rows);
    let inner = inner(layout(area, state).of(pane)?);
    let inner = if pane == Pane::Instructions { text_area(inner) } else { inner };
    let within =
        |at: u16, from: u16, length: u16| at.saturating_sub(from).min(length.saturating_sub(1));
    Some((within(event.row, inner.y, inner.height), within(event.column, inner.x, inner.width)))
}
