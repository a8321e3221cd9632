//! Any text can be linted and repaired, and once repaired nothing is left to repair. The
//! text stands for a lab and for a manifest beside it.

use std::collections::BTreeMap;

use podlab::base::SourceText;
use podlab::lab::{RawLab, fix, lint, parse};

/// Any text can be linted and repaired, and once repaired nothing is left to repair. The
/// text stands for a lab and for a manifest beside it.
pub fn lint_fix(text: &str) {
    let mut raw = RawLab {
        name: "lab".to_owned(),
        source: SourceText { name: "lab.md".to_owned(), text: text.into() },
        files: BTreeMap::from([("a.yaml".to_owned(), text.to_owned())]),
    };
    let (lab, found) = parse(&raw.name, raw.source.clone(), raw.files.clone());
    for finding in lint(&lab, found, &|_| false) {
        assert!(finding.diagnostic.span.end <= finding.source.text.len());
        let _ = finding.render();
    }
    for change in fix(&raw) {
        match change.beside {
            None => raw.source.text = change.after.into(),
            Some(file) => drop(raw.files.insert(file, change.after)),
        }
    }
    assert!(fix(&raw).is_empty(), "nothing is left to repair");
}
