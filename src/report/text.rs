//! What `podlab test` prints: a line per step, expected against actual for what failed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use crate::base::{safe_line, safe_text, short_elapsed};
use crate::engine::{Drift, Event, Failure, Level, Outcome, RunStarted, StepIndex};
use crate::lab::Lab;
use crate::report::drift::side_by_side;

/// How many lines of a failed command's output are shown: the last ones.
const OUTPUT_LINES: usize = 20;
/// The column in which a step's title begins, after its number and id.
const ID_WIDTH: usize = 22;
/// How much of a step's title is shown, in characters.
const TITLE_WIDTH: usize = 48;

/// Turns the events of a run into text, line by line.
#[derive(Debug)]
pub struct TextReport {
    lab: Arc<Lab>,
    ended: BTreeMap<StepIndex, Outcome>,
    waiting: BTreeMap<StepIndex, Vec<String>>,
    /// What acted in a step's commands, in words.
    acted: BTreeMap<StepIndex, Vec<String>>,
    drifts: BTreeMap<StepIndex, Vec<Drift>>,
    elapsed: Duration,
    left: Vec<String>,
}

/// How the steps of a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Steps whose promise was seen.
    pub passed: usize,
    /// Steps that did not hold.
    pub failed: usize,
    /// Steps that were left out for a reason.
    pub skipped: usize,
    /// Steps that the run did not come to, or that were interrupted.
    pub not_run: usize,
    /// Steps whose output is not like their sample, however they ended.
    pub drifted: usize,
}

impl TextReport {
    /// A report on a run of `lab`.
    pub fn new(lab: Arc<Lab>) -> Self {
        Self {
            lab,
            ended: BTreeMap::new(),
            waiting: BTreeMap::new(),
            acted: BTreeMap::new(),
            drifts: BTreeMap::new(),
            elapsed: Duration::ZERO,
            left: Vec::new(),
        }
    }

    /// The lines that `event` adds, each with its newline; often none.
    pub fn on(&mut self, event: &Event) -> String {
        match event {
            Event::RunStarted(started) => self.started(started),
            Event::Waiting { step, conditions, .. } => {
                let open = conditions.iter().filter(|awaited| !awaited.holds);
                let words = open.map(|awaited| format!("{} ({})", awaited.condition, awaited.seen));
                self.waiting.insert(*step, words.collect());
                String::new()
            }
            Event::Acted { step, bindings } => {
                self.acted(*step, bindings.iter().map(ToString::to_string));
                String::new()
            }
            Event::Captured { step, name, value, source } if self.fills(*step, name) => {
                self.acted(*step, [format!("<{name}> = {value}, {source}")]);
                String::new()
            }
            Event::Drifted { step, drift } => {
                self.drifts.entry(*step).or_default().push(drift.clone());
                String::new()
            }
            Event::StepStarted { step, .. } => {
                self.acted.remove(step);
                self.drifts.remove(step);
                String::new()
            }
            Event::StepEnded { step, outcome, elapsed } => {
                self.step_ended(*step, outcome, *elapsed)
            }
            Event::Notice { level, text } => notice(*level, text),
            Event::CleaningUp { what } => format!("removing {}\n", safe_line(what)),
            Event::RunEnded { left } => {
                self.left.clone_from(left);
                left.iter().map(|what| format!("left behind: {}\n", safe_line(what))).collect()
            }
            _ => String::new(),
        }
    }

    /// The last lines: the counts, and what to do about what failed.
    pub fn summary(&self) -> String {
        let counts = self.counts();
        let total = self.lab.steps.len();
        let mut line = format!("{total} steps: {} passed", counts.passed);
        for (count, word) in [
            (counts.failed, "failed"),
            (counts.skipped, "skipped"),
            (counts.not_run, "not run"),
            (counts.drifted, "with drift"),
        ] {
            if count > 0 {
                let _ = write!(line, ", {count} {word}");
            }
        }
        format!("{line} in {}\n", short_elapsed(self.elapsed))
    }

    /// What has drifted in steps that passed: in others the output is not what it should be.
    pub fn drifts(&self) -> impl Iterator<Item = (StepIndex, &Drift)> {
        let passed =
            self.drifts.iter().filter(|(step, _)| self.ended.get(step) == Some(&Outcome::Passed));
        passed.flat_map(|(step, drifts)| drifts.iter().map(|drift| (*step, drift)))
    }

