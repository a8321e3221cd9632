//! `<!-- podlab: {…} -->`: what an author says about the next block.

use std::time::Duration;

use serde_yaml::Value;

use crate::base::{Diagnostic, Severity, Span, safe_line};
use crate::lab::{BlockKind, Capture, Check, Condition, Need, ShellName, Until};

use super::conditions_yaml::conditions;
use super::directive_values::{
    SaidExpect, captures, check, duration, expect, needs, text, truth, until,
};
use super::yaml_place::{Noted, YamlPlace, scalar};

/// A directive, understood; what it does not say is left to guesses.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Said {
    /// The comment.
    pub span: Option<Span>,
    /// The keys, in order.
    pub keys: Vec<String>,
    pub kind: Option<BlockKind>,
    pub id: Option<String>,
    pub file: Option<String>,
    pub shell: Option<ShellName>,
    pub opens: Option<String>,
    pub expect: SaidExpect,
    pub wait: Option<Vec<Condition>>,
    pub until: Option<Until>,
    pub capture: Vec<Capture>,
    pub needs: Vec<Need>,
    pub timeout: Option<Duration>,
    pub retry: Option<bool>,
    pub skip: Option<String>,
    pub manual: bool,
    pub hint: Option<String>,
    pub explain: Option<String>,
    pub check: Option<Check>,
    /// The errors that were found in it, in words: its step does not run.
    pub errors: Vec<String>,
}

/// Keys that say something about any block; the others need one that runs.
pub(super) const KEYS_OF_BLOCKS: &[&str] = &["kind", "file"];

impl Said {
    /// Whether it says something that only a block that runs can do.
    pub(super) fn is_about_a_command(&self) -> bool {
        self.keys.iter().any(|key| !KEYS_OF_BLOCKS.contains(&key.as_str()))
    }
}

