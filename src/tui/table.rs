//! A markdown table in the width that there is.

use super::line::{Line, Span};
use super::markdown::inline;
use super::theme::Role;
use super::wrap::wrap_words;
use crate::lab::Inline;

const GAP: usize = 2;
const NARROWEST: usize = 4;

/// The head, a rule, the rows; cells are wrapped where the table is too wide.
pub(super) fn table_lines(
    head: &[Vec<Inline>],
    rows: &[Vec<Vec<Inline>>],
    width: usize,
) -> Vec<Line> {
    let head_cells: Vec<_> = head.iter().map(|cell| inline(cell, Role::TableHead)).collect();
    let body: Vec<Vec<_>> =
        rows.iter().map(|row| row.iter().map(|cell| inline(cell, Role::Text)).collect()).collect();
    let mut widths = natural_widths(&head_cells, &body);
    shrink(&mut widths, width);
    let mut lines = row_lines(&head_cells, &widths);
    let ruler: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    lines.push(Line::of(Role::Rule, ruler.join(&" ".repeat(GAP))));
    lines.extend(body.iter().flat_map(|row| row_lines(row, &widths)));
    lines
}

fn natural_widths(head: &[Vec<Span>], body: &[Vec<Vec<Span>>]) -> Vec<usize> {
    let columns = body.iter().map(Vec::len).max().unwrap_or(0).max(head.len());
    let cell_width = |cell: &Vec<Span>| cell.iter().map(Span::width).sum::<usize>();
    (0..columns)
        .map(|column| {
            let cells = body.iter().filter_map(|row| row.get(column));
            cells.chain(head.get(column)).map(cell_width).max().unwrap_or(0).max(1)
        })
        .collect()
}

/// Takes from the widest column until all fit, or none can give any more.
fn shrink(widths: &mut [usize], width: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => return,
        }
    }
}

fn row_lines(cells: &[Vec<Span>], widths: &[usize]) -> Vec<Line> {
    let wrapped: Vec<Vec<Line>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap_words(cell, *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    (0..height).map(|at| row_line(&wrapped, widths, at)).collect()
}

fn row_line(wrapped: &[Vec<Line>], widths: &[usize], at: usize) -> Line {
    let mut spans = Vec::new();
    for (column, (cell, width)) in wrapped.iter().zip(widths).enumerate() {
        let line = cell.get(at).cloned().unwrap_or_default();
        let last = column + 1 == wrapped.len();
        let padding = if last { 0 } else { width.saturating_sub(line.width()) + GAP };
        spans.extend(line.spans);
        spans.push(Span::new(Role::Text, " ".repeat(padding)));
    }
    Line { spans }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Vec<Inline> {
        vec![Inline::Text(text.into())]
    }

    #[test]
    fn a_wide_table_wraps_its_widest_cells() {
        let head = [cell("verb"), cell("what it does")];
        let rows = [vec![cell("get"), cell("shows one or many objects")], vec![cell("apply")]];
        let lines = table_lines(&head, &rows, 24);
        let text: Vec<String> = lines.iter().map(|l| l.text().trim_end().to_owned()).collect();
        insta::assert_snapshot!(text.join("\n"), @r"
        verb   what it does
        ─────  ─────────────────
        get    shows one or many
               objects
        apply
        ");
    }
}
