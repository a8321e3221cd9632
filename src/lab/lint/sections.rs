//! Which section each block stands in.

use crate::lab::{Element, Lab};

/// For each block the index of the heading above it; none before the first one.
pub(super) fn sections_of_blocks(lab: &Lab) -> Vec<Option<usize>> {
    let mut sections = vec![None; lab.blocks.len()];
    let mut current = None;
    for element in &lab.document {
        if matches!(element, Element::Heading { .. }) {
            current = Some(current.map_or(0, |at| at + 1));
        }
        mark(element, current, &mut sections);
    }
    sections
}

fn mark(element: &Element, section: Option<usize>, sections: &mut [Option<usize>]) {
    match element {
        Element::Block(block) => {
            if let Some(known) = sections.get_mut(*block) {
                *known = section;
            }
        }
        Element::List { items, .. } => {
            items.iter().flatten().for_each(|inner| mark(inner, section, sections));
        }
        Element::Quote { content, .. } => {
            content.iter().for_each(|inner| mark(inner, section, sections));
        }
        Element::Heading { .. } | Element::Paragraph(_) | Element::Table { .. } | Element::Rule => {
        }
    }
}
