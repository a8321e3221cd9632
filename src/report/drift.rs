//! A sample beside what was printed.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::base::safe_line;
use crate::engine::Drift;
use crate::sample::{ComparedRow, Judgement};

/// How wide each side may be, in cells.
const SIDE: usize = 56;
/// How many lines of a drift are shown.
const MOST_ROWS: usize = 12;

/// The lines of both sides that differ, expected against actual.
pub(super) fn side_by_side(file: &str, drift: &Drift) -> String {
    let differing: Vec<&ComparedRow> = drift.rows.iter().filter(|row| differs(row)).collect();
    let what = differing.iter().find_map(|row| words(&row.judgement)).unwrap_or_default();
    let mut out = format!("     warning: drift at {file}:{}: {}\n", drift.line, safe_line(what));
    let shown = &differing[..differing.len().min(MOST_ROWS)];
    let side = |text: &Option<String>| text.as_deref().map(|text| cut(&squeezed(text)));
    let rows: Vec<(String, String)> = shown
        .iter()
        .map(|row| {
            let missing = || "–".to_owned();
            (side(&row.expected).unwrap_or_else(missing), side(&row.actual).unwrap_or_else(missing))
        })
        .collect();
    let head = ("expected".to_owned(), "actual".to_owned());
    let width = rows.iter().map(|(left, _)| left.width()).chain([head.0.width()]).max();
    let width = width.unwrap_or(SIDE);
    for (left, right) in [head].iter().chain(&rows) {
        let gap = " ".repeat(width - left.width());
        let _ = writeln!(out, "     | {left}{gap} | {right}");
    }
    if differing.len() > shown.len() {
        let _ = writeln!(out, "     | … {} lines more", differing.len() - shown.len());
    }
    out
}

fn differs(row: &ComparedRow) -> bool {
    words(&row.judgement).is_some()
}

fn words(judgement: &Judgement) -> Option<&str> {
    match judgement {
        Judgement::Differs(what) | Judgement::NotYet(what) => Some(what),
        _ => None,
    }
}

/// Columns that are far apart need not be here.
fn squeezed(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    safe_line(&words.join(" "))
}

fn cut(text: &str) -> String {
    if text.width() <= SIDE {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + 2 > SIDE {
            break;
        }
        out.push(c);
    }
    out + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_shown_where_they_differ() {
        let row = |expected: Option<&str>, actual: Option<&str>, judgement| ComparedRow {
            expected: expected.map(str::to_owned),
            actual: actual.map(str::to_owned),
            judgement,
        };
        let differs = |what: &str| Judgement::Differs(what.to_owned());
        let long = "x".repeat(80);
        let drift = Drift {
            sample: 0,
            line: 105,
            rows: vec![
                row(Some("NAME   STATUS"), Some("NAME   STATUS"), Judgement::Like),
                row(
                    Some("web    Running"),
                    Some("web    \u{1b}[31mError"),
                    differs("STATUS is Error, not Running"),
                ),
                row(Some("gone   Running"), None, differs("there is no row gone")),
                row(None, Some(&long), differs("the text has no such line")),
            ],
            refreshed: None,
        };
        insta::assert_snapshot!(side_by_side("lab.md", &drift), @"
             warning: drift at lab.md:105: STATUS is Error, not Running
             | expected     | actual
             | web Running  | web ^[[31mError
             | gone Running | –
             | –            | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
        ");
    }
}
