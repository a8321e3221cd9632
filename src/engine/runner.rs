//! Drives a run step by step, as `podlab test` does. Pure: events in, requests out.

use crate::engine::{Ending, Event, Outcome, Request, StepIndex};

/// What to do after a step that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterFailure {
    /// The steps after it are not run.
    #[default]
    Stop,
    /// They are run all the same.
    GoOn,
}

/// Asks for one step after the other, and then for the end.
#[derive(Debug)]
pub struct Runner {
    steps: usize,
    next: usize,
    after_failure: AfterFailure,
    over: bool,
}

impl Runner {
    /// A driver for a lab of so many steps.
    pub fn new(steps: usize, after_failure: AfterFailure) -> Self {
        Self { steps, next: 0, after_failure, over: false }
    }

    /// What to ask for now that this has happened.
    pub fn on(&mut self, event: &Event) -> Option<Request> {
        match event {
            Event::RunStarted(_) => self.go_on(),
            Event::StepEnded { step, outcome, .. } if step.0 + 1 == self.next => {
                let stop = matches!(outcome, Outcome::Failed(_) | Outcome::Interrupted)
                    && self.after_failure == AfterFailure::Stop;
                if stop { self.end() } else { self.go_on() }
            }
            _ => None,
        }
    }

    fn go_on(&mut self) -> Option<Request> {
        if self.next == self.steps {
            return self.end();
        }
        self.next += 1;
        Some(Request::Run(StepIndex(self.next - 1)))
    }

    fn end(&mut self) -> Option<Request> {
        let already = std::mem::replace(&mut self.over, true);
        (!already).then_some(Request::Quit(Ending::CleanUp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Failure, RunStarted};
    use std::time::Duration;

    fn started() -> Event {
        Event::RunStarted(RunStarted {
            run: String::new(),
            cluster: String::new(),
            namespace: String::new(),
            owned: true,
            directory: std::path::PathBuf::new(),
            replaced_images: std::collections::BTreeMap::new(),
        })
    }

    fn ended(step: usize, outcome: Outcome) -> Event {
        Event::StepEnded { step: StepIndex(step), outcome, elapsed: Duration::ZERO }
    }

    fn failed() -> Outcome {
        Outcome::Failed(Failure {
            subject: String::new(),
            expected: String::new(),
            actual: String::new(),
            line: 1,
            output: String::new(),
        })
    }

    #[test]
    fn steps_run_in_order_until_one_fails() {
        let run = |step| Some(Request::Run(StepIndex(step)));
        let quit = Some(Request::Quit(Ending::CleanUp));
        let mut runner = Runner::new(3, AfterFailure::Stop);
        assert_eq!(runner.on(&started()), run(0));
        assert_eq!(runner.on(&ended(0, Outcome::Passed)), run(1));
        assert_eq!(runner.on(&ended(0, Outcome::Passed)), None, "told twice");
        assert_eq!(runner.on(&ended(1, Outcome::Skipped(String::new()))), run(2));
        assert_eq!(runner.on(&ended(2, failed())), quit);
        let mut runner = Runner::new(2, AfterFailure::Stop);
        runner.on(&started());
        assert_eq!(runner.on(&ended(0, failed())), quit);
        let mut runner = Runner::new(2, AfterFailure::GoOn);
        runner.on(&started());
        assert_eq!(runner.on(&ended(0, failed())), run(1));
        assert_eq!(runner.on(&ended(1, Outcome::Passed)), quit);
        assert_eq!(Runner::new(0, AfterFailure::Stop).on(&started()), quit);
    }
}
