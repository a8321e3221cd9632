//! The last phases of a step: its hidden check, and the values that are taken.

use crate::engine::active::{Active, Phase};
use crate::engine::capture;
use crate::engine::expect::{last_lines, line_of, text_fault};
use crate::engine::input::{Answer, Effect};
use crate::engine::settle::AGAIN;
use crate::engine::state::State;
use crate::engine::words::Meant;
use crate::engine::{Event, Failure, Outcome, Output, StepIndex};
use crate::lab::CaptureSource;

impl State {
    pub(super) fn last_phase_failure(&self, index: StepIndex, actual: String) -> Failure {
        let step = &self.lab.steps[index.0];
        let phase = self.active.get(&index).map(|active| active.phase);
        let (subject, expected) = match (phase, &step.check) {
            (Some(Phase::Checking), Some(check)) => {
                (check.command.clone(), check.expect.exit.to_string())
            }
            _ => {
                let sources = step
                    .capture
                    .iter()
                    .map(|one| format!("<{}> from {}", one.name, capture::words(&one.source)));
                (step.title.clone(), sources.collect::<Vec<_>>().join(", "))
            }
        };
        let line = line_of(&self.lab, step, 0);
        Failure { subject, expected, actual, line, output: String::new() }
    }

    /// What the step promises was seen without its commands.
    pub(super) fn promised(&mut self, index: StepIndex) {
        self.check(index);
    }

    /// Runs the hidden check, if there is one.
    pub(super) fn check(&mut self, index: StepIndex) {
        let check = self.step(index).and_then(|step| step.check.clone());
        let Some(active) = self.active.get_mut(&index) else { return };
        let Some(check) = check else { return self.capture(index) };
        active.phase = Phase::Checking;
        let values = self.values_for(index);
        let Meant { text, gap, .. } = self.words(&values).command(&check.command);
        match gap {
            None => self.effects.push(Effect::Check(index, text)),
            Some(name) => {
                let failure = self.last_phase_failure(index, format!("nothing answers <{name}>"));
                self.end(index, Outcome::Failed(failure));
            }
        }
    }

    pub(super) fn capture(&mut self, index: StepIndex) {
        let fields: Vec<[String; 3]> = self
            .step(index)
            .map(|step| step.capture.iter().filter_map(|one| field(&one.source)).collect())
            .unwrap_or_default();
        let Some(active) = self.active.get_mut(&index) else { return };
        active.phase = Phase::Capturing;
        match fields.is_empty() {
            true => self.captured(index, Vec::new()),
            false => self.effects.push(Effect::Fields(index, fields)),
        }
    }

    pub(super) fn answer(&mut self, index: StepIndex, answer: Answer) {
        let phase = self.active.get(&index).map(|active| active.phase);
        match (answer, phase) {
            (Answer::Undone { left, again }, _) => self.undone(index, left, again),
            (Answer::Checked(exit, output), Some(Phase::Checking)) => {
                self.checked(index, exit, &output);
            }
            (Answer::Fields(answer), Some(Phase::Commands)) => self.field_for_gap(index, answer),
            (Answer::Fields(Ok(values)), Some(Phase::Capturing)) => self.captured(index, values),
            (Answer::Fields(Err(reason)), Some(Phase::Capturing)) => {
                self.later(index);
                if let Some(active) = self.active.get_mut(&index) {
                    active.trouble = Some(reason);
                }
            }
            _ => {}
        }
    }

    fn checked(&mut self, index: StepIndex, exit: i32, output: &Output) {
        let Some(check) = self.step(index).and_then(|step| step.check.clone()) else { return };
        let fault = match check.expect.exit.fits(exit) {
            false => Some((check.expect.exit.to_string(), format!("exit code {exit}"))),
            true => {
                let values = self.values_for(index);
                text_fault(&check.expect, &self.words(&values), output)
            }
        };
        let over = self.active.get(&index).is_none_or(|active| self.now >= active.deadline);
        match fault {
            None => self.capture(index),
            Some(_) if !over => self.later(index),
            Some((expected, actual)) => {
                let mut failure = self.last_phase_failure(index, actual);
                failure.expected = expected;
                failure.output = last_lines(&output.text);
                self.end(index, Outcome::Failed(failure));
            }
        }
    }

    fn later(&mut self, index: StepIndex) {
        if let Some(active) = self.active.get_mut(&index) {
            active.last_end = self.now;
            active.again_at = Some(self.now + AGAIN);
        }
    }

    fn captured(&mut self, index: StepIndex, fields: Vec<String>) {
        let lab = self.lab.clone();
        let output = self.active.get(&index).map(Active::output).unwrap_or_default();
        let mut fields = fields.into_iter();
        let mut found = Vec::new();
        for one in &lab.steps[index.0].capture {
            let value = match field(&one.source) {
                Some(_) => fields.next().filter(|value| !value.is_empty()),
                None => capture::from_output(&one.source, &output.text),
            };
            match value {
                Some(value) => found.push((one, value)),
                // What was printed does not change; what the cluster says may.
                None if field(&one.source).is_some() => return self.later(index),
                None => {
                    let actual = format!("nothing was found for <{}>", one.name);
                    let failure = self.last_phase_failure(index, actual);
                    return self.end(index, Outcome::Failed(failure));
                }
            }
        }
        for (one, value) in found {
            self.values.insert(one.name.clone(), value.clone());
            let (name, source) = (one.name.clone(), capture::words(&one.source));
            self.emit(Event::Captured { step: index, name, value, source });
        }
        self.end(index, Outcome::Passed);
    }
}

fn field(source: &CaptureSource) -> Option<[String; 3]> {
    match source {
        CaptureSource::Field { kind, name, path } => {
            Some([kind.clone(), name.clone(), path.clone()])
        }
        _ => None,
    }
}
