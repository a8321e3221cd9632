//! A sample as it would read today: only what drifts is new.

use super::align::{Alignment, Entry};
use super::bindings::Bindings;
use super::compare::compare;
use super::context::Context;
use super::json;
use super::judgement::{Judgement, Verdict};
use super::pair::Pairing;
use super::relayout::table_lines;

/// The sample with what drifts replaced by what was printed; none where nothing drifts.
///
/// What is volatile stays as the author has it, and live addresses and names become the
/// author's: the rest of the text refers to those. What may still come stays as well.
pub fn refreshed(sample: &str, actual: &str, context: &Context<'_>) -> Option<String> {
    let found = compare(sample, actual, context);
    if found.verdict() != Verdict::Drift {
        return None;
    }
    let mut bindings = context.bindings.clone();
    for binding in &found.bindings {
        bindings.learn(binding);
    }
    let means = context.as_the_author_means(sample);
    let says = context.as_the_lab_says(actual, sample);
    if let Some(document) = json::printed_instead(&means, &says) {
        return Some(ended_as(sample, bindings.reversed(document.trim_end())));
    }
    let alignment = Alignment::of(&means, &says, context);
    let whole = || ended_as(sample, bindings.reversed(says.trim_end()));
    if !alignment.entries.iter().any(|one| one.sample.is_some() && one.actual.is_some()) {
        return Some(whole());
    }
    let kept: Vec<&str> = sample.lines().collect();
    let writer = Writer { alignment: &alignment, context, bindings: &bindings, kept: &kept };
    let text = ended_as(sample, writer.lines().join("\n"));
    // Parts that have changed places cannot be mended one by one.
    let still_drifts = compare(&text, actual, context).verdict() == Verdict::Drift;
    Some(if still_drifts { whole() } else { text })
}

/// The new text, with a line end where the old one had it.
fn ended_as(sample: &str, mut text: String) -> String {
    if sample.ends_with('\n') && !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Two aligned texts, about to become one.
pub(super) struct Writer<'w, 't> {
    pub(super) alignment: &'w Alignment<'t>,
    pub(super) context: &'w Context<'w>,
    pub(super) bindings: &'w Bindings,
    /// The sample's lines as they stand.
    pub(super) kept: &'w [&'w str],
}

impl Writer<'_, '_> {
    fn lines(&self) -> Vec<String> {
        let mut out = Vec::new();
        // Lines that are only here stand after the sample's line before them.
        let mut after = None;
        let mut extra: Vec<(Option<usize>, &Entry)> = Vec::new();
        for entry in &self.alignment.entries {
            match entry.sample {
                Some(line) => after = Some(line),
                None => extra.push((after, entry)),
            }
        }
        self.extra(None, &extra, &mut out);
        for line in 0..self.kept.len() {
            self.line(line, &mut out);
            self.extra(Some(line), &extra, &mut out);
        }
        out
    }

    fn line(&self, line: usize, out: &mut Vec<String>) {
        let pair = self.alignment.tables.iter().find(|pair| {
            let table = &self.alignment.sample.tables[pair.tables.0];
            table.lines().any(|own| own == line)
        });
        if let Some(pair) = pair.filter(|pair| self.drifts(pair.tables)) {
            let table = &self.alignment.sample.tables[pair.tables.0];
            if table.lines().next() == Some(line) {
                out.extend(table_lines(self, pair));
            }
            return;
        }
        let entry = self.alignment.entries.iter().find(|entry| entry.sample == Some(line));
        match entry.map(|entry| (&entry.judgement, entry.actual)) {
            Some((Judgement::Differs(_), Some(there))) => {
                let texts = (self.alignment.sample.lines[line], self.alignment.actual.lines[there]);
                out.push(self.merged(texts.0, texts.1));
            }
            Some((Judgement::Differs(_), None)) => {}
            _ => out.push(self.kept[line].to_owned()),
        }
    }

    /// The loose lines that only the real output has; a table's rows are written with it.
    fn extra(
        &self,
        after: Option<usize>,
        extra: &[(Option<usize>, &Entry)],
        out: &mut Vec<String>,
    ) {
        for (_, entry) in extra.iter().filter(|(place, _)| *place == after) {
            let Some(there) = entry.actual else { continue };
            let differs = matches!(entry.judgement, Judgement::Differs(_));
            if differs && self.alignment.actual.loose.contains(&there) {
                out.push(self.bindings.reversed(self.alignment.actual.lines[there]));
            }
        }
    }

    /// Whether a line of the table differs, or it has a row that the sample has not.
    fn drifts(&self, (table, other): (usize, usize)) -> bool {
        let sample = &self.alignment.sample.tables[table];
        let actual = &self.alignment.actual.tables[other];
        let is_of = |entry: &&Entry| match (entry.sample, entry.actual) {
            (Some(line), _) => sample.lines().any(|own| own == line),
            (None, Some(line)) => actual.lines().any(|own| own == line),
            (None, None) => false,
        };
        let mut own = self.alignment.entries.iter().filter(is_of);
        own.any(|entry| matches!(entry.judgement, Judgement::Differs(_)))
    }

    /// The real line, with what is volatile as the sample has it.
    pub(super) fn merged(&self, sample: &str, actual: &str) -> String {
        use super::agree::Agreement;
        use super::pair::Step;
        let pairing = Pairing::of(sample, actual, self.context.nodes);
        let mut out = String::new();
        let mut copied = 0;
        for step in &pairing.steps {
            let (there, text) = match *step {
                Step::Sample(_) => continue,
                Step::Both(_, there, Agreement::Same) => (there, None),
                Step::Both(at, there, _) => (there, Some(pairing.sample[at].text.to_owned())),
                Step::Actual(there) => {
                    (there, Some(self.bindings.reversed(pairing.actual[there].text)))
                }
            };
            let token = &pairing.actual[there];
            out.push_str(&actual[copied..token.start]);
            out.push_str(text.as_deref().unwrap_or(token.text));
            copied = token.end();
        }
        out + &actual[copied..]
    }
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
