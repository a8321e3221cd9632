//! Parsing and classifying, in MB of markdown a second; the budget is 20.
//! `PODLAB_CORPUS` names a folder of walkthroughs, `PODLAB_SEED` one more.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints, and stops at the first error"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use podlab::base::SourceText;
use podlab::lab::{Reload, fix, lint, parse, read_lab};

fn main() {
    divan::main();
}

#[divan::bench]
fn shipped_lab(bencher: Bencher<'_, '_>) {
    parsed(bencher, &[include_str!("../labs/pod-networking/lab.md").to_owned()]);
}

#[divan::bench]
fn seed(bencher: Bencher<'_, '_>) {
    match std::env::var_os("PODLAB_SEED") {
        Some(path) => {
            parsed(bencher, &[std::fs::read_to_string(path).expect("PODLAB_SEED can be read")]);
        }
        None => println!("PODLAB_SEED is not set: nothing to parse"),
    }
}

#[divan::bench]
fn corpus(bencher: Bencher<'_, '_>) {
    let Some(folder) = std::env::var_os("PODLAB_CORPUS").map(PathBuf::from) else {
        println!("PODLAB_CORPUS is not set: nothing to parse");
        return;
    };
    let mut texts = Vec::new();
    collect(&folder, &mut texts);
    parsed(bencher, &texts);
}

/// The rules of `podlab lint`, without the parsing.
#[divan::bench]
fn lint_shipped_lab(bencher: Bencher<'_, '_>) {
    let raw = podlab::lab::find_shipped("pod-networking").expect("it is shipped");
    let (lab, _) = parse(&raw.name, raw.source, raw.files);
    bencher.bench(|| lint(black_box(&lab), Vec::new(), &|_| true));
}

/// What a save of a lab of 10,000 lines costs until the screen can be drawn: the budget
/// is one frame, 16 ms.
#[divan::bench]
fn hot_reload_of_10_000_lines(bencher: Bencher<'_, '_>) {
    let one = include_str!("../labs/pod-networking/lab.md");
    let text = one.repeat(10_000_usize.div_ceil(one.lines().count()));
    let source = |text: &str| SourceText { name: "lab.md".to_owned(), text: text.into() };
    let (before, _) = parse("lab", source(&text), BTreeMap::new());
    let changed = text.replacen("kubectl get", "kubectl get -A", 1);
    bencher.bench(|| {
        let (after, _) = parse("lab", source(black_box(&changed)), BTreeMap::new());
        Reload::new(&before, after.into())
    });
}

/// `podlab lint --fix` where nothing is to be repaired.
#[divan::bench]
fn fix_shipped_lab(bencher: Bencher<'_, '_>) {
    let raw = read_lab("pod-networking").expect("it is shipped");
    bencher.bench(|| fix(black_box(&raw)));
}

fn parsed(bencher: Bencher<'_, '_>, texts: &[String]) {
    let sources: Vec<SourceText> = texts
        .iter()
        .map(|text| SourceText { name: "lab.md".to_owned(), text: text.as_str().into() })
        .collect();
    bencher
        .counter(BytesCount::new(texts.iter().map(String::len).sum::<usize>()))
        .with_inputs(|| sources.clone())
        .bench_values(|sources| {
            for source in sources {
                black_box(parse("lab", source, BTreeMap::new()));
            }
        });
}

/// The text of every markdown file below a folder.
fn collect(folder: &Path, texts: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).expect("PODLAB_CORPUS is a folder");
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            texts.extend(std::fs::read_to_string(&path));
        }
    }
}
