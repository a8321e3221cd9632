//! Any two texts can be compared as a sample and what was printed: every line of the sample
//! is answered once and in its place, what is bound stood on both sides and differs, and a
//! sample that was refreshed does not drift any more. The two texts stand before and after
//! the first line of `====`.

use podlab::sample::{Bindings, Context, Verdict, compare, refreshed};

const BETWEEN: &str = "====\n";

/// Any two texts can be compared as a sample and what was printed: every line of the sample
/// is answered once and in its place, what is bound stood on both sides and differs, and a
/// sample that was refreshed does not drift any more. The two texts stand before and after
/// the first line of `====`.
pub fn align(text: &str) {
    let (sample, actual) = text.split_once(BETWEEN).unwrap_or((text, text));
    let (nodes, bindings) = (["node-1".to_owned()], Bindings::default());
    let context = Context {
        namespace: "podlab-x-ab12",
        nodes: &nodes,
        kind: Some("svc"),
        ..Context::unknown(&bindings)
    };
    let found = compare(sample, actual, &context);
    let lines: Vec<&str> = sample.lines().map(str::trim_end).collect();
    let mut rest = lines.iter();
    for row in found.rows.iter().filter_map(|row| row.expected.as_deref()) {
        assert!(rest.any(|line| *line == row), "{row:?} is no line of the sample, or not here");
    }
    for binding in &found.bindings {
        assert_ne!(binding.literal, binding.value);
        assert!(actual.contains(&binding.value) || actual.contains(context.namespace));
    }
    if sample == actual {
        assert_eq!(found.verdict(), Verdict::Like, "{:?}", found.rows);
    }
    if let Some(text) = refreshed(sample, actual, &context) {
        assert_eq!(refreshed(&text, actual, &context), None, "{text:?} still drifts");
    }
}