    /// How the steps ended.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in self.ended.values() {
            match outcome {
                Outcome::Passed => counts.passed += 1,
                Outcome::Failed(_) => counts.failed += 1,
                Outcome::Skipped(_) => counts.skipped += 1,
                Outcome::Interrupted => {}
            }
        }
        counts.drifted = self.drifts.len();
        counts.not_run = self.lab.steps.len() - counts.passed - counts.failed - counts.skipped;
        counts
    }

    /// Whether the value is one that a placeholder of the step was given.
    fn fills(&self, step: StepIndex, name: &str) -> bool {
        let step = self.lab.steps.get(step.0);
        step.is_some_and(|step| !step.capture.iter().any(|capture| capture.name == name))
    }

    fn acted(&mut self, step: StepIndex, words: impl IntoIterator<Item = String>) {
        let known = self.acted.entry(step).or_default();
        for words in words {
            if !known.contains(&words) {
                known.push(words);
            }
        }
    }

    fn started(&self, started: &RunStarted) -> String {
        let kept = if started.owned { "made for this run" } else { "given" };
        let mut text = format!(
            "{} on {}, namespace {} ({kept})\n",
            safe_line(&self.lab.name),
            safe_line(&started.cluster),
            safe_line(&started.namespace),
        );
        for (from, (to, why)) in &started.replaced_images {
            let why = why.as_deref().map(|why| format!(": {}", safe_line(why)));
            let _ = writeln!(
                text,
                "     image {} is replaced by {}{}",
                safe_line(from),
                safe_line(to),
                why.unwrap_or_default(),
            );
        }
        text
    }

    fn step_ended(&mut self, step: StepIndex, outcome: &Outcome, elapsed: Duration) -> String {
        self.elapsed += elapsed;
        self.ended.insert(step, outcome.clone());
        let mark = match outcome {
            Outcome::Passed => "✓",
            Outcome::Failed(_) => "✗",
            Outcome::Skipped(_) => "–",
            Outcome::Interrupted => "!",
        };
        let Some(definition) = self.lab.steps.get(step.0) else { return String::new() };
        let id = safe_line(&definition.id);
        let title = cut(&safe_line(&definition.title), TITLE_WIDTH);
        let mut text = format!(
            "{mark} {:>2} {id:<ID_WIDTH$} {title:<TITLE_WIDTH$} {:>7}\n",
            step.0 + 1,
            short_elapsed(elapsed),
        );
        for words in self.acted.get(&step).into_iter().flatten() {
            let _ = writeln!(text, "     {}", safe_line(words));
        }
        for drift in self.drifts.get(&step).into_iter().flatten() {
            text.push_str(&side_by_side(&safe_line(&self.lab.source.name), drift));
        }
        match outcome {
            Outcome::Skipped(reason) => {
                let _ = writeln!(text, "     skipped: {}", safe_line(reason));
            }
            Outcome::Failed(failure) => text.push_str(&self.failure(step, failure)),
            Outcome::Passed | Outcome::Interrupted => {}
        }
        text
    }

    fn failure(&self, step: StepIndex, failure: &Failure) -> String {
        let mut text = format!("     --> {}:{}\n", self.lab.source.name, failure.line);
        let _ = writeln!(text, "     {}", safe_line(&failure.subject));
        let _ = writeln!(text, "     expected: {}", indented(&failure.expected, 15));
        let _ = writeln!(text, "     actual:   {}", indented(&failure.actual, 15));
        for open in self.waiting.get(&step).into_iter().flatten() {
            let _ = writeln!(text, "     waited for {}", safe_line(open));
        }
        let output = safe_text(failure.output.trim_end());
        let lines: Vec<&str> = output.lines().collect();
        let first = lines.len().saturating_sub(OUTPUT_LINES);
        if first > 0 {
            let _ = writeln!(text, "     | … {first} lines before");
        }
        for line in &lines[first..] {
            let _ = writeln!(text, "     | {line}");
        }
        text
    }
}

fn notice(level: Level, text: &str) -> String {
    match level {
        Level::Info => format!("     {}\n", safe_line(text)),
        Level::Warning => format!("warning: {}\n", safe_line(text)),
        Level::Error => format!("error: {}\n", safe_line(text)),
    }
}

fn indented(text: &str, by: usize) -> String {
    safe_text(text.trim_end()).replace('\n', &format!("\n{:by$}", ""))
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width - 1).collect();
    format!("{kept}…")
}
