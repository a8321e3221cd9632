//! Manifests that are no YAML because of how their lines are indented.

use serde_yaml::Value;

use crate::base::Span;
use crate::lab::{BlockKind, Lab};

use super::edit::Edit;

/// Repairs of the manifests in the lab's text.
pub(super) fn of_blocks(lab: &Lab) -> Vec<Edit> {
    let manifests = lab.blocks.iter().filter(|block| block.kind == BlockKind::Manifest);
    manifests
        .flat_map(|block| {
            let edits = repair(&block.text).unwrap_or_default().into_iter();
            edits.map(|edit| Edit { span: block.places.in_source(edit.span), ..edit })
        })
        .collect()
}

/// Repairs of a file beside the lab.
pub(super) fn of_file(name: &str, text: &str) -> Vec<Edit> {
    let is_manifest = name.ends_with(".yaml") || name.ends_with(".yml");
    if is_manifest { repair(text).unwrap_or_default() } else { Vec::new() }
}

/// The one repair after which the text is an object; none where it is one already, where
/// nothing helps, or where two repairs would give two objects.
fn repair(text: &str) -> Option<Vec<Edit>> {
    if text.contains("{{") || is_yaml(text) {
        return None;
    }
    let candidates = [rest_dedented(text), first_dedented(text), without_tabs(text)];
    let mut repaired: Vec<String> =
        candidates.into_iter().flatten().filter(|one| is_object(one)).collect();
    repaired.dedup();
    match repaired.as_slice() {
        [only] => Some(edits(text, only)),
        _ => None,
    }
}

/// `apiVersion: v1`, and everything after it as far in as its neighbours.
fn rest_dedented(text: &str) -> Option<String> {
    let first = visible(text).next()?;
    let rest = visible(text).skip(1).map(indentation).min()?;
    (indentation(first) == 0 && rest > 0).then(|| {
        let mut is_first = true;
        lines_changed(text, |line| {
            let is_visible = !is_blank(line);
            let cut = if is_visible && std::mem::take(&mut is_first) { 0 } else { rest };
            line.get(cut.min(indentation(line))..).unwrap_or_default().to_owned()
        })
    })
}

/// The first line is further in than those after it.
fn first_dedented(text: &str) -> Option<String> {
    let first = indentation(visible(text).next()?);
    let rest = visible(text).skip(1).map(indentation).min()?;
    (first > 0 && rest == 0).then(|| {
        let mut is_first = true;
        lines_changed(text, |line| {
            let cut = if !is_blank(line) && std::mem::take(&mut is_first) { first } else { 0 };
            line.get(cut..).unwrap_or_default().to_owned()
        })
    })
}

/// Two blanks for each tab before a line.
fn without_tabs(text: &str) -> Option<String> {
    text.contains('\t').then(|| {
        lines_changed(text, |line| {
            let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
            format!("{}{}", line[..blanks].replace('\t', "  "), &line[blanks..])
        })
    })
}

fn lines_changed(text: &str, change: impl FnMut(&str) -> String) -> String {
    text.split_inclusive('\n').map(change).collect()
}

fn visible(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !is_blank(line))
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_yaml(text: &str) -> bool {
    serde_yaml::Deserializer::from_str(text)
        .all(|document| <Value as serde::Deserialize>::deserialize(document).is_ok())
}

/// Whether the text is one object with its version and kind at the top.
fn is_object(text: &str) -> bool {
    serde_yaml::from_str::<Value>(text).is_ok_and(|value| {
        value.get("apiVersion").is_some_and(Value::is_string)
            && value.get("kind").is_some_and(Value::is_string)
    })
}

/// What differs, line by line: only the blanks before each.
fn edits(before: &str, after: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = 0;
    for (old, new) in before.split_inclusive('\n').zip(after.split_inclusive('\n')) {
        if old != new {
            let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
            let span = Span::new(at, at + blanks(old));
            edits.push(Edit { span, text: new[..blanks(new)].to_owned() });
        }
        at += old.len();
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::fix::edit::applied;

    #[test]
    fn the_one_way_to_an_object_is_taken() {
        let check = |text: &str, wanted: Option<&str>| {
            let repaired = repair(text).map(|edits| applied(text, edits));
            assert_eq!(repaired.as_deref(), wanted, "{text}");
        };
        check(
            "apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n",
            Some("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"),
        );
        check(
            "  apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n",
            Some("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"),
        );
        check(
            "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n",
            Some("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"),
        );
        check("apiVersion: v1\nkind: Pod\n", None);
        check("apiVersion: v1\n  kind: Pod\n metadata: {}\n", None);
        check("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n   labels: {}\n", None);
        check("apiVersion: v1\n  kind: {{ .kind }}\n", None);
        check("just: a\n  fragment: b\n", None);
    }
}
