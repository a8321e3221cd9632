//! Laws of labs, over texts that begin as those of real authors and are cut, mixed and
//! damaged: parsing never fails, every place is in the text, `--fix` is done after one
//! time, and `refresh` changes samples and nothing else.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Finding, Lab, RawLab, Refreshed, Runs, fix, lint, parse, show_blocks, show_json, show_text,
    with_samples,
};
use crate::base::{SourceText, Span};

const STYLES: &str = include_str!("fixtures/styles.md");
const WALKTHROUGH: &str = include_str!("fixtures/walkthrough.md");
/// Lines that break what stands around them.
const DAMAGE: &[&str] = &[
    "```",
    "~~~",
    "````",
    "   ```sh",
    "> ```",
    "\t```",
    "---",
    "<!--",
    "-->",
    "<!-- podlab: {in: x",
    "<details>",
    "$ ",
    "# ",
    "> ",
    "EOF",
    "cat <<EOF",
    "\\",
    "'",
    "$(",
    "apiVersion: v1",
    "\u{feff}",
    "é\u{301}日\u{200d}",
    "",
    "{",
    "| a | b |",
    "1. x",
    "\r",
];

/// Pieces of real texts, with damage between them.
fn text() -> impl Strategy<Value = String> {
    let piece = (any::<prop::sample::Index>(), 0_usize..25, any::<prop::sample::Selector>())
        .prop_map(|(at, length, pick)| {
            let lines: Vec<&str> = STYLES.lines().chain(WALKTHROUGH.lines()).collect();
            let start = at.index(lines.len());
            let mut piece = lines[start..lines.len().min(start + length)].to_vec();
            piece.push(pick.select(DAMAGE));
            piece.join("\n")
        });
    (prop::collection::vec(piece, 0..5), any::<prop::sample::Index>()).prop_map(|(pieces, cut)| {
        let mut text = pieces.join("\n");
        let at = cut.index(text.len() + 1);
        let at = (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        // Now and then the text ends in the middle of something.
        if at % 3 == 0 {
            text.truncate(at);
        }
        text
    })
}

fn raw(text: &str) -> RawLab {
    RawLab {
        name: "x".into(),
        source: SourceText { name: "lab.md".into(), text: text.into() },
        files: BTreeMap::from([("beside.yaml".to_owned(), text.to_owned())]),
    }
}

fn read(raw: &RawLab) -> (Lab, Vec<Finding>) {
    parse(&raw.name, raw.source.clone(), raw.files.clone())
}

/// The spans of all samples, in the order of the text.
fn samples(lab: &Lab) -> Vec<Span> {
    let mut spans: Vec<Span> =
        lab.steps.iter().flat_map(|step| &step.samples).map(|sample| sample.span).collect();
    spans.sort();
    spans
}

/// What follows so many lines, and the end of the last one where it has one.
fn after_lines(text: &str, lines: usize, end: Option<char>) -> &str {
    let mut at = 0;
    for line in 0..lines {
        at += text[at..].find('\n').unwrap_or(text.len() - at) + usize::from(line + 1 < lines);
    }
    &text[at + end.map_or(0, char::len_utf8)..]
}

proptest! {
    #[test]
    fn every_place_is_in_the_text(text in text()) {
        let (lab, findings) = read(&raw(&text));
        let holds = |span: Span| text.get(span.start..span.end).is_some();
        for block in &lab.blocks {
            let inside = |span: Span| block.span.start <= span.start && span.end <= block.span.end;
            prop_assert!(holds(block.span), "{block:?}");
            prop_assert_eq!(block.line, 1 + text[..block.span.start].matches('\n').count());
            for command in &block.commands {
                prop_assert!(holds(command.span) && inside(command.span), "{command:?}");
                prop_assert!(!command.text.trim().is_empty());
            }
            for printed in &block.printed {
                prop_assert!(holds(printed.span) && inside(printed.span), "{printed:?}");
            }
            prop_assert!(block.directive.span.is_none_or(holds));
        }
        for step in &lab.steps {
            let block = &lab.blocks[step.block];
            let runs = block.commands.iter().filter(|one| one.runs != Runs::Shown).count();
            for sample in &step.samples {
                prop_assert!(holds(sample.span) && sample.commands.end <= runs, "{sample:?}");
            }
        }
        for finding in &findings {
            let Span { start, end } = finding.diagnostic.span;
            prop_assert!(finding.source.text.get(start..end).is_some(), "{finding:?}");
            prop_assert!(!finding.render().is_empty());
        }
        let _ = (show_text(&lab), show_blocks(&lab), show_json(&lab));
    }

    #[test]
    fn a_repaired_lab_is_not_repaired_again(text in text()) {
        let mut lab = raw(&text);
        for change in fix(&lab) {
            match change.beside {
                None => lab.source.text = change.after.into(),
                Some(file) => drop(lab.files.insert(file, change.after)),
            }
        }
        prop_assert_eq!(fix(&lab), Vec::new());
        let (parsed, findings) = read(&lab);
        let _ = lint(&parsed, findings, &|_| false);
    }

    #[test]
    fn refresh_changes_samples_and_nothing_else(
        text in text(),
        new in "(NAME   READY\n|web    1/1\n|\\$ ls\n|kubectl get po\n|\n|\\PC{0,12}\n){0,4}",
    ) {
        let (lab, _) = read(&raw(&text));
        let spans = samples(&lab);
        let changes: Vec<(Span, String)> = spans.iter().map(|span| (*span, new.clone())).collect();
        let Refreshed { text: refreshed, left } = with_samples(&lab, &changes);
        // What stands outside is still there, in its order, and a sample that was left is too.
        let mut rest = refreshed.as_str();
        let mut at = 0;
        for span in &spans {
            let stays = left.iter().any(|(left, _)| left == span);
            let part = &text[at..if stays { span.end } else { span.start }];
            prop_assert!(rest.starts_with(part), "{part:?} is not in {rest:?}");
            rest = &rest[part.len()..];
            if !stays {
                let ends_line = text[span.start..span.end].ends_with('\n') && !new.is_empty();
                rest = after_lines(rest, new.lines().count(), ends_line.then_some('\n'));
            }
            at = span.end;
        }
        prop_assert_eq!(rest, &text[at..]);
    }
}
