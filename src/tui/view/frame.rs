//! The frame that every pane has, with its name in it.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders};

use super::layout::inner;
use crate::tui::state::{Overlay, Pane, State};
use crate::tui::theme::{Role, Theme};

/// A pane's frame.
pub(super) struct PaneFrame<'a> {
    /// Whose.
    pub(super) pane: Pane,
    /// Its name, at the left of the upper edge: ` watcher `.
    pub(super) name: String,
    /// What stands at the right of the upper edge.
    pub(super) right: Line<'a>,
    /// What stands at the right of the lower edge.
    pub(super) below: Line<'a>,
}

impl PaneFrame<'_> {
    /// Draws it; what is left for the pane.
    pub(super) fn draw(
        self,
        frame: &mut Frame<'_>,
        area: Rect,
        state: &State,
        theme: &Theme,
    ) -> Rect {
        let has_focus = state.focus == self.pane && state.overlay == Overlay::None;
        let (role, border) = if has_focus {
            (Role::BorderFocus, BorderType::Thick)
        } else {
            (Role::Border, BorderType::Plain)
        };
        let name = Span::styled(self.name, theme.style(Role::PaneTitle));
        let block = Block::new()
            .borders(Borders::ALL)
            .border_type(border)
            .border_style(theme.style(role))
            .title_top(self.right.alignment(Alignment::Right))
            .title_top(Line::from(name))
            .title_bottom(self.below.alignment(Alignment::Right));
        frame.render_widget(block, area);
        inner(area)
    }
}
