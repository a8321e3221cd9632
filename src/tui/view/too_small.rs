//! What is shown where there is no room for a lab.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::layout::SMALLEST;
use crate::tui::theme::{Role, Theme};

/// Says what podlab needs and what there is.
pub(super) fn draw(frame: &mut Frame<'_>, theme: &Theme) {
    let area = frame.area();
    let need = format!("podlab needs {} x {} cells,", SMALLEST.columns, SMALLEST.rows);
    let have = format!("this terminal has {} x {}.", area.width, area.height);
    let lines = vec![Line::from(need), Line::from(have), Line::from("Make it larger.")];
    let height = area.height.min(3);
    let middle = Rect { y: area.y + (area.height - height) / 2, height, ..area };
    let text = Paragraph::new(lines).alignment(Alignment::Center).style(theme.style(Role::Warning));
    frame.render_widget(text, middle);
}
