//! Images on registries that have closed.

use crate::base::{Diagnostic, Span};
use crate::lab::{BlockKind, Finding, Runs};

use super::Linted;
use super::manifests::texts;

/// The beginning of an image's name, and where its images are now, if anywhere.
fn moved(image: &str) -> Option<(&'static str, Option<&'static str>)> {
    let rows = include_str!("registries.txt").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.split_once(' '))
        .find(|(old, _)| image.starts_with(old))
        .map(|(old, new)| (old, (new != "-").then_some(new)))
}

/// Images in manifests and after `--image`, unless the front matter replaces them.
pub(super) fn check(linted: &Linted<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for text in texts(linted) {
        for (image, span) in images_in_manifest(text.text()) {
            findings.extend(told(linted, image).map(|diagnostic| text.finding(span, diagnostic)));
        }
    }
    for block in &linted.lab.blocks {
        if !matches!(block.kind, BlockKind::Command | BlockKind::Mixed) {
            continue;
        }
        for command in block.commands.iter().filter(|command| command.runs != Runs::Shown) {
            let source = command.span.of(&linted.lab.source.text);
            for (image, span) in images_in_command(source) {
                let place = span.shifted(command.span.start);
                let diagnostic = told(linted, image).map(|one| Diagnostic { span: place, ..one });
                findings.extend(diagnostic.map(|one| linted.own(one)));
            }
        }
    }
    findings
}

fn told(linted: &Linted<'_>, image: &str) -> Option<Diagnostic> {
    let (old, new) = moved(image)?;
    let replaced = &linted.lab.front_matter.images;
    if replaced.keys().any(|from| image.starts_with(from.as_str())) {
        return None;
    }
    let registry = old.trim_end_matches('/');
    let message = format!("`{registry}` has closed: `{image}` may be gone or stay old for ever");
    let hint = match new {
        Some(new) => format!(
            "try `{new}{}`, or replace it in the front matter: `images: {{{image}: {{image: …}}}}`",
            &image[old.len()..]
        ),
        None => format!("replace it in the front matter: `images: {{{image}: {{image: …}}}}`"),
    };
    Some(Diagnostic::warning("closed-registry", Span::default(), message).with_hint(hint))
}

/// The values of `image:` with their places.
fn images_in_manifest(text: &str) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let key = line.trim_start().trim_start_matches("- ");
        if let Some(value) = key.strip_prefix("image:") {
            let start = at + (line.len() - value.len());
            found.extend(image_at(text, start));
        }
        at += line.len();
    }
    found
}

/// What follows `--image`, with a blank or `=`.
fn images_in_command(text: &str) -> Vec<(&str, Span)> {
    let flags = text.match_indices("--image").map(|(at, flag)| at + flag.len());
    let values = flags.filter(|at| text[*at..].starts_with(['=', ' ']));
    values.filter_map(|at| image_at(text, at + 1)).collect()
}

/// The name at or after byte `from`, without quotes.
fn image_at(text: &str, from: usize) -> Option<(&str, Span)> {
    let rest = &text[from..];
    let start = from + (rest.len() - rest.trim_start_matches([' ', '"', '\'']).len());
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '}' | ';');
    let length = text[start..].find(ends).unwrap_or(text.len() - start);
    let span = Span::new(start, start + length);
    (length > 0).then(|| (span.of(text), span))
}
