//! Links to files and headings that are not there.

use crate::base::{Diagnostic, Span};
use crate::lab::{Element, Finding, Inline};

use super::Linted;

/// Relative links, and links to headings of the lab.
pub(super) fn check(linted: &Linted<'_>) -> Vec<Finding> {
    let mut urls = Vec::new();
    linted.lab.document.iter().for_each(|element| in_element(element, &mut urls));
    urls.sort_unstable();
    urls.dedup();
    let dead = urls.into_iter().filter_map(|url| Some((url, dead(linted, url)?)));
    dead.flat_map(|(url, (code, message))| {
        places(&linted.lab.source.text, url)
            .into_iter()
            .map(move |span| linted.own(Diagnostic::warning(code, span, message.clone())))
    })
    .collect()
}

fn dead(linted: &Linted<'_>, url: &str) -> Option<(&'static str, String)> {
    if let Some(anchor) = url.strip_prefix('#') {
        let wanted = plain(anchor);
        let is_known = linted.lab.sections.iter().any(|section| plain(&section.slug) == wanted);
        let is_tag = linted.lab.source.text.contains(&format!("=\"{anchor}\""));
        let message = format!("there is no heading `{anchor}` in this lab");
        return (!is_known && !is_tag).then_some(("dead-anchor", message));
    }
    let is_elsewhere = url.is_empty()
        || url.contains(':')
        || url.starts_with(['/', '$', '<'])
        || url.contains("{{")
        || url.contains("{%");
    let path = url.split(['#', '?']).next().unwrap_or_default();
    let path = path.replace("%20", " ");
    let message = format!("there is no file `{path}`, seen from this lab");
    (!is_elsewhere && !(linted.exists)(&path)).then_some(("dead-link", message))
}

/// Letters and digits only: sites differ in what else they keep of a heading.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Every place in which the address stands as that of a link.
fn places(text: &str, url: &str) -> Vec<Span> {
    let stands = |before: &str| before.ends_with(['(', '<', ' ', '"', ':']);
    let all = text.match_indices(url).filter(|(at, _)| stands(&text[..*at]));
    let ends = |at: usize| {
        let next = text[at + url.len()..].chars().next();
        next.is_none_or(|c| matches!(c, ')' | '>' | '"' | ' ' | '\n' | '\r'))
    };
    let found: Vec<Span> =
        all.filter(|(at, _)| ends(*at)).map(|(at, _)| Span::new(at, at + url.len())).collect();
    if found.is_empty() { vec![Span::default()] } else { found }
}

fn in_element<'a>(element: &'a Element, urls: &mut Vec<&'a str>) {
    match element {
        Element::Heading { text, .. } | Element::Paragraph(text) => in_inlines(text, urls),
        Element::List { items, .. } => {
            items.iter().flatten().for_each(|inner| in_element(inner, urls));
        }
        Element::Quote { content, .. } => content.iter().for_each(|inner| in_element(inner, urls)),
        Element::Table { head, rows } => {
            head.iter().chain(rows.iter().flatten()).for_each(|cell| in_inlines(cell, urls));
        }
        Element::Block(_) | Element::Rule => {}
    }
}

fn in_inlines<'a>(inlines: &'a [Inline], urls: &mut Vec<&'a str>) {
    for inline in inlines {
        match inline {
            Inline::Link { text, url } => {
                urls.push(url);
                in_inlines(text, urls);
            }
            Inline::Emphasis(inside) | Inline::Strong(inside) | Inline::Struck(inside) => {
                in_inlines(inside, urls);
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Break => {}
        }
    }
}
