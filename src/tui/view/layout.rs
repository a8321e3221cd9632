//! Where the panes are.

use ratatui::layout::Rect;

use crate::engine::Size;
use crate::tui::state::{Pane, State, Zoom};

/// Below this podlab says what it needs.
pub const SMALLEST: Size = Size { columns: 60, rows: 15 };
/// From this on all panes are shown at once.
pub const WIDE: Size = Size { columns: 100, rows: 30 };
/// Where one pane is shown at a time, this much of the terminal stays under the text, frame
/// included: who runs a step by key wants to see what it prints.
const STRIP: u16 = 6;
/// The text keeps at least so many rows, frame included.
const TEXT: u16 = 11;

/// How the panes share the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// There is room for a message only.
    TooSmall,
    /// One pane at a time, with tabs.
    Single,
    /// Instructions beside the watcher, terminals below.
    Wide,
}

/// The rectangles of everything, frames included; a pane that is not shown has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    /// How they share the screen.
    pub shape: Shape,
    /// The first line.
    pub title: Rect,
    /// The tabs of the panes, where there is one at a time.
    pub tabs: Option<Rect>,
    /// The lab's text.
    pub instructions: Option<Rect>,
    /// The cluster.
    pub watcher: Option<Rect>,
    /// The shells.
    pub terminal: Option<Rect>,
    /// What the watcher saw last, where it may be hidden.
    pub summary: Option<Rect>,
    /// What the step does, and notices.
    pub status: Rect,
    /// Keys.
    pub footer: Rect,
}

/// The rectangles for a screen of this area.
pub fn layout(area: Rect, state: &State) -> Panes {
    match shape(area) {
        Shape::TooSmall => {
            let none = Rect::new(area.x, area.y, 0, 0);
            single(none, area, None).with_shape(Shape::TooSmall)
        }
        Shape::Single if state.focus == Pane::Instructions => {
            let (instructions, terminal) = text_and_strip(area, state);
            Panes { terminal, ..single(instructions, area, Some(Pane::Instructions)) }
        }
        Shape::Single => single(body(area), area, Some(state.focus)),
        Shape::Wide if state.zoom == Zoom::On => {
            single(body(area), area, Some(state.focus)).with_shape(Shape::Wide)
        }
        Shape::Wide => wide(area),
    }
}

/// The inner size of the terminal pane, whether it is shown or not: shells keep their
/// size while another pane is looked at. None where the screen is too small.
pub fn terminal_size(area: Rect, state: &State) -> Option<Size> {
    let frame = match shape(area) {
        Shape::TooSmall => return None,
        Shape::Single => body(area),
        Shape::Wide if state.zoom == Zoom::On && state.focus == Pane::Terminal => body(area),
        Shape::Wide => wide(area).terminal?,
    };
    let inner = inner(frame);
    Some(Size { columns: inner.width, rows: inner.height })
}

/// The inner size of the instructions, whether they are shown or not.
pub fn instructions_size(area: Rect, state: &State) -> Option<(usize, usize)> {
    let frame = match shape(area) {
        Shape::TooSmall => return None,
        Shape::Single => text_and_strip(area, state).0,
        Shape::Wide if state.zoom == Zoom::On && state.focus == Pane::Instructions => body(area),
        Shape::Wide => wide(area).instructions?,
    };
    let text = text_area(inner(frame));
    Some((usize::from(text.width), usize::from(text.height)))
}

/// What a pane's frame leaves: a cell on each side.
pub fn inner(frame: Rect) -> Rect {
    Rect {
        x: frame.x.saturating_add(1),
        y: frame.y.saturating_add(1),
        width: frame.width.saturating_sub(2),
        height: frame.height.saturating_sub(2),
    }
}

/// Prose does not touch the frame.
pub fn text_area(inner: Rect) -> Rect {
    Rect { x: inner.x.saturating_add(1), width: inner.width.saturating_sub(2), ..inner }
}

impl Panes {
    /// The rectangle of a pane, its frame included, if it is shown.
    pub fn of(&self, pane: Pane) -> Option<Rect> {
        match pane {
            Pane::Instructions => self.instructions,
            Pane::Watcher => self.watcher,
            Pane::Terminal => self.terminal,
        }
    }

    /// The pane at a place of the screen.
    pub fn at(&self, column: u16, row: u16) -> Option<Pane> {
        let position = ratatui::layout::Position::new(column, row);
        [Pane::Instructions, Pane::Watcher, Pane::Terminal]
            .into_iter()
            .find(|pane| self.of(*pane).is_some_and(|frame| frame.contains(position)))
    }

    fn with_shape(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }
}

fn shape(area: Rect) -> Shape {
    let fits = |size: Size| area.width >= size.columns && area.height >= size.rows;
    match () {
        () if fits(WIDE) => Shape::Wide,
        () if fits(SMALLEST) => Shape::Single,
        () => Shape::TooSmall,
    }
}

/// What one pane alone gets: all but title, tabs, summary, status and footer.
fn body(area: Rect) -> Rect {
    Rect { y: area.y + 2, height: area.height.saturating_sub(5), ..area }
}

/// The text, and under it the end of the terminal where there is room for it.
fn text_and_strip(area: Rect, state: &State) -> (Rect, Option<Rect>) {
    let whole = body(area);
    let fits = whole.height >= TEXT + STRIP && state.zoom == Zoom::Off;
    if !fits || state.terminals.selected().is_none() {
        return (whole, None);
    }
    let text = Rect { height: whole.height - STRIP, ..whole };
    (text, Some(Rect { y: text.bottom(), height: STRIP, ..whole }))
}

fn single(body: Rect, area: Rect, shown: Option<Pane>) -> Panes {
    let line = |from_top: u16| Rect { y: area.y + from_top, height: area.height.min(1), ..area };
    let last = area.height.saturating_sub(1);
    let only = |pane| (shown == Some(pane)).then_some(body);
    Panes {
        shape: Shape::Single,
        title: line(0),
        tabs: Some(line(last.min(1))),
        instructions: only(Pane::Instructions),
        watcher: only(Pane::Watcher),
        terminal: only(Pane::Terminal),
        summary: Some(line(last.saturating_sub(2))),
        status: line(last.saturating_sub(1)),
        footer: line(last),
    }
}

fn wide(area: Rect) -> Panes {
    let height = area.height.saturating_sub(3);
    let lower = (height * 2 / 5).max(10);
    let upper = height.saturating_sub(lower);
    let left = area.width * 11 / 20;
    let top = area.y + 1;
    let last = area.height.saturating_sub(1);
    Panes {
        shape: Shape::Wide,
        title: Rect { height: 1, ..area },
        tabs: None,
        instructions: Some(Rect { y: top, width: left, height: upper, ..area }),
        watcher: Some(Rect { x: area.x + left, y: top, width: area.width - left, height: upper }),
        terminal: Some(Rect { y: top + upper, height: lower, ..area }),
        summary: None,
        status: Rect { y: area.y + last.saturating_sub(1), height: 1, ..area },
        footer: Rect { y: area.y + last, height: 1, ..area },
    }
}
