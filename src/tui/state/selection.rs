//! Text that is marked with the mouse.

use super::screen::Pane;

/// A region of a pane, from where the button went down to where the mouse is.
/// Rows and columns count from 0 within the pane's inner area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    /// The pane.
    pub pane: Pane,
    /// Where it began: row, column.
    pub from: (u16, u16),
    /// Where it ends, included: row, column.
    pub to: (u16, u16),
}

impl Selection {
    /// The columns of a row that are marked, of so many.
    pub fn columns(&self, row: u16, width: u16) -> std::ops::Range<u16> {
        let (first, last) =
            if self.from <= self.to { (self.from, self.to) } else { (self.to, self.from) };
        if row < first.0 || row > last.0 {
            return 0..0;
        }
        let start = if row == first.0 { first.1 } else { 0 };
        let end = if row == last.0 { last.1.saturating_add(1) } else { width };
        start.min(width)..end.min(width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_reads_like_text_whichever_way_it_was_drawn() {
        let rows = [(0, 0..0), (1, 4..10), (2, 0..10), (3, 0..3), (4, 0..0)];
        for (from, to) in [((1, 4), (3, 2)), ((3, 2), (1, 4))] {
            let selection = Selection { pane: Pane::Terminal, from, to };
            for (row, wanted) in rows.clone() {
                assert_eq!(selection.columns(row, 10), wanted);
            }
        }
    }
}
