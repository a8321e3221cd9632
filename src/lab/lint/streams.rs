//! Commands that do not return.

use crate::base::Diagnostic;
use crate::lab::{Command, Finding, Runs, Step};

use super::Linted;

/// A stream before other commands of its block, and a stream that only the run ends.
pub(super) fn check(linted: &Linted<'_>) -> Vec<Finding> {
    let lab = linted.lab;
    let mut findings = Vec::new();
    for (at, step) in lab.steps.iter().enumerate() {
        let Some(block) = lab.blocks.get(step.block) else { continue };
        let run: Vec<&Command> =
            block.commands.iter().filter(|command| command.runs != Runs::Shown).collect();
        let Some(stream) = run.iter().position(|command| command.meaning.streams) else { continue };
        if step.until.is_some() || step.skip.is_some() {
            continue;
        }
        if stream + 1 < run.len() {
            findings.push(linted.own(in_the_way(run[stream])));
        } else if !ends_later(&lab.steps[at + 1..], step) {
            findings.push(linted.own(endless(run[stream])));
        }
    }
    findings
}

/// A stream ends where a step of another section begins.
fn ends_later(later: &[Step], step: &Step) -> bool {
    later.iter().any(|one| one.section != step.section)
}

fn in_the_way(command: &Command) -> Diagnostic {
    let message = "this does not return, so what follows it in the block never runs";
    Diagnostic::warning("stream-in-the-way", command.span, message)
        .with_hint("give it a block of its own, as the last command")
}

fn endless(command: &Command) -> Diagnostic {
    let message = "nothing ends this stream before the run ends";
    Diagnostic::warning("endless-stream", command.span, message)
        .with_hint("say `until: 30s`, or a condition such as `until: {pod/NAME: Ready}`")
}
