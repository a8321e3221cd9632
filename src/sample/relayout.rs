//! A table of a sample, written anew.

use super::cell;
use super::judgement::Judgement;
use super::layout::{Row, Table, cells};
use super::refresh::Writer;
use super::table::TablePair;

/// The gap that kubectl leaves between columns.
///
/// Source: `cli-runtime/pkg/printers/tabwriter.go`, `tabwriterPadding`.
const GAP: usize = 3;

/// The table's lines: the sample's rows as they are today, and those that are new.
pub(super) fn table_lines(writer: &Writer<'_, '_>, pair: &TablePair) -> Vec<String> {
    let sample = &writer.alignment.sample.tables[pair.tables.0];
    let actual = &writer.alignment.actual.tables[pair.tables.1];
    let columns = Columns::of(sample, actual, pair);
    let mut grid: Vec<Vec<String>> = Vec::new();
    if sample.header_line.is_some() {
        grid.push(columns.names.clone());
    }
    if sample.rule_line.is_some() {
        grid.push(columns.names.iter().map(|name| "-".repeat(name.chars().count())).collect());
    }
    for (row, there) in rows(writer, pair) {
        grid.push(match (row, there) {
            (Some(row), Some(there)) => {
                columns.merged(writer, &sample.rows[row], &actual.rows[there])
            }
            (Some(row), None) => columns.kept(&sample.rows[row]),
            (None, Some(there)) => columns.new_row(writer, &actual.rows[there]),
            (None, None) => Vec::new(),
        });
    }
    let first = sample.lines().next().and_then(|line| writer.kept.get(line)).copied();
    laid_out(&grid, indentation(first.unwrap_or_default()), gap(writer, actual))
}

/// Rows of the sample and of the real table, in the order of the new one.
fn rows(writer: &Writer<'_, '_>, pair: &TablePair) -> Vec<(Option<usize>, Option<usize>)> {
    let sample = &writer.alignment.sample.tables[pair.tables.0];
    let actual = &writer.alignment.actual.tables[pair.tables.1];
    let judged = |line: usize, is_sample: bool| {
        let own = |entry: &&super::align::Entry| match is_sample {
            true => entry.sample == Some(line),
            false => entry.sample.is_none() && entry.actual == Some(line),
        };
        writer.alignment.entries.iter().find(own).map(|entry| &entry.judgement)
    };
    let mut found: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    for (at, row) in sample.rows.iter().enumerate() {
        let there = pair.rows.iter().find(|(one, _)| *one == at).map(|(_, there)| *there);
        let is_gone = matches!(judged(row.line, true), Some(Judgement::Differs(_)));
        if there.is_some() || !is_gone {
            found.push((Some(at), there));
        }
    }
    for (there, row) in actual.rows.iter().enumerate() {
        if !matches!(judged(row.line, false), Some(Judgement::Differs(_))) {
            continue;
        }
        let before = found.iter().rposition(|(_, other)| other.is_some_and(|other| other < there));
        found.insert(before.map_or(0, |at| at + 1), (None, Some(there)));
    }
    found
}

/// The columns of the new table: the sample's, unless the program has others now.
struct Columns {
    names: Vec<String>,
    /// For each its place in the sample, and in the real table.
    places: Vec<(Option<usize>, Option<usize>)>,
    /// The real headers, which say how cells are compared.
    headers: Vec<String>,
}

impl Columns {
    fn of(sample: &Table<'_>, actual: &Table<'_>, pair: &TablePair) -> Self {
        let name = |table: &Table<'_>, at: usize| {
            table.columns.get(at).map_or_else(String::new, |column| column.text.to_owned())
        };
        let is_same = pair.columns.iter().all(Option::is_some) || sample.columns.is_empty();
        let places: Vec<(Option<usize>, Option<usize>)> = match is_same {
            true => pair.columns.iter().enumerate().map(|(at, there)| (Some(at), *there)).collect(),
            false => {
                let at = |there| pair.columns.iter().position(|one| *one == Some(there));
                (0..actual.columns.len()).map(|there| (at(there), Some(there))).collect()
            }
        };
        let names = places.iter().map(|(at, there)| match (at, there) {
            (Some(at), _) if !sample.columns.is_empty() => name(sample, *at),
            (_, Some(there)) => name(actual, *there),
            _ => String::new(),
        });
        let headers =
            places.iter().map(|(_, there)| there.map_or_else(String::new, |at| name(actual, at)));
        Self { names: names.collect(), headers: headers.collect(), places }
    }

    fn merged(&self, writer: &Writer<'_, '_>, row: &Row<'_>, other: &Row<'_>) -> Vec<String> {
        let mut out = Vec::new();
        for ((at, there), header) in self.places.iter().zip(&self.headers) {
            let cell = at.and_then(|at| row.cells.get(at)).copied();
            let value = there.and_then(|there| other.cells.get(there)).copied();
            out.push(match (cell, value) {
                (Some(cell), Some(value)) => {
                    let compared = cell::compare(header, (cell, value), writer.context);
                    let differs = matches!(compared.judgement, Judgement::Differs(_));
                    // Who told an event is written in another way by every version.
                    let source = matches!(header.as_str(), "From" | "FROM" | "SOURCE");
                    let renamed = header == "NAME";
                    match (differs && !renamed) || source {
                        true => writer.merged(cell, value),
                        false => cell.to_owned(),
                    }
                }
                (Some(cell), None) => cell.to_owned(),
                // A row without a header may be shorter than the table.
                (None, Some(_)) if row.cells.len() < self.places.len() && !self.is_wider() => {
                    String::new()
                }
                (None, Some(value)) => writer.bindings.reversed(value),
                (None, None) => String::new(),
            });
        }
        out
    }

    /// Whether the new table has columns that the sample has not.
    fn is_wider(&self) -> bool {
        self.places.iter().any(|(at, _)| at.is_none())
    }

    fn kept(&self, row: &Row<'_>) -> Vec<String> {
        let cell = |at: Option<usize>| at.and_then(|at| row.cells.get(at)).copied();
        self.places.iter().map(|(at, _)| cell(*at).unwrap_or_default().to_owned()).collect()
    }

    fn new_row(&self, writer: &Writer<'_, '_>, row: &Row<'_>) -> Vec<String> {
        let cell = |at: Option<usize>| at.and_then(|at| row.cells.get(at)).copied();
        self.places
            .iter()
            .map(|(_, there)| writer.bindings.reversed(cell(*there).unwrap_or_default()))
            .collect()
    }
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// The gap that the program left; `describe` leaves two spaces.
fn gap(writer: &Writer<'_, '_>, table: &Table<'_>) -> usize {
    let lines = table.lines().map(|line| writer.alignment.actual.lines[line]);
    let gaps = lines.flat_map(|line| {
        let found = cells(line);
        let gaps: Vec<usize> = found
            .windows(2)
            .map(|two| two[1].start - (two[0].start + two[0].text.chars().count()))
            .collect();
        gaps
    });
    gaps.min().map_or(GAP, |gap| gap.max(2))
}

fn laid_out(grid: &[Vec<String>], indentation: &str, gap: usize) -> Vec<String> {
    let count = grid.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = grid.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    grid.iter()
        .map(|row| {
            let mut line = indentation.to_owned();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width - cell.chars().count() + gap));
            }
            line.trim_end().to_owned()
        })
        .collect()
}
