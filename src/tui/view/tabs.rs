//! Tabs of panes and of terminals, and text that is marked with the mouse.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::layout::{inner, layout};
use crate::base::safe_line;
use crate::tui::line::cut;
use crate::tui::state::{Life, News, Pane, State, Tab};
use crate::tui::theme::{Role, Theme};

const PANES: [(Pane, &str); 3] = [
    (Pane::Instructions, " i instructions "),
    (Pane::Terminal, " t terminal "),
    (Pane::Watcher, " w watcher "),
];

/// A tab is a piece of a line.
type Piece = (String, Role);

/// The tabs of the panes, where one is shown at a time.
pub(super) fn draw_panes(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let pieces = PANES.map(|(pane, name)| {
        let role = if pane == state.focus { Role::TabSelected } else { Role::Tab };
        (name.to_owned(), role)
    });
    frame.render_widget(line(pieces.to_vec(), theme), area);
}

/// The tabs of the terminals; none where there is only one.
pub(super) fn terminal_tabs(state: &State, theme: &Theme) -> Line<'static> {
    line(terminal_pieces(state), theme)
}

fn line(pieces: Vec<Piece>, theme: &Theme) -> Line<'static> {
    let mut spans = Vec::new();
    for (at, (text, role)) in pieces.into_iter().enumerate() {
        if at > 0 {
            spans.push(Span::styled("│", theme.style(Role::Border)));
        }
        spans.push(Span::styled(text, theme.style(role)));
    }
    Line::from(spans)
}

fn terminal_pieces(state: &State) -> Vec<Piece> {
    let tabs = state.terminals.tabs();
    if tabs.len() < 2 {
        return Vec::new();
    }
    let shown = state.terminals.selected().map(|tab| tab.id);
    let piece = |(at, tab): (usize, &Tab)| {
        let role = if shown == Some(tab.id) { Role::TabSelected } else { Role::Tab };
        let sign = match (tab.life, tab.news) {
            (Life::Ended, _) => " ended",
            (Life::Open, News::Unseen) => " *",
            (Life::Open, News::None) => "",
        };
        (format!(" {} {}{sign} ", at + 1, cut(&safe_line(&tab.title), 14)), role)
    };
    tabs.iter().enumerate().map(piece).collect()
}

/// The pane whose tab is at this place (column, row).
pub(crate) fn pane_tab_at(state: &State, place: (u16, u16)) -> Option<Pane> {
    let area = Rect::new(0, 0, state.size.columns, state.size.rows);
    let tabs = layout(area, state).tabs?;
    let at = piece_at(tabs, PANES.map(|(_, name)| name.width()).into_iter(), place)?;
    PANES.get(at).map(|(pane, _)| *pane)
}

/// The number of the terminal, from 0, whose tab is at this place (column, row).
pub(crate) fn terminal_tab_at(state: &State, place: (u16, u16)) -> Option<usize> {
    let area = Rect::new(0, 0, state.size.columns, state.size.rows);
    let frame = layout(area, state).terminal?;
    let widths: Vec<usize> = terminal_pieces(state).iter().map(|(text, _)| text.width()).collect();
    let all: usize = widths.iter().sum::<usize>() + widths.len().saturating_sub(1);
    let all = u16::try_from(all).ok()?;
    let x = frame.right().checked_sub(all.checked_add(1)?)?;
    piece_at(Rect { x, width: all, height: 1, ..frame }, widths.into_iter(), place)
}

fn piece_at(
    area: Rect,
    widths: impl Iterator<Item = usize>,
    (column, row): (u16, u16),
) -> Option<usize> {
    if !area.contains(Position::new(column, row)) {
        return None;
    }
    let mut end = 0;
    for (at, width) in widths.enumerate() {
        end += width + 1;
        if usize::from(column - area.x) < end {
            return Some(at);
        }
    }
    None
}

/// Marks what is selected with the mouse in this pane.
pub(super) fn draw_selection(
    frame: &mut Frame<'_>,
    pane_area: Rect,
    (pane, state): (Pane, &State),
    theme: &Theme,
) {
    let Some(selection) = state.selection.filter(|one| one.pane == pane) else { return };
    if selection.from == selection.to {
        return;
    }
    debug_assert!(inner(pane_area).width <= pane_area.width, "a frame takes room");
    for row in 0..pane_area.height {
        let columns = selection.columns(row, pane_area.width);
        let marked = Rect {
            x: pane_area.x + columns.start,
            y: pane_area.y + row,
            width: columns.end.saturating_sub(columns.start),
            height: 1,
        };
        frame.buffer_mut().set_style(marked.intersection(pane_area), theme.style(Role::Selection));
    }
}
