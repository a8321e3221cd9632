//! Blocks that run, as steps with what they promise.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::base::Diagnostic;
use crate::lab::{
    Block, BlockKind, Expect, ExpectExit, Need, Runs, Sample, Section, ShellName, Step,
};

use super::directive::{KEYS_OF_BLOCKS, Said};
use super::gaps;
use super::markdown::Reading;
use super::promises::add_promises;
use super::prose::slug;
use super::shells::Shells;

/// How long a step may take that does not say.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How long a step's title may be, in characters.
const LONGEST_TITLE: usize = 72;

/// What steps are made of.
pub(super) struct Material<'a> {
    pub reading: &'a Reading,
    /// One for each block.
    pub said: &'a [Said],
    /// What every step needs.
    pub needs: &'a [Need],
    pub sections: &'a [Section],
    /// Everything that `-f` can name.
    pub files: &'a BTreeMap<String, String>,
    /// Files that cannot be applied, with the reason.
    pub broken: &'a BTreeMap<String, String>,
}

/// The steps of these blocks, in order. Commands get their shells in passing.
pub(super) fn steps(
    blocks: &mut [Block],
    material: &Material<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Step> {
    let mut shells = Shells::default();
    let mut ids = Ids::default();
    let mut steps: Vec<Step> = Vec::new();
    for index in 0..blocks.len() {
        if !runs(&blocks[index]) {
            without_effect(&blocks[index], &material.said[index], diagnostics);
            continue;
        }
        let said = &material.said[index];
        let fence = &material.reading.fences[index];
        let known = diagnostics.len();
        let (shell, opens) = shells.enter(&mut blocks[index], fence, said, diagnostics);
        tell_guesses(&mut blocks[index], &shell, opens.as_deref(), said);
        let mut step = Step {
            id: ids.next(said, fence.heading, material.sections, diagnostics),
            shell,
            opens,
            section: fence.heading,
            ..step(index, blocks, material)
        };
        if said.expect.exit.is_none() && step.expect.exit != ExpectExit::Success {
            let exit = step.expect.exit;
            blocks[index].guesses.push(format!("expects {exit}: its sample shows a failure"));
        }
        step.broken.extend(diagnostics[known..].iter().map(|one| one.message.clone()));
        steps.push(step);
    }
    add_promises(&mut steps, blocks, material.files);
    for step in steps.iter().filter(|step| material.said[step.block].wait.is_none()) {
        let waits = step.wait.iter();
        let told =
            waits.map(|wait| format!("waits until {wait}: the text or a sample promises it"));
        blocks[step.block].guesses.extend(told);
    }
    gaps::fill(&mut steps, blocks, material.files);
    steps
}

/// Whether the block has anything to run.
pub(super) fn runs(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Command | BlockKind::Mixed)
        && block.commands.iter().any(|command| command.runs != Runs::Shown)
}

fn without_effect(block: &Block, said: &Said, diagnostics: &mut Vec<Diagnostic>) {
    let idle = said.keys.iter().find(|key| !KEYS_OF_BLOCKS.contains(&key.as_str()));
    if let (Some(key), Some(span)) = (idle, said.span) {
        let message = format!("`{key}` has no effect: the next block does not run");
        let hint = format!("podlab takes it as {:?}: {}", block.kind, block.reason).to_lowercase();
        diagnostics.push(Diagnostic::warning("no-effect", span, message).with_hint(hint));
    }
}

/// Where its commands run and what they open, as far as no directive says it.
fn tell_guesses(block: &mut Block, shell: &ShellName, opens: Option<&str>, said: &Said) {
    if let ShellName::Pod(name) = shell
        && said.shell.is_none()
    {
        let why = "its step was the last to open one, or the text says so";
        block.guesses.push(format!("shell {name}: {why}"));
    }
    if let Some(name) = opens.filter(|_| said.opens.is_none()) {
        block.guesses.push(format!("opens a shell `{name}`: a command of it asks for a terminal"));
    }
}

/// What is deleted may use up its grace first, 30 s unless the pod says otherwise, one after
/// the other on a slow node.
fn usual_timeout(block: &Block) -> Duration {
    let mut known = block.commands.iter().flat_map(|command| &command.meaning.invocations);
    let deletes = known.any(|invocation| invocation.verb == "delete");
    if deletes { TIMEOUT * 3 } else { TIMEOUT }
}

