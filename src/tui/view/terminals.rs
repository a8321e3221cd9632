//! The terminal that is shown.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};
use tui_term::vt100;
use tui_term::widget::{Cursor, PseudoTerminal};

use super::frame::PaneFrame;
use super::tabs::{draw_selection, terminal_tabs};
use crate::base::safe_line;
use crate::tui::line::cut;
use crate::tui::state::{Life, Overlay, Pane, Phase, State, Tab};
use crate::tui::theme::{Role, Theme};

/// Draws it, and puts the cursor into it where it has the focus.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let tab = state.terminals.selected();
    let title = tab.map(|tab| format!(": {}", cut(&safe_line(&tab.title), 24)));
    let inner = PaneFrame {
        pane: Pane::Terminal,
        name: format!(" terminal{} ", title.unwrap_or_default()),
        right: terminal_tabs(state, theme),
        below: below(state, theme),
    }
    .draw(frame, area, state, theme);
    match tab {
        Some(tab) => draw_screen(frame, inner, (tab, state), theme),
        None => {
            let text = match state.phase {
                Phase::Connecting { .. } => "a shell opens here once the cluster has answered",
                _ => "no terminal is open",
            };
            frame.render_widget(Paragraph::new(text).style(theme.style(Role::Muted)), inner);
        }
    }
}

fn draw_screen(frame: &mut Frame<'_>, inner: Rect, (tab, state): (&Tab, &State), theme: &Theme) {
    let screen = tab.emulator.screen();
    if inner.height < screen.size().0 {
        return draw_end(frame, inner, screen);
    }
    let cursor = Cursor::default().visibility(false);
    frame.render_widget(PseudoTerminal::new(screen).cursor(cursor), inner);
    draw_selection(frame, inner, (Pane::Terminal, state), theme);
    let typing = state.focus == Pane::Terminal && state.overlay == Overlay::None;
    let visible = typing && !screen.hide_cursor() && screen.scrollback() == 0;
    let (row, column) = screen.cursor_position();
    if visible && tab.life == Life::Open && row < inner.height && inner.width > 0 {
        frame.set_cursor_position((inner.x + column.min(inner.width - 1), inner.y + row));
    }
}

/// The last rows up to the cursor, where there is no room for all.
fn draw_end(frame: &mut Frame<'_>, inner: Rect, screen: &vt100::Screen) {
    let (rows, columns) = screen.size();
    let mut whole = Buffer::empty(Rect::new(0, 0, columns, rows));
    let cursor = Cursor::default().visibility(false);
    PseudoTerminal::new(screen).cursor(cursor).render(whole.area, &mut whole);
    let last = if screen.scrollback() > 0 { rows } else { screen.cursor_position().0 + 1 };
    let first = last.saturating_sub(inner.height);
    for (row, column) in (0..inner.height).flat_map(|row| (0..inner.width).map(move |at| (row, at)))
    {
        let from = whole.cell((column, first + row));
        let to = frame.buffer_mut().cell_mut((inner.x + column, inner.y + row));
        if let (Some(from), Some(to)) = (from, to) {
            to.clone_from(from);
        }
    }
}

/// How to get in or out, and how far back the view is.
fn below(state: &State, theme: &Theme) -> Line<'static> {
    let back = state.terminals.selected().map_or(0, |tab| tab.emulator.screen().scrollback());
    let mut spans = Vec::new();
    if back > 0 {
        let text = format!(" {back} lines back, ] forward ");
        spans.push(Span::styled(text, theme.style(Role::Warning)));
    }
    let text = if state.focus == Pane::Terminal {
        format!(" {} leaves ", state.reserved)
    } else {
        " t types here ".to_owned()
    };
    spans.push(Span::styled(text, theme.style(Role::Key)));
    Line::from(spans)
}
