//! What was understood, for programs: one JSON object for each block and line.

use serde::Serialize;

use crate::lab::{Block, BlockKind, Lab, Runs};

/// One line of the output.
#[derive(Debug, Serialize)]
struct Line<'a> {
    file: &'a str,
    line: usize,
    lang: &'a str,
    label: BlockKind,
    commands: Vec<&'a str>,
    runs: Vec<Runs>,
    shell: Option<String>,
    reason: &'a str,
}

/// The blocks as `lab-format` says under `podlab show --format json`.
pub fn show_json(lab: &Lab) -> String {
    let mut out = String::new();
    for (index, block) in lab.blocks.iter().enumerate() {
        let step = lab.steps.iter().find(|step| step.block == index);
        let line = line(lab, block, step.map(|step| step.shell.to_string()));
        // Strings and numbers always become JSON.
        out.push_str(&serde_json::to_string(&line).unwrap_or_default());
        out.push('\n');
    }
    out
}

fn line<'a>(lab: &'a Lab, block: &'a Block, shell: Option<String>) -> Line<'a> {
    Line {
        file: &lab.source.name,
        line: block.line,
        lang: &block.lang,
        label: block.kind,
        commands: block.commands.iter().map(|command| command.text.as_str()).collect(),
        runs: block.commands.iter().map(|command| command.runs).collect(),
        shell,
        reason: &block.reason,
    }
}