fn step(index: usize, blocks: &[Block], material: &Material<'_>) -> Step {
    let block = &blocks[index];
    let said = &material.said[index];
    let after = sample_after(index, blocks, material.reading);
    let sample = block.sample.clone().or_else(|| after.map(|block| block.text.clone()));
    let exit = sample.as_deref().map_or(ExpectExit::Success, exit_in);
    let mut needs = material.needs.to_vec();
    needs.extend(said.needs.iter().filter(|need| !material.needs.contains(need)).cloned());
    Step {
        id: String::new(),
        block: index,
        section: None,
        title: title(block),
        shell: ShellName::Host,
        opens: None,
        expect: expect(said, exit),
        sample,
        samples: samples(block, after),
        lead: material.reading.fences[index].lead.clone(),
        fills: Vec::new(),
        wait: said.wait.clone().unwrap_or_default(),
        until: said.until.clone(),
        capture: said.capture.clone(),
        needs,
        timeout: said.timeout.unwrap_or_else(|| usual_timeout(block)),
        retry: said.retry.unwrap_or_else(|| only_reads(block)),
        skip: said.skip.clone(),
        manual: said.manual,
        hint: said.hint.clone(),
        explain: said.explain.clone(),
        check: said.check.clone(),
        broken: [said.errors.clone(), broken_files(block, material.broken)].concat(),
    }
}

fn expect(said: &Said, exit: ExpectExit) -> Expect {
    said.expect.clone().with_default(exit)
}

fn title(block: &Block) -> String {
    let first = block.commands.iter().find(|command| command.runs != Runs::Shown);
    let text = first.map_or("", |command| command.text.as_str());
    let line = text.lines().next().unwrap_or_default().trim_end_matches('\\').trim_end();
    if line.chars().count() <= LONGEST_TITLE {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LONGEST_TITLE - 1).collect();
    format!("{}…", cut.trim_end())
}

fn only_reads(block: &Block) -> bool {
    block
        .commands
        .iter()
        .filter(|command| command.runs != Runs::Shown)
        .all(|command| command.meaning.reads_only && !command.meaning.streams)
}

fn broken_files(block: &Block, broken: &BTreeMap<String, String>) -> Vec<String> {
    let files = block
        .commands
        .iter()
        .flat_map(|command| &command.meaning.invocations)
        .flat_map(|known| &known.files);
    files
        .filter_map(|file| {
            let file = file.trim_start_matches("./");
            broken.get(file).map(|reason| format!("{file} is {reason}"))
        })
        .collect()
}

/// The output block that follows in the same section, before anything else runs.
fn sample_after<'a>(index: usize, blocks: &'a [Block], reading: &Reading) -> Option<&'a Block> {
    let heading = reading.fences[index].heading;
    let after = blocks.iter().zip(&reading.fences).skip(index + 1);
    for (block, fence) in after {
        if fence.heading != heading || runs(block) {
            return None;
        }
        if block.kind == BlockKind::Output {
            return Some(block);
        }
    }
    None
}

/// The parts of a step's sample. One shows what was printed since the one before it.
fn samples(block: &Block, after: Option<&Block>) -> Vec<Sample> {
    let all = block.commands.len();
    let runs = |until: usize| {
        let before = block.commands.iter().take(until);
        before.filter(|command| command.runs != Runs::Shown).count()
    };
    let own = block.printed.iter().map(|printed| (printed.after, printed));
    let below = after.filter(|_| block.printed.is_empty());
    let below = below.into_iter().flat_map(|block| &block.printed).map(|printed| (all, printed));
    let mut first = 0;
    let mut found = Vec::new();
    for (commands, printed) in own.chain(below) {
        let commands = first..runs(commands);
        first = commands.end;
        if !commands.is_empty() {
            let (text, span) = (printed.text.clone(), printed.span);
            found.push(Sample { commands, text, span });
        }
    }
    found
}

/// How the command ended whose output this is.
fn exit_in(sample: &str) -> ExpectExit {
    for line in sample.lines().map(str::trim).rev() {
        if let Some(code) = number_between(line, "curl: (", ")") {
            return ExpectExit::Code(code);
        }
        if let Some(code) = number_between(line, "command terminated with exit code ", "") {
            return ExpectExit::Code(code);
        }
        let failed = ["Error from server", "error: ", "Error: ", "The connection to the server"];
        if failed.iter().any(|start| line.starts_with(start)) {
            return ExpectExit::Nonzero;
        }
    }
    ExpectExit::Success
}

fn number_between(line: &str, before: &str, after: &str) -> Option<i32> {
    let rest = line.strip_prefix(before)?;
    let end = if after.is_empty() { rest.len() } else { rest.find(after)? };
    rest[..end].trim().parse().ok()
}

/// Gives out names that are unique in the lab.
#[derive(Debug, Default)]
struct Ids {
    taken: BTreeSet<String>,
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    fn next(
        &mut self,
        said: &Said,
        heading: Option<usize>,
        sections: &[Section],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> String {
        if let Some(id) = &said.id {
            if self.taken.insert(id.clone()) {
                return id.clone();
            }
            let message = format!("another step is called `{id}` already");
            let span = said.span.unwrap_or_default();
            diagnostics.push(
                Diagnostic::error("duplicate-id", span, message)
                    .with_hint("reports and progress need names that are unique in the lab"),
            );
        }
        let section = heading.and_then(|at| sections.get(at));
        let base = section.map_or_else(|| slug("start"), |section| section.slug.clone());
        let number = self.numbers.entry(base.clone()).or_insert(0);
        loop {
            *number += 1;
            let id = format!("{base}-{number}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
