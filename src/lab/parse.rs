//! From a text to a lab; the order of the stages.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Diagnostic, SourceText, Span};
use crate::lab::{Finding, Lab, Section, Step};
use crate::shell::placeholders;

use super::blocks::blocks;
use super::directive::{self, Said};
use super::front_matter::{self, Front};
use super::manifests;
use super::markdown::{self, Reading};
use super::mask::mask;
use super::prose::slug;
use super::steps::{Material, steps};

/// Reads a lab. `name` is its slug, `files` what stands beside its text.
///
/// Never fails: what is wrong comes back as findings, in the order of the text, then
/// those about files beside it. A step that is wrong says so in [`Step::broken`].
pub fn parse(
    name: &str,
    source: SourceText,
    mut files: BTreeMap<String, String>,
) -> (Lab, Vec<Finding>) {
    let text = source.text.clone();
    let masked = mask(&text);
    let front = masked.front_matter.map(|span| front_matter::read(&text, span));
    let Front { matter, needs, mut diagnostics } = front.unwrap_or_default();
    let reading = markdown::read(&masked.text);
    let said = directives(&text, &reading, &mut diagnostics);
    let mut blocks = blocks(&text, &reading, &said);
    manifests::name_blocks(&mut blocks, &reading, &files);
    let broken = manifests::broken(&blocks, &reading, &source, &files);
    let mut findings = manifests::merge(&blocks, &source, &mut files);
    let sections = sections(&reading);
    let material = Material {
        reading: &reading,
        said: &said,
        needs: &needs,
        sections: &sections,
        files: &files,
        broken: &broken_files(&broken),
    };
    let steps = steps(&mut blocks, &material, &mut diagnostics);
    findings.extend(manifests::missing(&blocks, &source, &files));
    findings.extend(broken.into_iter().map(|(_, finding)| finding));
    let lab = Lab {
        name: name.to_owned(),
        title: title(name, matter.title.as_deref(), &sections),
        source,
        front_matter: matter,
        document: reading.document,
        blocks,
        steps,
        sections,
        files,
    };
    diagnostics.extend(unanswered(&lab));
    let source = &lab.source;
    let own = diagnostics.into_iter();
    findings.extend(own.map(|diagnostic| Finding { source: source.clone(), diagnostic }));
    findings.sort_by_key(|one| (one.source.name != source.name, one.diagnostic.span.start));
    (lab, findings)
}

/// One entry for each fence; a directive without a fence after it is an error.
fn directives(text: &str, reading: &Reading, diagnostics: &mut Vec<Diagnostic>) -> Vec<Said> {
    let mut said: Vec<Said> = vec![Said::default(); reading.fences.len()];
    for comment in &reading.comments {
        let Some((read, found)) = directive::read(text, comment.span) else { continue };
        diagnostics.extend(found);
        let slot = said.get_mut(comment.fences_before);
        match slot.filter(|slot| slot.span.is_none()) {
            Some(slot) => *slot = read,
            None => {
                let message = "no block follows this directive";
                diagnostics.push(
                    Diagnostic::error("directive-without-block", comment.span, message).with_hint(
                        "a directive stands before its fenced block; one block takes one directive",
                    ),
                );
            }
        }
    }
    said
}

fn sections(reading: &Reading) -> Vec<Section> {
    let mut taken = BTreeSet::new();
    let mut sections = Vec::with_capacity(reading.headings.len());
    for heading in &reading.headings {
        let base = slug(&heading.title);
        let mut unique = base.clone();
        let mut number = 0;
        while !taken.insert(unique.clone()) {
            number += 1;
            unique = format!("{base}-{number}");
        }
        sections.push(Section {
            title: heading.title.clone(),
            level: heading.level,
            slug: unique,
            element: heading.element,
        });
    }
    sections
}

fn title(name: &str, stated: Option<&str>, sections: &[Section]) -> String {
    let first = sections.iter().find(|section| section.level == 1).or(sections.first());
    stated.or(first.map(|section| section.title.as_str())).unwrap_or(name).to_owned()
}

fn broken_files(broken: &[(Option<String>, Finding)]) -> BTreeMap<String, String> {
    let named = broken.iter().filter_map(|(name, finding)| Some((name.clone()?, finding)));
    named.map(|(name, finding)| (name, finding.diagnostic.message.clone())).collect()
}

/// Placeholders that no capture before them and no variable gives a value to.
fn unanswered(lab: &Lab) -> Vec<Diagnostic> {
    let mut known: BTreeSet<String> = lab.front_matter.vars.keys().cloned().collect();
    let mut told = BTreeSet::new();
    let mut diagnostics = Vec::new();
    for step in &lab.steps {
        let mut unknown = unanswered_in(step, lab, &known);
        unknown.retain(|(name, _)| told.insert(name.clone()));
        diagnostics.extend(unknown.into_iter().map(|(_, diagnostic)| diagnostic));
        known.extend(step.capture.iter().map(|capture| capture.name.clone()));
    }
    diagnostics
}

fn unanswered_in(step: &Step, lab: &Lab, known: &BTreeSet<String>) -> Vec<(String, Diagnostic)> {
    let mut diagnostics = Vec::new();
    for command in &lab.blocks[step.block].commands {
        for placeholder in placeholders(&command.text) {
            let name = placeholder.name;
            if known.contains(&name) || step.fills.iter().any(|fill| fill.name == name) {
                continue;
            }
            let marked = format!("<{name}>");
            let at = command.span.of(&lab.source.text).find(&marked);
            let span = at.map_or(command.span, |at| {
                Span::new(at, at + marked.len()).shifted(command.span.start)
            });
            let message = format!("nothing gives a value to `{marked}`");
            let hint = format!(
                "a step before `{}` can: `capture: {{{name}: pod/NAME.status.podIP}}`",
                step.id
            );
            let diagnostic = Diagnostic::warning("unanswered-placeholder", span, message);
            diagnostics.push((name, diagnostic.with_hint(hint)));
        }
    }
    diagnostics
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
