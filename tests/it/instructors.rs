//! The chapter for instructors, `labs/README.md`, played: what it shows of the program is
//! what the program says.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use podlab::base::SourceText;
use podlab::lab::{DIRECTIVE_SCHEMA, parse};
use podlab::sample::{Bindings, Context, Judgement, Verdict, compare};

use crate::lab_on_cluster::namespace_of;
use crate::support::{Program, program};

const CHAPTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/labs/README.md");

/// A fenced block of the chapter.
#[derive(Debug)]
enum Part {
    /// A file, by its name.
    File(String, String),
    /// A command line, and what it prints.
    Typed(String, String),
}

#[test]
fn the_chapter_shows_what_the_program_says() {
    let program = program();
    symlink(Program::path(), program.at("bin/podlab")).unwrap();
    let mut typed = 0;
    for part in parts(&fs::read_to_string(CHAPTER).unwrap()) {
        match part {
            Part::File(name, text) => drop(program.write(&format!("home/{name}"), &text)),
            Part::Typed(line, wanted) => {
                typed += 1;
                is_like(&line, &wanted, &printed(&program, &line));
            }
        }
    }
    assert!(typed >= 9, "{typed} command lines are shown");
    assert_eq!(program.left_in_tmp(), Vec::<String>::new());
}

/// Files and command lines in their order, as a reader of markdown sees them. A file's fence
/// says `markdown NAME`, a session's `console`.
fn parts(chapter: &str) -> Vec<Part> {
    let source = SourceText { name: CHAPTER.into(), text: chapter.into() };
    let (lab, _) = parse("chapter", source, BTreeMap::new());
    let mut parts = Vec::new();
    for block in lab.blocks {
        let fence = chapter.lines().nth(block.line - 1).unwrap();
        match fence.trim_start_matches('`').split_once(' ') {
            Some(("markdown", name)) => parts.push(Part::File(name.to_owned(), block.text)),
            None if block.lang == "console" => session(&block.text, &mut parts),
            _ => {}
        }
    }
    parts
}

fn session(content: &str, parts: &mut Vec<Part>) {
    for line in content.lines() {
        match (line.strip_prefix("$ "), parts.last_mut()) {
            (Some(typed), _) => parts.push(Part::Typed(typed.to_owned(), String::new())),
            (None, Some(Part::Typed(_, printed))) => *printed += &format!("{line}\n"),
            (None, _) => panic!("a session begins with a command line: {line}"),
        }
    }
}

/// Both outputs, as a person sees them in a terminal.
fn printed(program: &Program, line: &str) -> String {
    let line = format!("exec 2>&1; {line}");
    let words = program.words_for(&["sh", "-c", &line]);
    let output = std::process::Command::new(&words[0])
        .args(&words[1..])
        .current_dir(program.at("home"))
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Like it as samples are: names that are made up, ages and addresses may be others.
#[track_caller]
fn is_like(line: &str, wanted: &str, printed: &str) {
    let bindings = Bindings::default();
    let namespace = namespace_of(printed).unwrap_or_default();
    let context = Context { namespace, ..Context::unknown(&bindings) };
    let found = compare(wanted, printed, &context);
    let differs = found.rows.iter().find(|row| matches!(row.judgement, Judgement::Differs(_)));
    assert!(
        found.verdict() == Verdict::Like,
        "{line}\n{differs:#?}\n--- the chapter\n{wanted}\n--- the program\n{printed}"
    );
}

#[test]
fn the_chapter_knows_every_directive_and_condition() {
    let chapter = fs::read_to_string(Path::new(CHAPTER)).unwrap();
    let schema: serde_json::Value = serde_json::from_str(DIRECTIVE_SCHEMA).unwrap();
    let mut wanted: Vec<String> = Vec::new();
    for key in schema["properties"].as_object().unwrap().keys() {
        wanted.push(format!("\n| `{key}` | "));
    }
    let condition = &schema["$defs"]["condition"]["anyOf"][1];
    for (_, values) in condition["patternProperties"].as_object().unwrap() {
        let values = values["enum"].as_array().unwrap();
        wanted.extend(values.iter().map(|value| value.as_str().unwrap().to_owned()));
    }
    wanted.extend(
        condition["properties"].as_object().unwrap().keys().map(|key| format!("`{key}: {{")),
    );
    let missing: Vec<_> = wanted.iter().filter(|words| !chapter.contains(*words)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
