//! The one aligner: a sample and the real output, part by part.

use std::collections::BTreeSet;

use super::binding::{Binding, Identity, Place};
use super::context::Context;
use super::judgement::Judgement;
use super::layout::{Layout, Table};
use super::lines::{Shape, curl_error, matching};
use super::pair::{Named, Pairing};
use super::status::{Progress, progress};
use super::table::{self, TablePair, suits};

/// Tables beyond this many are compared line by line.
const MOST_TABLES: usize = 50;

/// Everything that is known of how two texts go together.
#[derive(Debug)]
pub(super) struct Alignment<'t> {
    pub(super) sample: Layout<'t>,
    pub(super) actual: Layout<'t>,
    /// In the order of the sample; what only the real output has stands where it has it.
    pub(super) entries: Vec<Entry>,
    pub(super) tables: Vec<TablePair>,
    pub(super) found: Found,
}

/// A line of the sample, of the real output, or of both; by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) sample: Option<usize>,
    pub(super) actual: Option<usize>,
    pub(super) judgement: Judgement,
}

/// What the comparison found besides its verdict.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) bindings: Vec<Binding>,
    /// Literals that stand for two things, and so for none.
    torn: BTreeSet<String>,
    pub(super) confirmed: BTreeSet<String>,
}

impl Found {
    /// Notes a binding; a literal that seems to mean two things means none.
    pub(super) fn bind(&mut self, binding: Binding) {
        if binding.literal == binding.value {
            self.confirmed.insert(binding.literal);
            return;
        }
        if self.torn.contains(&binding.literal) {
            return;
        }
        let known = self.bindings.iter().position(|one| one.literal == binding.literal);
        match known {
            None => self.bindings.push(binding),
            Some(at) if self.bindings[at].value == binding.value => {}
            Some(at) => {
                self.bindings.remove(at);
                self.torn.insert(binding.literal);
            }
        }
    }

    pub(super) fn confirm<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) {
        self.confirmed.extend(words.into_iter().map(str::to_owned));
    }
}

impl<'t> Alignment<'t> {
    /// Aligns a sample with the real output of the same command; both as the lab means them.
    pub(super) fn of(sample: &'t str, actual: &'t str, context: &Context<'_>) -> Self {
        let mut alignment = Self {
            sample: Layout::of(sample),
            actual: Layout::of(actual),
            entries: Vec::new(),
            tables: Vec::new(),
            found: Found::default(),
        };
        let mut extra = alignment.tables(context);
        extra.extend(alignment.lines(context));
        let elided = alignment.sample.elisions.iter().map(|line| Entry {
            sample: Some(*line),
            actual: None,
            judgement: Judgement::Elided,
        });
        alignment.entries.extend(elided);
        alignment.entries.sort_by_key(|entry| entry.sample);
        extra.sort_by_key(|entry| entry.actual);
        for entry in extra {
            alignment.insert(entry);
        }
        alignment
    }

    /// A line that only the real output has goes after the one before it there.
    fn insert(&mut self, extra: Entry) {
        let before = |entry: &Entry| entry.actual.is_some() && entry.actual < extra.actual;
        let latest = self.entries.iter().filter(|entry| before(entry)).map(|entry| entry.actual);
        let latest = latest.max().flatten();
        let after = self.entries.iter().rposition(|one| latest.is_some() && one.actual == latest);
        let after = after.map_or(0, |at| at + 1);
        // What is missing there stands first: the two may be one thing that has changed.
        let missing = self.entries[after..].iter().take_while(|one| {
            one.actual.is_none() && matches!(one.judgement, Judgement::Differs(_))
        });
        let at = after + missing.count();
        self.entries.insert(at, extra);
    }

