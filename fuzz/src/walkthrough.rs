//! Any text is a lab: parsing does not fail, every place lies within the text, and what
//! was understood can be shown.

use std::collections::BTreeMap;

use podlab::base::SourceText;
use podlab::lab::{parse, show_blocks, show_json, show_text};

/// Any text is a lab: parsing does not fail, every place lies within the text, and what
/// was understood can be shown.
pub fn walkthrough(text: &str) {
    let source = SourceText { name: "lab.md".to_owned(), text: text.into() };
    let (lab, findings) = parse("lab", source, BTreeMap::new());
    for block in &lab.blocks {
        assert!(text.get(block.span.start..block.span.end).is_some());
        for command in &block.commands {
            assert!(text.get(command.span.start..command.span.end).is_some());
            assert!(block.span.start <= command.span.start && command.span.end <= block.span.end);
            assert!(!command.text.trim().is_empty());
        }
    }
    for step in &lab.steps {
        assert!(step.block < lab.blocks.len());
    }
    for finding in &findings {
        assert!(finding.diagnostic.span.end <= finding.source.text.len());
        let _ = finding.render();
    }
    let _ = (show_text(&lab), show_blocks(&lab), show_json(&lab));
}
