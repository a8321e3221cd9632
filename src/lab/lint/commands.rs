//! Commands that cannot run where they are, or not without help.

use crate::base::Diagnostic;
use crate::lab::{Command, Finding, Runs, ShellName, Step};

use super::Linted;

/// Programs that wait for a person.
const EDITORS: &[&str] = &["vi", "vim", "nvim", "nano", "emacs", "code", "notepad", "less", "more"];

/// Editors, which no test can work with.
pub(super) fn need_a_person(linted: &Linted<'_>) -> Vec<Finding> {
    let alone = |step: &Step| step.skip.is_none() && !step.manual;
    let mut findings = Vec::new();
    for (_, command) in commands(linted).filter(|(step, _)| alone(step)) {
        let is_edit = command.meaning.invocations.iter().any(|known| known.verb == "edit");
        if !is_edit && !EDITORS.contains(&program(&command.text)) {
            continue;
        }
        let message = format!("`{}` waits for a person", first_words(&command.text));
        let hint = "`podlab test` cannot answer it: say `manual: true`, or change the object or \
                    the file with a command (`kubectl patch`, a here-document)";
        let diagnostic = Diagnostic::warning("needs-a-person", command.span, message);
        findings.push(linted.own(diagnostic.with_hint(hint)));
    }
    findings
}

/// kubectl in a shell in a pod, because a directive says so.
pub(super) fn in_the_wrong_shell(linted: &Linted<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (step, command) in commands(linted) {
        if let ShellName::Pod(name) = &step.shell
            && !command.meaning.invocations.is_empty()
        {
            let message = format!("this is typed in `{name}`, where there is no kubectl");
            let diagnostic = Diagnostic::warning("wrong-shell", command.span, message);
            findings.push(linted.own(diagnostic.with_hint("say `in: host`")));
        }
    }
    findings
}

/// Verbs and flags that podlab does not do itself.
pub(super) fn need_kubectl(linted: &Linted<'_>) -> Vec<Finding> {
    let needy = commands(linted).filter(|(_, command)| command.runs == Runs::Kubectl);
    needy
        .map(|(_, command)| {
            let message = format!("`{}` needs a real kubectl", first_words(&command.text));
            let diagnostic = Diagnostic::note("needs-kubectl", command.span, message);
            let hint = "podlab does not do this verb or flag itself; without a kubectl on the PATH \
                        the step fails";
            linted.own(diagnostic.with_hint(hint))
        })
        .collect()
}

/// Every command that runs, with its step.
fn commands<'a>(linted: &Linted<'a>) -> impl Iterator<Item = (&'a Step, &'a Command)> {
    let lab = linted.lab;
    lab.steps.iter().flat_map(move |step| {
        let commands = lab.blocks.get(step.block).map(|block| block.commands.as_slice());
        let run = |command: &&Command| command.runs != Runs::Shown;
        commands.unwrap_or_default().iter().filter(run).map(move |command| (step, command))
    })
}

fn program(text: &str) -> &str {
    text.split_whitespace().find(|word| *word != "sudo").unwrap_or_default()
}

fn first_words(text: &str) -> String {
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