    /// Tables first: they are known by their headers, wherever they stand. Returns what
    /// only the real output has of them.
    fn tables(&mut self, context: &Context<'_>) -> Vec<Entry> {
        let pairs = table_pairs(&self.sample, &self.actual, context);
        for (at, table) in self.sample.tables.iter().enumerate() {
            match pairs.iter().find(|(one, _)| *one == at) {
                Some((_, there)) => {
                    let both = (table, &self.actual.tables[*there]);
                    self.tables.push(TablePair::of((at, *there), both, context));
                }
                // Rows of nothing that was printed as a table are lines like others.
                None if table.columns.is_empty() || at >= MOST_TABLES => {
                    self.sample.loose.extend(table.lines());
                }
                None => self.entries.extend(table.lines().map(|line| Entry {
                    sample: Some(line),
                    actual: None,
                    judgement: Judgement::Differs("there is no such table".to_owned()),
                })),
            }
        }
        for (there, table) in self.actual.tables.iter().enumerate() {
            if !pairs.iter().any(|(_, other)| *other == there) {
                self.actual.loose.extend(table.lines());
            }
        }
        self.sample.loose.sort_unstable();
        self.actual.loose.sort_unstable();
        (0..self.tables.len()).flat_map(|at| self.table(at, context)).collect()
    }

    fn table(&mut self, at: usize, context: &Context<'_>) -> Vec<Entry> {
        let pair = &self.tables[at];
        let sample = &self.sample.tables[pair.tables.0];
        let actual = &self.actual.tables[pair.tables.1];
        let judged = table::compare(pair, (sample, actual), context, &mut self.found);
        let entry = |sample, actual, judgement| Entry { sample, actual, judgement };
        if let Some(line) = sample.header_line {
            self.entries.push(entry(Some(line), actual.header_line, judged.header));
        }
        if let Some(line) = sample.rule_line {
            self.entries.push(entry(Some(line), actual.rule_line, Judgement::Like));
        }
        for ((index, row), judgement) in sample.rows.iter().enumerate().zip(judged.rows) {
            let there = pair.rows.iter().find(|(one, _)| *one == index);
            let line = there.map(|(_, there)| actual.rows[*there].line);
            self.entries.push(entry(Some(row.line), line, judgement));
        }
        if self.is_cut(sample) {
            return Vec::new();
        }
        let extra = judged.extra.into_iter();
        extra.map(|(row, judgement)| entry(None, Some(actual.rows[row].line), judgement)).collect()
    }

    /// Whether the sample says that it leaves rows of this table out.
    fn is_cut(&self, table: &Table<'_>) -> bool {
        let lines: Vec<usize> = table.lines().collect();
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return false };
        self.sample.elisions.iter().any(|line| *line + 1 == *first || *line == *last + 1)
    }

    /// All that stands in no table. Returns what only the real output has, between lines
    /// that both have: a sample may be a part.
    fn lines(&mut self, context: &Context<'_>) -> Vec<Entry> {
        let shapes = |layout: &Layout<'_>| -> Vec<Shape> {
            layout.loose.iter().map(|line| Shape::of(layout.lines[*line])).collect()
        };
        let matched = matching(&shapes(&self.sample), &shapes(&self.actual));
        for (at, line) in self.sample.loose.iter().enumerate() {
            let mut both = matched.pairs.iter().chain(&matched.others);
            let Some(pair) = both.find(|(one, _)| *one == at).copied() else {
                let judgement = Judgement::Differs("there is no such line".to_owned());
                self.entries.push(Entry { sample: Some(*line), actual: None, judgement });
                continue;
            };
            let other = self.actual.loose[pair.1];
            let alike = matched.pairs.contains(&pair);
            let sure = alike && !matched.ambiguous.contains(&pair);
            let texts = (self.sample.lines[*line], self.actual.lines[other]);
            let judgement = compare_lines(texts, sure, context, &mut self.found);
            self.entries.push(Entry { sample: Some(*line), actual: Some(other), judgement });
        }
        let mut known = [matched.pairs, matched.others].concat();
        known.sort_unstable();
        self.between(&known)
    }

    fn between(&self, pairs: &[(usize, usize)]) -> Vec<Entry> {
        let mut extra = Vec::new();
        for two in pairs.windows(2) {
            let [(one, there), (next, after)] = *two else { continue };
            let span = self.sample.loose[one]..self.sample.loose[next];
            let interrupted = self.sample.elisions.iter().any(|line| span.contains(line))
                || self.sample.tables.iter().any(|table| {
                    table.lines().any(|line| span.contains(&line) && line != span.start)
                });
            if interrupted {
                continue;
            }
            let judgement = Judgement::Differs("the text has no such line".to_owned());
            extra.extend((there + 1..after).map(|at| Entry {
                sample: None,
                actual: Some(self.actual.loose[at]),
                judgement: judgement.clone(),
            }));
        }
        extra
    }
}

