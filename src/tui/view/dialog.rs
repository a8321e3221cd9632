//! Questions over the panes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Borders, Clear, Paragraph};

use crate::base::safe_line;
use crate::engine::StepIndex;
use crate::tui::line::{Line, Span};
use crate::tui::state::{Editor, Overlay, State};
use crate::tui::theme::{Role, Theme};
use crate::tui::wrap::{wrap_code, wrap_words};

const WIDTH: u16 = 66;

/// Draws the question that is open, if one is.
pub(super) fn draw(frame: &mut Frame<'_>, state: &State, theme: &Theme) {
    match &state.overlay {
        Overlay::Quit => draw_text(frame, (" leave the lab? ", quit_text(state)), theme),
        Overlay::RunAgain { step } => {
            let title = format!(" run step {} again ", step.0 + 1);
            draw_text(frame, (&title, run_again_text(state, *step)), theme);
        }
        Overlay::Edit { step, editor } => draw_editor(frame, (*step, editor), theme),
        // What has its own file, or nothing over the panes.
        _ => {}
    }
}

/// A framed area in the middle of the screen, cleared; what is left of it inside.
pub(super) fn popup(
    frame: &mut Frame<'_>,
    (title, (width, height)): (&str, (u16, u16)),
    theme: &Theme,
) -> Rect {
    let screen = frame.area();
    let width = width.saturating_add(4).min(screen.width);
    let height = height.saturating_add(2).min(screen.height.saturating_sub(2));
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    };
    let block = Block::new()
        .borders(Borders::ALL)
        .border_type(BorderType::Double)
        .border_style(theme.style(Role::Dialog))
        .style(theme.style(Role::Text))
        .title(title.to_owned());
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    Rect {
        x: area.x.saturating_add(2),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

fn draw_text(frame: &mut Frame<'_>, (title, text): (&str, Vec<Span>), theme: &Theme) {
    let width = WIDTH.min(frame.area().width.saturating_sub(4));
    let lines = wrap_words(&text, usize::from(width));
    draw_lines(frame, (title, &lines), theme);
}

fn draw_lines(frame: &mut Frame<'_>, (title, lines): (&str, &[Line]), theme: &Theme) -> Rect {
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let area = popup(frame, (title, (WIDTH, height)), theme);
    let styled: Vec<_> = lines.iter().map(|line| line.styled(theme)).collect();
    frame.render_widget(Paragraph::new(styled), area);
    area
}

fn quit_text(state: &State) -> Vec<Span> {
    let objects = state.progress.made.iter().map(|object| safe_line(object));
    let namespace = state.started.iter().filter(|started| started.owned);
    let made: Vec<String> = objects
        .chain(namespace.map(|started| safe_line(&format!("namespace/{}", started.namespace))))
        .collect();
    let what = if made.is_empty() {
        "The lab has made nothing that would have to be removed.".to_owned()
    } else {
        format!("Cleaning up removes: {}", made.join(", "))
    };
    let mut text = vec![Span::new(Role::Text, what)];
    text.extend(choices(&[
        ("c", "clean up and leave"),
        ("k", "keep it and leave"),
        ("Esc", "stay"),
    ]));
    text
}

fn run_again_text(state: &State, step: StepIndex) -> Vec<Span> {
    let made = state.progress.step(step).map(|known| known.made.join(", ")).unwrap_or_default();
    let text = safe_line(&format!("The step had made: {made}"));
    let mut text = vec![Span::new(Role::Text, text)];
    text.extend(choices(&[
        ("u", "undo that, then run"),
        ("r", "run as it is"),
        ("Esc", "do nothing"),
    ]));
    text
}

fn choices(rows: &[(&str, &str)]) -> Vec<Span> {
    let end = || Span::new(Role::Text, "\n");
    let mut spans = vec![end()];
    for (key, text) in rows {
        spans.extend([
            end(),
            Span::new(Role::Key, *key),
            Span::new(Role::Text, format!(" {text}")),
        ]);
    }
    spans
}

/// The commands of a step with the cursor in them.
fn draw_editor(frame: &mut Frame<'_>, (step, editor): (StepIndex, &Editor), theme: &Theme) {
    let width = usize::from(WIDTH.min(frame.area().width.saturating_sub(4)));
    let wrap = |text: &str| wrap_code(&[Span::new(Role::Code, safe_line(text))], width);
    let (cursor_line, _) = editor.position();
    let mut lines = Vec::new();
    let mut cursor = (0, 0);
    for (at, text) in editor.text().split('\n').enumerate() {
        if at == cursor_line {
            let before = wrap(&format!("{}▏", editor.before_cursor()));
            let column = before.last().map_or(0, Line::width).saturating_sub(1);
            cursor = (lines.len() + before.len() - 1, column);
        }
        lines.extend(wrap(text));
    }
    lines.resize(lines.len().max(cursor.0 + 1), Line::default());
    let title = format!(" change the command of step {} ", step.0 + 1);
    let area = draw_lines(frame, (&title, &lines), theme);
    let row = u16::try_from(cursor.0).unwrap_or(u16::MAX);
    let column = u16::try_from(cursor.1).unwrap_or(u16::MAX);
    if row < area.height && column < area.width {
        frame.set_cursor_position((area.x + column, area.y + row));
    }
}
