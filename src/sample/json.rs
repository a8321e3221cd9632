//! JSON against JSON, by its keys: order and layout say nothing.

use std::collections::BTreeMap;

use serde_json::Value;

use super::align::{Found, bound, word_for};
use super::binding::Place;
use super::compare::{ComparedRow, Comparison};
use super::context::Context;
use super::judgement::Judgement;
use super::pair::Pairing;

/// Compares the two where both are JSON; the real output may have lines before it.
pub(super) fn compare(sample: &str, actual: &str, context: &Context<'_>) -> Option<Comparison> {
    let expected = leaves(&document(sample)?);
    let printed = leaves(&document(printed_json(actual)?)?);
    let mut found = Found::default();
    let mut rows = Vec::new();
    for (path, value) in &expected {
        let there = printed.get(path);
        let judgement = match there {
            Some(other) => leaf(path, (value, other), context, &mut found),
            None => Judgement::Differs(format!("there is no {path}")),
        };
        let actual = there.map(|other| row(path, other));
        rows.push(ComparedRow { expected: Some(row(path, value)), actual, judgement });
    }
    let extra = printed.iter().filter(|(path, _)| !expected.contains_key(*path));
    rows.extend(extra.map(|(path, value)| ComparedRow {
        expected: None,
        actual: Some(row(path, value)),
        judgement: Judgement::Differs(format!("the text has no {path}")),
    }));
    Some(Comparison { rows, bindings: found.bindings, confirmed: found.confirmed })
}

/// An object or a list that the whole text is.
fn document(text: &str) -> Option<Value> {
    let text = text.trim();
    let is_one = text.starts_with(['{', '[']);
    is_one.then(|| serde_json::from_str(text).ok()).flatten()
}

/// The document that the text ends with.
fn printed_json(text: &str) -> Option<&str> {
    if document(text).is_some() {
        return Some(text.trim());
    }
    let mut starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let first = starts.find(|at| text[*at..].starts_with(['{', '[']))?;
    document(&text[first..]).is_some().then(|| text[first..].trim())
}

/// What was printed, where both are JSON.
pub(super) fn printed_instead<'a>(sample: &str, actual: &'a str) -> Option<&'a str> {
    document(sample)?;
    printed_json(actual)
}

fn row(path: &str, value: &str) -> String {
    format!("{path}: {value}")
}

/// Every value that has no values in it, by its path: `status.podIP`, `items[0].kind`.
fn leaves(value: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(value, String::new(), &mut found);
    found
}

fn collect(value: &Value, path: String, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                collect(value, format!("{path}{dot}{key}"), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                collect(item, format!("{path}[{at}]"), found);
            }
        }
        Value::String(text) => drop(found.insert(path, text.clone())),
        other => drop(found.insert(path, other.to_string())),
    }
}

fn leaf(
    path: &str,
    (sample, actual): (&str, &str),
    context: &Context<'_>,
    found: &mut Found,
) -> Judgement {
    let key = path.rsplit('.').next().unwrap_or(path);
    // The key says what a number is, as it would in a line.
    let line = |text: &str| format!("{key}: {text}");
    let (expected, printed) = (line(sample), line(actual));
    let pairing = Pairing::of(&expected, &printed, context.nodes);
    for named in pairing.named() {
        let what = if key.is_empty() { word_for(named.identity) } else { key };
        let of = context.object.unwrap_or("the output");
        let place = Place { what: what.to_owned(), of: of.to_owned() };
        found.bind(bound(&named, place));
    }
    found.confirm(pairing.confirmed());
    match pairing.is_like() {
        true => Judgement::Like,
        false => Judgement::differs(path, sample, actual),
    }
}