/// The tables that go together, the best first. Of equals the last: a command that was
/// repeated is shown as it ended.
fn table_pairs(
    sample: &Layout<'_>,
    actual: &Layout<'_>,
    context: &Context<'_>,
) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for (at, table) in sample.tables.iter().enumerate().take(MOST_TABLES) {
        for (there, other) in actual.tables.iter().enumerate().take(MOST_TABLES) {
            all.push((suits(table, other, context), there, at));
        }
    }
    all.retain(|(suits, ..)| *suits > 0);
    all.sort_unstable_by(|one, other| other.cmp(one));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, there, at) in all {
        if !pairs.iter().any(|(one, other)| *one == at || *other == there) {
            pairs.push((at, there));
        }
    }
    pairs
}

fn compare_lines(
    (sample, actual): (&str, &str),
    sure: bool,
    context: &Context<'_>,
    found: &mut Found,
) -> Judgement {
    let pairing = Pairing::of(sample, actual, context.nodes);
    if sure {
        for named in pairing.named() {
            found.bind(bound(&named, place(sample, &named, &pairing, context)));
        }
        found.confirm(pairing.confirmed());
    }
    let same_error = curl_error(sample).is_some_and(|error| curl_error(actual) == Some(error));
    if pairing.is_like() || same_error {
        return Judgement::Like;
    }
    let what = label(sample).unwrap_or("the line");
    let (expected, seen) = pairing.difference();
    let waits = actual.contains("<pending>") && !sample.contains("<pending>");
    match progress(&expected, &seen) {
        _ if waits => Judgement::not_yet(what, sample.trim(), "<pending>"),
        Progress::Like => Judgement::Like,
        Progress::NotYet => Judgement::not_yet(what, &expected, &seen),
        Progress::Other => Judgement::differs(what, sample.trim(), actual.trim()),
    }
}

/// A literal and its value, as a binding.
pub(super) fn bound(named: &Named<'_, '_>, place: Place) -> Binding {
    let (literal, value) = (named.literal.to_owned(), named.value.to_owned());
    Binding { literal, value, identity: named.identity, place }
}

/// Where something stands in a line: after `IP:`, else what it is.
fn place(
    line: &str,
    named: &Named<'_, '_>,
    pairing: &Pairing<'_, '_>,
    context: &Context<'_>,
) -> Place {
    let start = pairing.sample.get(named.at).map_or(0, |token| token.start);
    let label = label(line).filter(|label| line.find(label).is_some_and(|at| at < start));
    let what = label.unwrap_or(word_for(named.identity));
    Place { what: what.to_owned(), of: context.object.unwrap_or("the output").to_owned() }
}

/// What a thing is called that nothing names.
pub(super) fn word_for(identity: Identity) -> &'static str {
    match identity {
        Identity::Address => "address",
        Identity::Node => "node",
        Identity::Name => "name",
        Identity::NodePort => "node port",
        Identity::Hash => "hash",
    }
}

/// `IP` of `IP:   10.20.1.25`.
fn label(line: &str) -> Option<&str> {
    let (label, rest) = line.trim_start().split_once(':')?;
    let is_label = !label.is_empty()
        && label.split_whitespace().count() <= 4
        && label.chars().all(|c| c.is_alphanumeric() || " -_./()".contains(c));
    (is_label && (rest.is_empty() || rest.starts_with([' ', '\t']))).then(|| label.trim())
}
