//! Two tables, row by row and cell by cell.

use super::align::Found;
use super::binding::{Binding, Identity, Place};
use super::cell;
use super::context::Context;
use super::judgement::Judgement;
use super::layout::{Row, Table};
use super::recognise::stem;
use super::rows::{lists_nodes, matching_rows, split_kind};

/// Two tables side by side.
#[derive(Debug)]
pub(super) struct TablePair {
    /// Index in the sample's layout, index in the real output's.
    pub(super) tables: (usize, usize),
    /// The rows that go together, likewise.
    pub(super) rows: Vec<(usize, usize)>,
    /// For each column of the sample, or each of its cells, the real table's column.
    pub(super) columns: Vec<Option<usize>>,
}

impl TablePair {
    /// Puts two tables side by side.
    pub(super) fn of(
        tables: (usize, usize),
        (sample, actual): (&Table<'_>, &Table<'_>),
        context: &Context<'_>,
    ) -> Self {
        let rows = matching_rows(sample, actual, context);
        let columns = match sample.columns.is_empty() {
            true => {
                let cells = sample.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
                (0..cells).map(|at| Some(at).filter(|at| *at < actual.columns.len())).collect()
            }
            false => sample.columns.iter().map(|one| actual.column(one.text)).collect(),
        };
        Self { tables, rows, columns }
    }
}

/// How well a real table would do as the sample's: the more, the better; 0 is not at all.
pub(super) fn suits(sample: &Table<'_>, actual: &Table<'_>, context: &Context<'_>) -> usize {
    if actual.columns.is_empty() {
        return 0;
    }
    let rows = matching_rows(sample, actual, context).len();
    if sample.columns.is_empty() {
        let fits = sample.rows.iter().any(|row| row.cells.len() <= actual.columns.len());
        return if fits { rows } else { 0 };
    }
    let shared = sample.columns.iter().filter(|one| actual.column(one.text).is_some()).count();
    if shared * 2 < sample.columns.len() { 0 } else { 1 + rows * 100 + shared }
}

/// The judgement of the header, of each row of the sample, and of each real row that
/// the sample has not.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) header: Judgement,
    pub(super) rows: Vec<Judgement>,
    pub(super) extra: Vec<(usize, Judgement)>,
}

/// Compares two tables; what they name is added to `found`.
pub(super) fn compare(
    pair: &TablePair,
    (sample, actual): (&Table<'_>, &Table<'_>),
    context: &Context<'_>,
    found: &mut Found,
) -> Judged {
    let missing = sample.columns.iter().zip(&pair.columns).find(|(_, there)| there.is_none());
    let header = match missing {
        Some((column, _)) => Judgement::Differs(format!("there is no column {}", column.text)),
        None => Judgement::Like,
    };
    let mut rows: Vec<Judgement> = Vec::with_capacity(sample.rows.len());
    for (at, row) in sample.rows.iter().enumerate() {
        let there = pair.rows.iter().find(|(one, _)| *one == at).map(|(_, there)| *there);
        rows.push(match there.and_then(|there| actual.rows.get(there)) {
            Some(other) => compare_rows(pair, (row, other), (sample, actual), (context, found)),
            None => missing_row(at, pair, (sample, actual), context),
        });
    }
    let extra = match sample.columns.is_empty() || actual.has_events() {
        true => Vec::new(),
        false => extra_rows(pair, actual, context),
    };
    Judged { header, rows, extra }
}

