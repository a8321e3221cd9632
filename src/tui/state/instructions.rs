//! The instructions laid out for a width: pieces are kept and only the changed ones made again.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Progress, Trouble};
use crate::engine::StepIndex;
use crate::lab::{Element, Lab};
use crate::tui::highlight::Highlights;
use crate::tui::line::Line;
use crate::tui::markdown::{Piece, element};
use crate::tui::page::Page;

/// The text of the lab and where a person is in it.
#[derive(Debug, Clone)]
pub struct Instructions {
    lab: Arc<Lab>,
    highlights: Highlights,
    trouble: Option<Trouble>,
    pieces: Vec<Piece>,
    /// Where each piece begins, and after the last one where all ends.
    offsets: Vec<usize>,
    /// The piece that each step is in.
    homes: Vec<usize>,
    stale: Vec<usize>,
    width: usize,
    height: usize,
    scroll: usize,
    /// What has to be in view once all is laid out.
    follow: Option<Follow>,
}

/// What is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follow {
    /// A step, with the prose that leads to it.
    Step(StepIndex),
    /// The text from a step that is done on, the next one as well where it fits.
    Between(StepIndex, StepIndex),
    /// The text from the last step on.
    End(StepIndex),
    /// The end of the text.
    Bottom,
}

impl Instructions {
    /// The lab's text; nothing is laid out before a size is known.
    pub fn new(lab: Arc<Lab>) -> Self {
        let homes = homes(&lab);
        Self {
            lab,
            highlights: Highlights::default(),
            trouble: None,
            pieces: Vec::new(),
            offsets: vec![0],
            homes,
            stale: Vec::new(),
            width: 0,
            height: 0,
            scroll: 0,
            follow: None,
        }
    }

    /// Makes what is out of date again. Cheap when little has changed.
    pub fn lay_out(
        &mut self,
        progress: &Progress,
        now: Timestamp,
        (width, height): (usize, usize),
    ) {
        let is_new = width != self.width || self.pieces.len() != self.lab.document.len();
        let top = self.top_piece().filter(|_| is_new);
        if is_new {
            self.touch_all();
            self.pieces.resize_with(self.lab.document.len(), Piece::default);
            self.width = width;
        }
        self.draw_stale(progress, now);
        if let Some(offset) = top.and_then(|at| self.offsets.get(at)) {
            self.scroll = *offset;
        }
        self.height = height;
        self.scroll = self.scroll.min(self.lowest_scroll());
        match self.follow.take() {
            Some(Follow::Step(step)) => self.show_step(step),
            Some(Follow::Between(done, next)) => self.show_between(done, next),
            Some(Follow::End(step)) => {
                let from = self.step_lines(step).map_or(self.scroll, |own| own.start);
                self.show(&(from..self.total()));
            }
            Some(Follow::Bottom) => self.scroll_to(usize::MAX),
            None => {}
        }
    }

    fn draw_stale(&mut self, progress: &Progress, now: Timestamp) {
        if self.stale.is_empty() {
            return;
        }
        let (highlights, trouble) = (&self.highlights, self.trouble.as_ref());
        let page = Page { lab: &self.lab, progress, trouble, highlights, now };
        self.stale.sort_unstable();
        self.stale.dedup();
        for at in std::mem::take(&mut self.stale) {
            let part = self.lab.document.get(at);
            if let (Some(piece), Some(part)) = (self.pieces.get_mut(at), part) {
                *piece = element(&page, part, self.width);
            }
        }
        self.measure();
    }

    /// Another text takes the place of this one; the view stays about where it is.
    pub fn replace(&mut self, lab: Arc<Lab>) {
        self.homes = homes(&lab);
        self.lab = lab;
        self.highlights = Highlights::default();
        self.pieces.clear();
        self.touch_all();
    }

    /// Shows what is wrong with what the author saved, where it is, or no longer.
    pub fn set_trouble(&mut self, trouble: Option<Trouble>) {
        let changed = [self.trouble.take(), trouble.clone()];
        self.trouble = trouble;
        for step in changed.into_iter().flatten().filter_map(|trouble| trouble.step) {
            self.touch(step);
        }
    }

    /// Brings the end of the text into view when all is laid out next.
    pub fn follow_end(&mut self) {
        self.follow = Some(Follow::Bottom);
    }

    /// Brings a step into view when all is laid out next.
    pub fn follow(&mut self, step: StepIndex) {
        self.follow = Some(Follow::Step(step));
    }

    /// Goes on from a step that is done to the next one, without leaving out what stands
    /// between the two.
    pub fn read_on(&mut self, done: StepIndex, next: StepIndex) {
        self.follow = Some(Follow::Between(done, next));
    }

    /// A step looks different from now on.
    pub fn touch(&mut self, step: StepIndex) {
        if let Some(home) = self.homes.get(step.0) {
            self.stale.push(*home);
        }
    }

    /// Everything may look different from now on.
    pub fn touch_all(&mut self) {
        self.stale = (0..self.lab.document.len()).collect();
    }

    /// The colours of the code are known.
    pub fn set_highlights(&mut self, highlights: Highlights) {
        self.highlights = highlights;
        self.touch_all();
    }

    /// The lines that are to be seen, from the top.
    pub fn visible(&self) -> impl Iterator<Item = &Line> {
        self.lines_from(self.scroll).take(self.height)
    }

