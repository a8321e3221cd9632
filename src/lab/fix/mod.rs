//! Repairs of which there is only one: a manifest whose lines are indented too far, a
//! name that can mean nothing else, quotes that a text needs.

mod edit;
mod indentation;

use std::collections::BTreeMap;

use crate::lab::{RawLab, lint, parse};

use edit::{Edit, applied};

/// A repair may show the next one: a manifest has to be YAML before its fields can be
/// read. So often is looked again, at most.
const ROUNDS: usize = 6;

/// A file as it was and as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The name of the file as diagnostics have it.
    pub name: String,
    /// Its path relative to the lab; none for the lab itself.
    pub beside: Option<String>,
    /// As it was.
    pub before: String,
    /// As it should be.
    pub after: String,
}

/// What can be repaired of a lab, file by file. Applied, nothing is left to repair.
pub fn fix(raw: &RawLab) -> Vec<Change> {
    let mut lab = raw.clone();
    for _ in 0..ROUNDS {
        if !repaired(&mut lab) {
            break;
        }
    }
    changes(raw, &lab)
}

/// Repairs what can be seen now; whether there was anything.
fn repaired(raw: &mut RawLab) -> bool {
    let mut edits: BTreeMap<Option<String>, Vec<Edit>> = BTreeMap::new();
    let (lab, found) = parse(&raw.name, raw.source.clone(), raw.files.clone());
    edits.entry(None).or_default().extend(indentation::of_blocks(&lab));
    for (file, text) in &raw.files {
        let repairs = indentation::of_file(file, text);
        edits.entry(Some(file.clone())).or_default().extend(repairs);
    }
    for finding in lint(&lab, found, &|_| true) {
        let Some(text) = finding.diagnostic.suggestion else { continue };
        let file = match finding.source.name == raw.source.name {
            true => None,
            false => raw
                .files
                .keys()
                .find(|file| names(&lab.source.name, file) == finding.source.name)
                .cloned(),
        };
        if file.is_none() && finding.source.name != raw.source.name {
            continue;
        }
        edits.entry(file).or_default().push(Edit { span: finding.diagnostic.span, text });
    }
    let mut is_changed = false;
    for (file, edits) in edits {
        let before = match &file {
            None => raw.source.text.to_string(),
            Some(file) => raw.files.get(file).cloned().unwrap_or_default(),
        };
        let after = applied(&before, edits);
        is_changed |= after != before;
        match file {
            None => raw.source.text = after.into(),
            Some(file) => drop(raw.files.insert(file, after)),
        }
    }
    is_changed
}

fn changes(before: &RawLab, after: &RawLab) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.source.text != after.source.text {
        changes.push(Change {
            name: before.source.name.clone(),
            beside: None,
            before: before.source.text.to_string(),
            after: after.source.text.to_string(),
        });
    }
    for (file, text) in &before.files {
        if let Some(repaired) = after.files.get(file).filter(|repaired| *repaired != text) {
            changes.push(Change {
                name: names(&before.source.name, file),
                beside: Some(file.clone()),
                before: text.clone(),
                after: repaired.clone(),
            });
        }
    }
    changes
}

fn names(lab: &str, file: &str) -> String {
    super::manifests::beside(lab, file)
}

/// The lab with the changes applied.
#[cfg(test)]
fn with_changes(raw: &RawLab, changes: &[Change]) -> RawLab {
    let mut lab = raw.clone();
    for change in changes {
        match &change.beside {
            None => lab.source.text = change.after.as_str().into(),
            Some(file) => drop(lab.files.insert(file.clone(), change.after.clone())),
        }
    }
    lab
}

#[cfg(test)]
#[path = "fix_tests.rs"]
mod tests;
