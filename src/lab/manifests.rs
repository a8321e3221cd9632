//! Files: what stands beside the lab, what its blocks provide, what its commands need.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::base::{Diagnostic, SourceText, Span, nearest};
use crate::lab::{Block, BlockKind, Finding, Runs};

use super::blocks::opening_line;
use super::markdown::{Fence, Reading};
use super::yaml_place::{error_at, yaml_message};

/// What is wrong with most manifests that are no YAML.
const INDENTATION: &str = "check the indentation: the keys of an object begin in the same column";

/// The endings that name a manifest.
const ENDINGS: &[&str] = &[".yaml", ".yml", ".json"];

/// Gives every manifest that has none a file name: from the prose before it, a comment
/// in its first line, or a later `-f` that no file answers to.
pub(super) fn name_blocks(
    blocks: &mut [Block],
    reading: &Reading,
    files: &BTreeMap<String, String>,
) {
    let wanted = wanted_files(blocks);
    let mut taken: BTreeSet<String> = files.keys().cloned().collect();
    taken.extend(blocks.iter().filter_map(|block| block.file.clone()));
    for (index, fence) in reading.fences.iter().enumerate() {
        if blocks[index].kind != BlockKind::Manifest || blocks[index].file.is_some() {
            continue;
        }
        let in_text = named_in_text(fence).map(|name| as_wanted(&name, &wanted));
        let in_text = in_text.map(|name| (name, "the text before it or its first line names it"));
        let named = in_text.or_else(|| {
            let mut later = wanted.iter().filter(|(block, _)| *block > index);
            let (_, file) = later.find(|(_, file)| !taken.contains(file))?;
            Some((file.clone(), "a later command asks for it and nothing else provides it"))
        });
        if let Some((name, why)) = named {
            taken.insert(name.clone());
            blocks[index].guesses.push(format!("file {name}: {why}"));
            blocks[index].file = Some(name);
        }
    }
}

/// The files that `-f` names, with the block that does, in order.
fn wanted_files(blocks: &[Block]) -> Vec<(usize, String)> {
    let mut wanted = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let commands = block.commands.iter().filter(|command| command.runs != Runs::Shown);
        for known in commands.flat_map(|command| &command.meaning.invocations) {
            let files = known.files.iter().filter(|file| is_relative_file(file));
            wanted.extend(files.map(|file| (index, tidy(file))));
        }
    }
    wanted
}

fn tidy(file: &str) -> String {
    file.trim_start_matches("./").to_owned()
}

/// A path of a single file below the working directory.
fn is_relative_file(file: &str) -> bool {
    ENDINGS.iter().any(|ending| file.ends_with(ending))
        && !file.contains("://")
        && !file.starts_with(['/', '~', '-'])
        && !file.contains(['$', '*', '<', '{', '`'])
        && !file.split('/').any(|part| part == "..")
}

/// `simple.yaml` of the prose is `manifests/simple.yaml` of the command.
fn as_wanted(name: &str, wanted: &[(usize, String)]) -> String {
    let same = wanted.iter().find(|(_, file)| file == name || file.ends_with(&format!("/{name}")));
    same.map_or_else(|| name.to_owned(), |(_, file)| file.clone())
}

fn named_in_text(fence: &Fence) -> Option<String> {
    let first = fence.text.lines().next().unwrap_or_default();
    let comment = first.strip_prefix('#').and_then(file_in);
    comment.or_else(|| fence.lead.iter().rev().find_map(|text| file_in(text)))
}

/// The last file name in a text.
fn file_in(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    text.split(|c: char| !is_part(c))
        .rev()
        .map(|word| word.trim_end_matches('.').trim_start_matches("./"))
        .find(|word| is_relative_file(word) && !word.starts_with('.'))
        .map(str::to_owned)
}

/// Puts what the blocks provide beside `files`, and tells where the two disagree.
pub(super) fn merge(
    blocks: &[Block],
    source: &SourceText,
    files: &mut BTreeMap<String, String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for block in blocks {
        let (Some(name), BlockKind::Manifest | BlockKind::Code | BlockKind::Fragment) =
            (&block.file, block.kind)
        else {
            continue;
        };
        match files.get(name) {
            None => {
                files.insert(name.clone(), block.text.clone());
            }
            Some(file) if file.trim_end() == block.text.trim_end() => {}
            Some(_) => {
                let span = opening_line(&source.text, block.span);
                let message = format!("this block and the file `{name}` differ");
                let diagnostic = Diagnostic::warning("manifest-differs", span, message)
                    .with_hint("the file is used; copy its text here, or the other way round");
                findings.push(Finding { source: source.clone(), diagnostic });
            }
        }
    }
    findings
}

