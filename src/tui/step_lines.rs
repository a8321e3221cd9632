//! A step as lines: its commands, and under them what became of it.

use super::block::{code_lines, sample_lines};
use super::line::{Line, Span};
use super::page::Page;
use super::state::{Shown, Status, Step};
use super::theme::Role;
use super::wrap::{wrap_code, wrap_words};
use crate::base::{safe_line, short_elapsed};
use crate::engine::{Awaited, Drift, Failure, Gap, StepIndex};
use crate::lab;
use crate::sample::{Binding, Judgement};

type Known<'a> = (StepIndex, &'a lab::Step, &'a Step);

/// How much of a failed command's output is shown under the step.
const OUTPUT_LINES: usize = 8;

/// The step in `width` cells.
pub(super) fn step_lines(page: &Page<'_>, known: Known<'_>, width: usize) -> Vec<Line> {
    let (index, step, state) = known;
    let mut lines = trouble_lines(page, index, width);
    lines.push(header(page, known));
    if let Some(block) = page.lab.blocks.get(step.block) {
        let commands = commands_of(block);
        lines.extend(code_lines(page, step.block, &commands, width));
        if let Some(sample) = &block.sample {
            lines.extend(sample_lines(sample, width));
        }
    }
    lines.extend(values(page, step, width));
    lines.extend(bindings(page, step, state, width));
    lines.extend(step.broken.iter().flat_map(|why| note("✗ ", why, Role::StepFailed, width)));
    lines.extend(status_lines(page, state, width));
    lines.extend(state.drift.iter().flat_map(|drift| drift_line(drift, width)));
    if let (Some(hint), Shown::Yes) = (&step.hint, state.hint) {
        lines.extend(note("hint: ", hint, Role::Hint, width));
    }
    if let (Some(explain), Status::Passed { .. }) = (&step.explain, &state.status) {
        lines.extend(note("", explain, Role::Hint, width));
    }
    debug_assert!(index.0 < page.lab.steps.len(), "a step of another lab");
    lines
}

/// What is wrong with what the author saved, above the step that it is nearest to.
fn trouble_lines(page: &Page<'_>, index: StepIndex, width: usize) -> Vec<Line> {
    let here = page.trouble.filter(|trouble| trouble.step == Some(index));
    let lines = here.into_iter().flat_map(|trouble| &trouble.lines);
    let bar = || vec![Span::new(Role::StepFailed, "✗ ")];
    lines
        .flat_map(|line| {
            let line = Span::new(Role::StepFailed, safe_line(line));
            wrap_code(&[line], width.saturating_sub(2))
        })
        .map(|line| line.after(bar()))
        .collect()
}

/// What the block shows above its sample: its text where it is only commands.
fn commands_of(block: &lab::Block) -> String {
    if block.sample.is_none() {
        return block.text.clone();
    }
    let texts: Vec<&str> = block.commands.iter().map(|command| command.text.as_str()).collect();
    texts.join("\n")
}

/// Marks in two columns of their own (which step is looked at, what became of it), then words.
fn header(page: &Page<'_>, (index, step, state): Known<'_>) -> Line {
    let is_current = page.progress.current == Some(index);
    let role = status_role(&state.status);
    let name_role = if is_current { Role::StepCurrent } else { Role::StepPending };
    let mut spans = vec![
        Span::new(Role::StepCurrent, if is_current { "▶" } else { " " }),
        Span::new(role, state.status.sign().to_string()),
        Span::new(Role::Text, " "),
        Span::new(name_role, format!("step {}", index.0 + 1)),
        Span::new(Role::Muted, format!(" · {}", safe_line(&step.shell.to_string()))),
    ];
    let words = status_words(page, step, state);
    if !words.is_empty() {
        spans.push(Span::new(role, format!(" · {words}")));
    }
    Line { spans }
}

fn status_role(status: &Status) -> Role {
    match status {
        Status::Pending => Role::StepPending,
        Status::Asked
        | Status::Running { .. }
        | Status::Waiting { .. }
        | Status::NeedsAnswer(_) => Role::StepRunning,
        Status::Passed { .. } => Role::StepDone,
        Status::Failed { .. } | Status::Interrupted => Role::StepFailed,
        Status::Skipped(_) => Role::StepSkipped,
    }
}

fn status_words(page: &Page<'_>, step: &lab::Step, state: &Step) -> String {
    let goes_on = if state.streams_in.is_some() { ", goes on beside" } else { "" };
    match &state.status {
        Status::Pending => match (&step.skip, step.manual) {
            (Some(reason), _) => safe_line(&format!("is skipped: {reason}")),
            (None, true) => "only by hand".to_owned(),
            (None, false) => String::new(),
        },
        Status::Asked => "asked for".to_owned(),
        Status::Running { since } => format!("running {}s{goes_on}", seconds(page, *since)),
        Status::Waiting { since, .. } => format!("waiting {}s{goes_on}", seconds(page, *since)),
        Status::NeedsAnswer(question) => format!("needs to know what {} is", question.gap),
        Status::Passed { elapsed } => format!("done in {}{goes_on}", short_elapsed(*elapsed)),
        Status::Failed { elapsed, .. } => format!("failed after {}", short_elapsed(*elapsed)),
        Status::Skipped(reason) if reason.is_empty() => "skipped".to_owned(),
        Status::Skipped(reason) => safe_line(&format!("skipped: {reason}")),
        Status::Interrupted => "stopped".to_owned(),
    }
}

