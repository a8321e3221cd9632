//! All keys, from the table that drives them.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::dialog::popup;
use crate::tui::keymap::{Key, Mode, bindings};
use crate::tui::theme::{Role, Theme};

const SECTIONS: [(Mode, &str); 8] = [
    (Mode::Instructions, "instructions and watcher"),
    (Mode::Matches, "after a search"),
    (Mode::Terminal, "terminal"),
    (Mode::Edit, "changing a command"),
    (Mode::Ask, "answering a step"),
    (Mode::Values, "values"),
    (Mode::QuitDialog, "leaving"),
    (Mode::Leaving, "while it is cleaned up"),
];

/// A row of the help: keys and text; a heading has no text.
pub(crate) fn help_lines(reserved: Key) -> Vec<(String, &'static str)> {
    let mut lines: Vec<(String, &'static str)> = Vec::new();
    for (mode, name) in SECTIONS {
        lines.push((name.to_owned(), ""));
        for binding in bindings(mode) {
            let row = (binding.all_shown(reserved), binding.help);
            if !lines.contains(&row) {
                lines.push(row);
            }
        }
    }
    lines.push(("mouse".to_owned(), ""));
    lines.push(("click".to_owned(), "go to a pane or a tab"));
    lines.push(("wheel".to_owned(), "scroll the pane under the mouse"));
    lines.push(("drag".to_owned(), "mark text and copy it"));
    lines
}

/// Draws it from this line on.
pub(super) fn draw(frame: &mut Frame<'_>, scroll: usize, reserved: Key, theme: &Theme) {
    let rows = help_lines(reserved);
    let keys = rows.iter().filter(|(_, text)| !text.is_empty());
    let column = keys.map(|(keys, _)| keys.width()).max().unwrap_or(0);
    let lines: Vec<Line<'_>> = rows.iter().map(|row| line(row, column, theme)).collect();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let area = popup(frame, (" keys ", (72, height)), theme);
    let most = rows.len().saturating_sub(usize::from(area.height));
    let shown: Vec<Line<'_>> = lines.into_iter().skip(scroll.min(most)).collect();
    frame.render_widget(Paragraph::new(shown), area);
}

fn line<'a>((keys, text): &'a (String, &'static str), column: usize, theme: &Theme) -> Line<'a> {
    if text.is_empty() {
        return Line::styled(keys.as_str(), theme.style(Role::HeadingMinor));
    }
    let gap = " ".repeat(column.saturating_sub(keys.width()) + 2);
    Line::from(vec![
        Span::raw("  "),
        Span::styled(keys.as_str(), theme.style(Role::Key)),
        Span::raw(gap),
        Span::styled(*text, theme.style(Role::Text)),
    ])
}