/// What is no YAML, in blocks and in files; the first entry of a pair is the file's name.
pub(super) fn broken(
    blocks: &[Block],
    reading: &Reading,
    source: &SourceText,
    files: &BTreeMap<String, String>,
) -> Vec<(Option<String>, Finding)> {
    let mut findings = Vec::new();
    let mut from_blocks: BTreeSet<&str> = BTreeSet::new();
    for (block, fence) in blocks.iter().zip(&reading.fences) {
        if block.kind != BlockKind::Manifest {
            continue;
        }
        let is_same = |name: &String| files.get(name).is_some_and(|text| *text == block.text);
        from_blocks.extend(block.file.iter().filter(|name| is_same(name)).map(String::as_str));
        if let Some((at, message)) = yaml_error(&block.text) {
            let span = fence.in_source(Span::at(at));
            findings.push((block.file.clone(), finding(source.clone(), span, message, block)));
        }
    }
    for (name, text) in files {
        let is_manifest = ENDINGS.iter().any(|ending| name.ends_with(ending));
        if !is_manifest || from_blocks.contains(name.as_str()) {
            continue;
        }
        if let Some((at, message)) = yaml_error(text) {
            let source =
                SourceText { name: beside(&source.name, name), text: text.as_str().into() };
            let diagnostic =
                Diagnostic::error("broken-manifest", Span::at(at), message).with_hint(INDENTATION);
            findings.push((Some(name.clone()), Finding { source, diagnostic }));
        }
    }
    findings
}

fn finding(source: SourceText, span: Span, message: String, block: &Block) -> Finding {
    // Without a name nothing can apply it, so nothing breaks.
    let diagnostic = match &block.file {
        Some(_) => Diagnostic::error("broken-manifest", span, message),
        None => Diagnostic::warning("broken-manifest", span, message),
    };
    Finding { source, diagnostic: diagnostic.with_hint(INDENTATION) }
}

/// The path of a file beside the lab, as the lab's own path is given.
pub(super) fn beside(lab: &str, file: &str) -> String {
    match lab.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{file}"),
        None => file.to_owned(),
    }
}

/// Where the text stops being YAML, and why; templates are not judged.
fn yaml_error(text: &str) -> Option<(usize, String)> {
    if text.contains("{{") {
        return None;
    }
    for document in serde_yaml::Deserializer::from_str(text) {
        if let Err(error) = serde_yaml::Value::deserialize(document) {
            let at = error_at(text, &error).unwrap_or(0).min(text.trim_end().len());
            return Some((at, yaml_message(&error)));
        }
    }
    None
}

/// Files that a command needs and nothing provides.
pub(super) fn missing(
    blocks: &[Block],
    source: &SourceText,
    files: &BTreeMap<String, String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut made = String::new();
    for block in blocks {
        for command in block.commands.iter().filter(|command| command.runs != Runs::Shown) {
            let needed = command.meaning.invocations.iter().flat_map(|known| &known.files);
            for file in needed.filter(|file| is_relative_file(file)) {
                let name = tidy(file);
                let base = name.rsplit('/').next().unwrap_or(&name);
                let is_made = made.contains(base)
                    || command.text.contains(&format!("> {file}"))
                    || made.contains("git clone")
                    || made.contains("cd ");
                if !files.contains_key(&name) && !is_made {
                    findings.push(missing_file(&name, command.span, source, files));
                }
            }
            made.push_str(&command.text);
            made.push('\n');
        }
    }
    findings
}

fn missing_file(
    name: &str,
    span: Span,
    source: &SourceText,
    files: &BTreeMap<String, String>,
) -> Finding {
    let at = span.of(&source.text).find(name).map(|offset| span.start + offset);
    let place = at.map_or(span, |at| Span::new(at, at + name.len()));
    let hint = match nearest(name, files.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("put it beside the lab, or say `file: {name}` before its block"),
    };
    let message = format!("nothing provides `{name}`");
    let diagnostic = Diagnostic::warning("missing-file", place, message).with_hint(hint);
    Finding { source: source.clone(), diagnostic }
}

/// The objects that a manifest makes, by kind (in lower case) and name.
pub(super) fn objects_in(text: &str) -> Vec<(String, String)> {
    let field = |value: &serde_yaml::Value, key: &str| {
        value.get(key).and_then(|value| value.as_str()).map(str::to_owned)
    };
    serde_yaml::Deserializer::from_str(text)
        .map_while(|document| serde_yaml::Value::deserialize(document).ok())
        .filter_map(|object| {
            let name = field(object.get("metadata")?, "name")?;
            Some((field(&object, "kind")?.to_lowercase(), name))
        })
        .collect()
}