fn seconds(page: &Page<'_>, since: jiff::Timestamp) -> i64 {
    page.now.duration_since(since).as_secs().max(0)
}

/// Values that the commands name and those that the step took: `<IP> = 10.20.1.25`.
fn values(page: &Page<'_>, step: &lab::Step, width: usize) -> Vec<Line> {
    let text = page.lab.blocks.get(step.block).map_or("", |block| block.text.as_str());
    let captured = page.progress.captured.iter();
    captured
        .filter(|(name, _)| {
            text.contains(&Gap::Placeholder((*name).clone()).to_string())
                || step.capture.iter().any(|capture| capture.name == **name)
        })
        .flat_map(|(name, (value, source))| {
            let value = Span::new(Role::Value, safe_line(&format!("<{name}> = {value}")));
            let source = Span::new(Role::Muted, safe_line(&format!(", from {source}")));
            indented(&[value, source], width)
        })
        .collect()
}

/// Literals of the author's that are others here: those that acted, else those that will.
fn bindings(page: &Page<'_>, step: &lab::Step, state: &Step, width: usize) -> Vec<Line> {
    let mut found: Vec<&Binding> = state.acted.iter().collect();
    if found.is_empty() {
        let block = page.lab.blocks.get(step.block);
        for command in block.into_iter().flat_map(|block| &block.commands) {
            found.extend(page.progress.bindings.apply(&command.text).1);
        }
        found.dedup();
    }
    let line = |binding: &&Binding| {
        let text = format!("{} → {}", binding.literal, binding.value);
        let value = Span::new(Role::Value, safe_line(&text));
        let place = Span::new(Role::Muted, safe_line(&format!(", {}", binding.place)));
        indented(&[value, place], width)
    };
    found.iter().flat_map(line).collect()
}

fn drift_line(drift: &Drift, width: usize) -> Vec<Line> {
    let what = drift.rows.iter().find_map(|row| match &row.judgement {
        Judgement::Differs(what) | Judgement::NotYet(what) => Some(what.as_str()),
        _ => None,
    });
    let text = format!("not like the text: {} (d shows both)", what.unwrap_or_default());
    note("≠ ", &text, Role::Warning, width)
}

fn status_lines(page: &Page<'_>, state: &Step, width: usize) -> Vec<Line> {
    match &state.status {
        Status::Waiting { since, conditions, timeout } => {
            let spent = format!("{}s of {}s", seconds(page, *since), timeout.as_secs());
            let line = |one: &Awaited| waiting_line(one, &spent);
            conditions.iter().flat_map(|one| indented(&[line(one)], width)).collect()
        }
        Status::Failed { failure, .. } => failure_lines(failure, width),
        _ => Vec::new(),
    }
}

fn waiting_line(one: &Awaited, spent: &str) -> Span {
    if one.holds {
        return Span::new(Role::StepDone, format!("✓ {}", safe_line(&one.condition)));
    }
    let text = format!("waiting: {} ({}) {spent}", one.condition, one.seen);
    Span::new(Role::StepRunning, safe_line(&text))
}

/// Expected against actual, then the end of what the command printed.
fn failure_lines(failure: &Failure, width: usize) -> Vec<Line> {
    let row = |role, word: &str, text: &str| {
        let word = Span::new(Role::Muted, format!("{word:<10}"));
        hanging(&word, Span::new(role, safe_line(text)), width)
    };
    let mut lines = row(Role::StepFailed, "✗", &failure.subject);
    lines.extend(row(Role::Expected, "expected", &failure.expected));
    lines.extend(row(Role::Actual, "actual", &failure.actual));
    let output: Vec<&str> = failure.output.trim_end().lines().collect();
    let end = &output[output.len().saturating_sub(OUTPUT_LINES)..];
    let printed = |line: &&str| row(Role::Sample, "", line);
    if let Some((first, rest)) = end.split_first() {
        lines.extend(row(Role::Sample, "printed", first));
        lines.extend(rest.iter().flat_map(printed));
    }
    lines
}

/// `first`, and `text` beside it, wrapped under itself.
fn hanging(first: &Span, text: Span, width: usize) -> Vec<Line> {
    let indent = 4 + first.width();
    let lines = wrap_code(&[text], width.saturating_sub(indent));
    let lines = lines.into_iter().enumerate();
    lines
        .map(|(at, line)| {
            line.after(if at == 0 {
                vec![Span::new(Role::Text, "    "), first.clone()]
            } else {
                vec![Span::new(Role::Text, " ".repeat(indent))]
            })
        })
        .collect()
}

fn note(word: &str, text: &str, role: Role, width: usize) -> Vec<Line> {
    indented(&[Span::new(role, safe_line(&format!("{word}{text}")))], width)
}

fn indented(spans: &[Span], width: usize) -> Vec<Line> {
    let lines = wrap_words(spans, width.saturating_sub(4));
    lines.into_iter().map(|line| line.after(vec![Span::new(Role::Text, "    ")])).collect()
}