    /// Every line from this one on.
    pub fn lines_from(&self, from: usize) -> impl Iterator<Item = &Line> {
        static BLANK: Line = Line { spans: Vec::new() };
        let piece = self.offsets.partition_point(|offset| *offset <= from).saturating_sub(1);
        let skipped = from.saturating_sub(self.offsets.get(piece).copied().unwrap_or(0));
        let pieces = self.pieces.get(piece..).unwrap_or_default().iter();
        pieces.flat_map(|piece| piece.lines.iter().chain(std::iter::once(&BLANK))).skip(skipped)
    }

    /// The first line that is to be seen.
    pub fn scroll(&self) -> usize {
        self.scroll
    }

    /// How many lines there are.
    pub fn total(&self) -> usize {
        self.offsets.last().copied().unwrap_or(0)
    }

    /// How many lines can be seen at once.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Moves the text by lines; negative is towards its beginning.
    pub fn scroll_by(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines).min(self.lowest_scroll());
    }

    /// Puts this line at the top, or as near as the end allows.
    pub fn scroll_to(&mut self, line: usize) {
        self.scroll = line.min(self.lowest_scroll());
    }

    /// Scrolls as little as needed to see the lines; their beginning if they are too many.
    pub fn show(&mut self, lines: &Range<usize>) {
        let lowest = lines.start;
        let highest = lines.end.saturating_sub(self.height).min(lowest);
        self.scroll_to(self.scroll.clamp(highest, lowest));
    }

    /// Keeps a step in view, with the prose that leads to it where there is room.
    fn show_step(&mut self, step: StepIndex) {
        let Some(own) = self.step_lines(step) else { return };
        let prose = self.prose_before(step, own.start);
        if own.end.saturating_sub(prose) <= self.height {
            self.show(&(prose..own.end));
        } else {
            self.show(&own);
        }
    }

    /// Goes on from the last step to the end of the text.
    pub fn read_to_end(&mut self, done: StepIndex) {
        self.follow = Some(Follow::End(done));
    }

    fn show_between(&mut self, done: StepIndex, next: StepIndex) {
        let (Some(before), Some(own)) = (self.step_lines(done), self.step_lines(next)) else {
            return self.show_step(next);
        };
        // What a step says when it is done is part of the text.
        let from = if before.len() <= self.height / 2 { before.start } else { before.end };
        if own.end.saturating_sub(from) <= self.height || own.start < from {
            self.show_step(next);
        } else {
            self.scroll_to(from);
        }
    }

    /// The lines of a step.
    pub fn step_lines(&self, step: StepIndex) -> Option<Range<usize>> {
        let home = *self.homes.get(step.0)?;
        let (_, lines) = self.pieces.get(home)?.steps.iter().find(|(at, _)| *at == step)?;
        let offset = *self.offsets.get(home)?;
        Some(lines.start + offset..lines.end + offset)
    }

    /// Whether something of a step is in view.
    pub fn sees(&self, step: StepIndex) -> bool {
        let view = self.scroll..self.scroll + self.height;
        self.step_lines(step).is_some_and(|own| own.start < view.end && view.start < own.end)
    }

    /// The step whose lines include this one.
    pub fn step_at(&self, line: usize) -> Option<StepIndex> {
        let piece = self.offsets.partition_point(|offset| *offset <= line).checked_sub(1)?;
        let within = line - self.offsets.get(piece)?;
        let steps = &self.pieces.get(piece)?.steps;
        steps.iter().find(|(_, lines)| lines.contains(&within)).map(|(step, _)| *step)
    }

    /// Where the prose that leads to a step begins: after the step before it, at the
    /// latest heading that stands between the two.
    fn prose_before(&self, step: StepIndex, start: usize) -> usize {
        let Some(home) = self.homes.get(step.0).copied() else { return start };
        let earlier =
            step.0.checked_sub(1).and_then(|at| self.homes.get(at)).map_or(0, |at| at + 1);
        let between = earlier.min(home)..home;
        let is_heading =
            |at: &usize| matches!(self.lab.document.get(*at), Some(Element::Heading { .. }));
        let from = between.clone().rev().find(is_heading).unwrap_or(between.start);
        self.offsets.get(from).copied().unwrap_or(start).min(start)
    }

    fn lowest_scroll(&self) -> usize {
        self.total().saturating_sub(self.height)
    }

    fn top_piece(&self) -> Option<usize> {
        self.offsets.partition_point(|offset| *offset <= self.scroll).checked_sub(1)
    }

    fn measure(&mut self) {
        self.offsets.clear();
        self.offsets.push(0);
        let mut end = 0;
        for piece in &self.pieces {
            end += piece.lines.len() + 1;
            self.offsets.push(end);
        }
    }
}

/// For each step the piece of the document that its block is in.
fn homes(lab: &Lab) -> Vec<usize> {
    let mut blocks = vec![0; lab.blocks.len()];
    for (at, part) in lab.document.iter().enumerate() {
        mark(part, at, &mut blocks);
    }
    lab.steps.iter().map(|step| blocks.get(step.block).copied().unwrap_or(0)).collect()
}

fn mark(part: &Element, home: usize, blocks: &mut [usize]) {
    match part {
        Element::Block(block) => {
            if let Some(known) = blocks.get_mut(*block) {
                *known = home;
            }
        }
        Element::List { items, .. } => {
            items.iter().flatten().for_each(|part| mark(part, home, blocks));
        }
        Element::Quote { content, .. } => {
            content.iter().for_each(|part| mark(part, home, blocks));
        }
        Element::Heading { .. } | Element::Paragraph(_) | Element::Table { .. } | Element::Rule => {
        }
    }
}