type Reader = fn(&mut Said, &Value, &mut YamlPlace<'_>) -> Result<(), Noted>;

/// Every key with the function that reads its value.
pub(super) const KEYS: &[(&str, Reader)] = &[
    ("kind", |said, value, place| put(&mut said.kind, kind(value, place))),
    ("id", |said, value, place| put(&mut said.id, slug("id", value, place))),
    ("file", |said, value, place| put(&mut said.file, file(value, place))),
    ("in", |said, value, place| put(&mut said.shell, shell(value, place))),
    ("opens", |said, value, place| put(&mut said.opens, slug("opens", value, place))),
    ("expect", |said, value, place| set(&mut said.expect, expect(value, place))),
    ("wait", |said, value, place| put(&mut said.wait, conditions(value, place))),
    ("until", |said, value, place| put(&mut said.until, until(value, place))),
    ("capture", |said, value, place| set(&mut said.capture, captures(value, place))),
    ("needs", |said, value, place| set(&mut said.needs, needs(value, place))),
    ("timeout", |said, value, place| put(&mut said.timeout, duration("timeout", value, place))),
    ("retry", |said, value, place| put(&mut said.retry, truth("retry", value, place))),
    ("skip", |said, value, place| put(&mut said.skip, text("skip", value, place))),
    ("manual", |said, value, place| set(&mut said.manual, truth("manual", value, place))),
    ("hint", |said, value, place| put(&mut said.hint, text("hint", value, place))),
    ("explain", |said, value, place| put(&mut said.explain, text("explain", value, place))),
    ("check", |said, value, place| put(&mut said.check, check(value, place))),
];

fn put<T>(slot: &mut Option<T>, read: Result<T, Noted>) -> Result<(), Noted> {
    *slot = Some(read?);
    Ok(())
}

fn set<T>(slot: &mut T, read: Result<T, Noted>) -> Result<(), Noted> {
    *slot = read?;
    Ok(())
}

const KINDS: &[(&str, BlockKind)] = &[
    ("command", BlockKind::Command),
    ("mixed", BlockKind::Mixed),
    ("output", BlockKind::Output),
    ("manifest", BlockKind::Manifest),
    ("fragment", BlockKind::Fragment),
    ("code", BlockKind::Code),
    ("other", BlockKind::Other),
];

/// Reads the comment at `span` of `source`; none where it is not for podlab.
pub(super) fn read(source: &str, span: Span) -> Option<(Said, Vec<Diagnostic>)> {
    let comment = span.of(source);
    let inside = comment.strip_prefix("<!--")?;
    let inside = inside.strip_suffix("-->").unwrap_or(inside);
    let blanks = inside.len() - inside.trim_start().len();
    let rest = inside.trim_start().strip_prefix("podlab")?;
    let name = span.start + "<!--".len() + blanks;
    let name = Span::new(name, name + "podlab".len());
    let Some(yaml) = rest.strip_prefix(':') else { return without_colon(rest, span, name) };
    let start = span.start + "<!--".len() + blanks + "podlab:".len();
    let mut place = YamlPlace::new(yaml, start);
    let mut said = Said { span: Some(span), ..Said::default() };
    for (key, value) in place.mapping("bad-directive") {
        let key = scalar(&key).unwrap_or_default();
        place.at_key(&key);
        match KEYS.iter().find(|(name, _)| *name == key) {
            // What went wrong is noted in `place`; the other keys count all the same.
            Some((_, reader)) => reader(&mut said, &value, &mut place).unwrap_or_default(),
            None => {
                let known = KEYS.iter().map(|(name, _)| *name);
                place.unknown("unknown-directive", "directive", &key, known);
            }
        }
        said.keys.push(key);
    }
    let errors = place.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    said.errors = errors.map(|one| one.message.clone()).collect();
    Some((said, place.diagnostics))
}

/// `<!-- podlab {…} -->` was meant for podlab, and would be lost in silence.
fn without_colon(rest: &str, span: Span, name: Span) -> Option<(Said, Vec<Diagnostic>)> {
    if !rest.trim_start().starts_with('{') {
        return None;
    }
    let message = "`podlab` without a colon";
    let diagnostic =
        Diagnostic::error("bad-directive", span, message).with_hint("write `<!-- podlab: {…} -->`");
    let diagnostic = Diagnostic { span: name, ..diagnostic }.with_suggestion("podlab:");
    let said = Said { span: Some(span), errors: vec![message.to_owned()], ..Said::default() };
    Some((said, vec![diagnostic]))
}

fn kind(value: &Value, place: &mut YamlPlace<'_>) -> Result<BlockKind, Noted> {
    let name = text("kind", value, place)?;
    let known = KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    known.ok_or_else(|| {
        place.unknown("unknown-kind", "kind of block", &name, KINDS.iter().map(|(name, _)| *name))
    })
}

fn shell(value: &Value, place: &mut YamlPlace<'_>) -> Result<ShellName, Noted> {
    let name = slug("in", value, place)?;
    Ok(if name == "host" { ShellName::Host } else { ShellName::Pod(name) })
}

/// A name without blanks, to be typed and to be part of a report.
fn slug(key: &str, value: &Value, place: &mut YamlPlace<'_>) -> Result<String, Noted> {
    let name = text(key, value, place)?;
    let fits = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if fits {
        return Ok(name);
    }
    let noted = place.error("bad-value", key, format!("`{}` is not a name", safe_line(&name)));
    place.hint("letters, digits, `-`, `_` and `.`");
    Err(noted)
}

/// A path that stays in the working directory.
fn file(value: &Value, place: &mut YamlPlace<'_>) -> Result<String, Noted> {
    let path = text("file", value, place)?;
    let leaves = path.is_empty()
        || path.starts_with(['/', '~', '\\'])
        || path.contains(':')
        || path.split(['/', '\\']).any(|part| part == "..");
    if leaves {
        let message = format!("`{}` is not a path below the lab's folder", safe_line(&path));
        return Err(place.error("bad-value", "file", message));
    }
    Ok(path.trim_start_matches("./").to_owned())
}

#[cfg(test)]
#[path = "directive_tests.rs"]
mod tests;
