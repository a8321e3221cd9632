//! Manifests, in blocks and in files beside the lab.

use std::collections::BTreeSet;

use crate::base::{Diagnostic, SourceText, Span};
use crate::lab::{Block, BlockKind, Finding, Lab, Runs};

use super::Linted;
use super::schema;
use super::tree::documents;

/// Unknown, missing and mistaken fields; kinds that are not there.
pub(super) fn check(linted: &Linted<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for text in texts(linted) {
        for document in documents(text.text()).unwrap_or_default() {
            let found = schema::check(&document).into_iter();
            findings.extend(found.map(|diagnostic| text.finding(diagnostic.span, diagnostic)));
        }
    }
    findings
}

/// A manifest that is no template.
pub(super) enum Text<'a> {
    /// In the lab.
    Block(&'a SourceText, &'a Block),
    /// Beside it.
    File(SourceText),
}

impl Text<'_> {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Block(_, block) => &block.text,
            Self::File(source) => &source.text,
        }
    }

    /// Something to be said about a span of the text.
    pub(super) fn finding(&self, span: Span, diagnostic: Diagnostic) -> Finding {
        match self {
            Self::Block(source, block) => {
                let span = block.places.in_source(span);
                Finding { source: (*source).clone(), diagnostic: Diagnostic { span, ..diagnostic } }
            }
            Self::File(source) => {
                Finding { source: source.clone(), diagnostic: Diagnostic { span, ..diagnostic } }
            }
        }
    }
}

/// Every manifest of the lab: its blocks, then the files that its commands name and no
/// block provides.
pub(super) fn texts<'a>(linted: &Linted<'a>) -> Vec<Text<'a>> {
    let lab = linted.lab;
    let is_manifest = |block: &&Block| block.kind == BlockKind::Manifest;
    let blocks = lab.blocks.iter().filter(is_manifest);
    let mut texts: Vec<Text<'a>> = blocks.map(|block| Text::Block(&lab.source, block)).collect();
    for name in wanted_files(lab) {
        let is_block = |block: &Block| block.file.as_deref() == Some(name);
        if !lab.blocks.iter().any(is_block)
            && let Some(text) = lab.files.get(name)
        {
            texts.push(Text::File(linted.source_of(name, text)));
        }
    }
    texts.retain(|text| !text.text().contains("{{"));
    texts
}

/// Manifests beside the lab that its commands name, one by one or by their folder.
fn wanted_files(lab: &Lab) -> BTreeSet<&str> {
    let commands = lab.blocks.iter().flat_map(|block| &block.commands);
    let invocations = commands
        .filter(|command| command.runs != Runs::Shown)
        .flat_map(|command| &command.meaning.invocations);
    let named: BTreeSet<&str> = invocations
        .flat_map(|known| &known.files)
        .map(|file| file.trim_start_matches("./").trim_end_matches('/'))
        .collect();
    let is_named = |file: &str| {
        named.contains(file)
            || named.iter().any(|folder| {
                *folder == "."
                    || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            })
    };
    let is_manifest = |file: &str| [".yaml", ".yml", ".json"].iter().any(|end| file.ends_with(end));
    lab.files
        .keys()
        .map(String::as_str)
        .filter(|file| is_manifest(file) && is_named(file))
        .collect()
}
