use serde::Serialize;

use crate::base::Span;

/// Where the lines of a block's content stand in the lab's text: the fence may be
/// indented, and the content is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Places {
    /// Where each line begins: in the content, in the source.
    lines: Vec<(usize, usize)>,
    /// Where the block ends in the source.
    end: usize,
}

impl Places {
    /// For a block that ends at byte `end` of the source.
    pub(super) fn new(end: usize) -> Self {
        Self { lines: Vec::new(), end }
    }

    /// A line begins at these bytes of the content and of the source; in order.
    pub(super) fn push(&mut self, content: usize, source: usize) {
        self.lines.push((content, source));
    }

    /// A span of the content as a span of the source.
    pub fn in_source(&self, span: Span) -> Span {
        Span::new(self.place(span.start), self.place(span.end))
    }

    fn place(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= offset);
        match line.checked_sub(1).and_then(|line| self.lines.get(line)) {
            Some((content, source)) => (source + offset - content).min(self.end),
            None => self.end,
        }
    }
}