fn compare_rows(
    pair: &TablePair,
    (row, other): (&Row<'_>, &Row<'_>),
    (sample, actual): (&Table<'_>, &Table<'_>),
    (context, found): (&Context<'_>, &mut Found),
) -> Judgement {
    let mut judgement = Judgement::Like;
    for (at, cell) in row.cells.iter().enumerate() {
        let Some(there) = pair.columns.get(at).copied().flatten() else { continue };
        let (Some(value), Some(column)) = (other.cells.get(there), actual.columns.get(there))
        else {
            continue;
        };
        let is_name = column.text == "NAME";
        let compared = cell::compare(column.text, (cell, value), context);
        for (literal, value, identity) in compared.named {
            let of = owner(other, actual, context);
            let place = match identity {
                Identity::Name if is_name => made_from(cell, context),
                _ if is_name => Place { what: column.text.to_owned(), of: kinds(context) },
                _ => Place { what: column.text.to_owned(), of },
            };
            let (literal, value) = (literal.to_owned(), value.to_owned());
            found.bind(Binding { literal, value, identity, place });
        }
        found.confirm(compared.confirmed);
        // The rows are the same ones, whatever they are called.
        let judged =
            if is_name && !actual.has_events() { Judgement::Like } else { compared.judgement };
        judgement = judgement.and(judged);
    }
    if lists_nodes(actual, context) {
        bind_node(row, other, (sample, actual), found);
    }
    judgement
}

/// Nodes have whatever names their cluster gives them.
fn bind_node(
    row: &Row<'_>,
    other: &Row<'_>,
    (sample, actual): (&Table<'_>, &Table<'_>),
    found: &mut Found,
) {
    let name = |row: &Row<'_>, table: &Table<'_>| {
        row.cells.get(table.column("NAME").unwrap_or(0)).map(|name| (*name).to_owned())
    };
    if let (Some(literal), Some(value)) = (name(row, sample), name(other, actual)) {
        let place = Place { what: "NAME".to_owned(), of: "nodes".to_owned() };
        found.bind(Binding { literal, value, identity: Identity::Node, place });
    }
}

/// `svc/simple-api`: the object of a row.
fn owner(row: &Row<'_>, table: &Table<'_>, context: &Context<'_>) -> String {
    let name = row.cells.get(table.column("NAME").unwrap_or(0)).copied().unwrap_or_default();
    match (table.has_events(), name.contains('/'), context.kind) {
        (true, ..) => context.object.unwrap_or("the output").to_owned(),
        (_, false, Some(kind)) => format!("{kind}/{name}"),
        _ => name.to_owned(),
    }
}

fn kinds(context: &Context<'_>) -> String {
    context.kind.map_or_else(|| "the output".to_owned(), |kind| format!("{kind}s"))
}

/// `pod of web`.
fn made_from(name: &str, context: &Context<'_>) -> Place {
    let (kind, name) = split_kind(name);
    let kind = if kind.is_empty() { context.kind.unwrap_or("name") } else { kind };
    Place { what: kind.to_owned(), of: stem(name).unwrap_or(name).to_owned() }
}

/// A row of the sample that the real table has not.
fn missing_row(
    at: usize,
    pair: &TablePair,
    (sample, actual): (&Table<'_>, &Table<'_>),
    context: &Context<'_>,
) -> Judgement {
    let name = sample.rows[at].cells.first().copied().unwrap_or_default();
    let (_, name) = split_kind(name);
    if name == "kubernetes" {
        // The service that every cluster has in its own `default`.
        let why = "it is in the cluster's own `default`; for a lab that is the run's namespace";
        return Judgement::Explained(why.to_owned());
    }
    if lists_nodes(actual, context) {
        return Judgement::Explained("another cluster has other nodes".to_owned());
    }
    if actual.has_events() {
        let later = pair.rows.iter().any(|(one, _)| *one > at);
        let what = format!("there is no event {}", event_reason(at, sample));
        return if later { Judgement::Differs(what) } else { Judgement::NotYet(what) };
    }
    let what = format!("there is no row {name}");
    if stem(name).is_some() { Judgement::NotYet(what) } else { Judgement::Differs(what) }
}

fn event_reason<'a>(at: usize, sample: &Table<'a>) -> &'a str {
    let column =
        sample.columns.iter().position(|column| column.text.eq_ignore_ascii_case("reason"));
    sample.rows[at].cells.get(column.unwrap_or(1)).copied().unwrap_or_default()
}

/// Rows that only the real table has.
fn extra_rows(
    pair: &TablePair,
    actual: &Table<'_>,
    context: &Context<'_>,
) -> Vec<(usize, Judgement)> {
    let alone = |at: &usize| !pair.rows.iter().any(|(_, there)| there == at);
    let judge = |at: usize| {
        let row = &actual.rows[at];
        let name = row.cells.first().copied().unwrap_or_default();
        let what = format!("the text has no row {name}");
        let going =
            actual.column("STATUS").and_then(|at| row.cells.get(at)) == Some(&"Terminating");
        match (going, lists_nodes(actual, context)) {
            (_, true) => Judgement::Explained("another cluster has other nodes".to_owned()),
            (true, _) => Judgement::NotYet(what),
            (false, false) => Judgement::Differs(what),
        }
    };
    (0..actual.rows.len()).filter(alone).map(|at| (at, judge(at))).collect()
}
