//! Parsing and classifying. `PODLAB_SEED` names one more walkthrough to parse.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints, and stops at the first error"
)]

use std::collections::BTreeMap;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use podlab::base::SourceText;

fn main() {
    divan::main();
}

#[divan::bench]
fn shipped_lab(bencher: Bencher<'_, '_>) {
    parse(bencher, include_str!("../labs/pod-networking/lab.md"));
}

#[divan::bench]
fn seed(bencher: Bencher<'_, '_>) {
    let Some(path) = std::env::var_os("PODLAB_SEED") else {
        println!("PODLAB_SEED is not set: nothing to parse");
        return;
    };
    let text = std::fs::read_to_string(path).expect("PODLAB_SEED can be read");
    parse(bencher, &text);
}

fn parse(bencher: Bencher<'_, '_>, text: &str) {
    let source = SourceText { name: "lab.md".to_owned(), text: text.into() };
    bencher
        .counter(BytesCount::of_str(text))
        .with_inputs(|| (source.clone(), BTreeMap::new()))
        .bench_values(|(source, files)| podlab::lab::parse("lab", black_box(source), files));
}
