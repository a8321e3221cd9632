//! Whether what was seen is what a step promised.

use crate::base::{Position, safe_text};
use crate::engine::active::{Active, Compared, commands};
use crate::engine::words::Words;
use crate::engine::{Actor, Awaited, Failure, Output};
use crate::lab::{Expect, ExpectExit, Lab, SampleRule, Step};

/// How many lines of output a failure shows.
const SHOWN_LINES: usize = 200;

/// What is to become of a step whose commands have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All is as promised.
    Fits,
    /// Not yet.
    Wait,
    /// The commands from this one on only read: run them again.
    Again(usize),
    /// It will not be as promised any more.
    Failed(Failure),
}

/// A step and what was seen of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) lab: &'a Lab,
    pub(super) step: &'a Step,
    pub(super) active: &'a Active,
    pub(super) words: Words<'a>,
    pub(super) waits: &'a [Awaited],
    /// Its time is over.
    pub(super) over: bool,
}

impl Seen<'_> {
    /// Judges a step all of whose commands have ended.
    pub(super) fn judge(&self) -> Verdict {
        if let Some((index, failure)) = self.wrong_exit() {
            return self.unless_read_again(index, failure);
        }
        if let Some(awaited) = self.waits.iter().find(|awaited| !awaited.holds) {
            return match self.over {
                true => Verdict::Failed(self.not_seen(awaited)),
                false => Verdict::Wait,
            };
        }
        if let Some(failure) = self.wrong_output() {
            return self.unless_read_again(usize::MAX, failure);
        }
        if let Some(first) = self.readers().filter(|_| self.is_old()) {
            return Verdict::Again(first);
        }
        match self.not_like_yet() {
            // A sample that is not stated to count is waited for, and then told as drift.
            Some(failure) => match self.unless_read_again(usize::MAX, failure) {
                Verdict::Failed(_) => Verdict::Fits,
                other => other,
            },
            None => Verdict::Fits,
        }
    }

    /// What the samples show and may still come.
    pub(super) fn not_like_yet(&self) -> Option<Failure> {
        let compared = self.active.compared.values();
        let seen = compared.filter_map(Compared::not_yet).next()?;
        let last = self.active.done.len().saturating_sub(1);
        let expected = "output like the sample".to_owned();
        Some(self.failure_of(last, expected, seen.to_owned(), &self.active.output()))
    }

    /// What is wrong with what was printed so far, exit codes aside.
    pub(super) fn wrong_text(&self, output: &Output) -> Option<(String, String)> {
        text_fault(&self.step.expect, &self.words, output)
    }

    /// Commands that only read may be asked again, from `index` or earlier on.
    fn unless_read_again(&self, index: usize, failure: Failure) -> Verdict {
        let first = self.readers().filter(|first| index >= *first && !self.over);
        match (first, self.active.by) {
            (None, _) => Verdict::Failed(failure),
            (Some(first), Actor::Podlab) => Verdict::Again(first),
            // Nobody types for a person; they may do it again themselves.
            (Some(_), Actor::Person) => Verdict::Wait,
        }
    }

    /// The first of the commands at the end that only read, where they may be run again.
    fn readers(&self) -> Option<usize> {
        let commands = commands(self.lab, self.step);
        let readers = commands.iter().rev().take_while(|command| command.meaning.reads_only);
        let first = self.active.done.len() - readers.count().min(self.active.done.len());
        (self.step.retry && first < self.active.done.len()).then_some(first)
    }

    /// Whether what was read is from before the conditions held: it does not show yet what
    /// was waited for.
    fn is_old(&self) -> bool {
        self.active.waited && !self.over && self.active.by == Actor::Podlab
    }

    fn wrong_exit(&self) -> Option<(usize, Failure)> {
        let last = self.active.done.len().checked_sub(1)?;
        self.active.done.iter().enumerate().find_map(|(index, finished)| {
            let finished = finished.as_ref()?;
            if index == last && self.active.opened {
                return None;
            }
            let wanted = if index == last { self.step.expect.exit } else { ExpectExit::Success };
            let opens = index == last && self.step.opens.is_some();
            if wanted.fits(finished.exit) && !opens {
                return None;
            }
            let (expected, actual) = match opens {
                true => (
                    "an interactive shell".to_owned(),
                    format!("it ended with exit code {}", finished.exit),
                ),
                false => (wanted.to_string(), format!("exit code {}", finished.exit)),
            };
            Some((index, self.failure_of(index, expected, actual, &finished.output)))
        })
    }

    fn wrong_output(&self) -> Option<Failure> {
        let output = self.active.output();
        let last = self.active.done.len().saturating_sub(1);
        let (expected, actual) = self.wrong_text(&output).or_else(|| self.wrong_sample(&output))?;
        Some(self.failure_of(last, expected, actual, &output))
    }

    fn wrong_sample(&self, output: &Output) -> Option<(String, String)> {
        let sample = self.step.sample.as_deref()?;
        if self.step.expect.sample == SampleRule::Like {
            let difference =
                self.active.compared.values().filter_map(Compared::difference).next()?;
            return Some((format!("output like this:\n{sample}"), difference.to_owned()));
        }
        let trimmed = |text: &str| -> Vec<String> {
            text.trim().lines().map(|line| line.trim_end().to_owned()).collect()
        };
        let differs = trimmed(sample) != trimmed(&output.text);
        (self.step.expect.sample == SampleRule::Exact && differs)
            .then(|| (format!("exactly this output:\n{sample}"), "another output".to_owned()))
    }

    fn not_seen(&self, awaited: &Awaited) -> Failure {
        let output = self.active.output();
        let mut failure = self.failure_of(0, String::new(), String::new(), &output);
        failure.subject = awaited.condition.clone();
        failure.expected = awaited.condition.clone();
        failure.actual = format!("{} after {} s", awaited.seen, self.step.timeout.as_secs());
        failure
    }

    /// A failure of the command with this index.
    pub(super) fn failure_of(
        &self,
        index: usize,
        expected: String,
        actual: String,
        output: &Output,
    ) -> Failure {
        let commands = commands(self.lab, self.step);
        let command = commands.get(index).or(commands.last());
        Failure {
            subject: command.map_or_else(|| self.step.title.clone(), |one| one.text.clone()),
            expected,
            actual,
            line: line_of(self.lab, self.step, index),
            output: last_lines(&output.text),
        }
    }
}

/// The line of the lab on which a step's command stands, from 1.
pub(super) fn line_of(lab: &Lab, step: &Step, index: usize) -> usize {
    let commands = commands(lab, step);
    match commands.get(index).or(commands.last()) {
        Some(command) => Position::of(&lab.source.text, command.span.start).line,
        None => lab.blocks.get(step.block).map_or(1, |block| block.line),
    }
}

/// The end of an output, safe to print.
pub(super) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    safe_text(&lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n"))
}

/// Expected and actual, where a text is missing or the pattern does not match.
pub(super) fn text_fault(
    expect: &Expect,
    words: &Words<'_>,
    output: &Output,
) -> Option<(String, String)> {
    let missing = expect
        .contains
        .iter()
        .map(|text| words.text(text))
        .find(|text| !output.text.contains(text.as_str()));
    if let Some(text) = missing {
        return Some((format!("`{text}` in the output"), "it is not there".to_owned()));
    }
    let pattern = words.text(expect.matches.as_deref()?);
    let built = regex::RegexBuilder::new(&pattern).multi_line(true).build();
    match built {
        Ok(regex) if regex.is_match(&output.text) => None,
        Ok(_) => Some((format!("output that matches `{pattern}`"), "it does not".to_owned())),
        Err(error) => Some((format!("a pattern instead of `{pattern}`"), error.to_string())),
    }
}
