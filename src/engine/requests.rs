//! What a person or a runner asks of a run.

use std::time::Duration;

use crate::engine::active::Active;
use crate::engine::input::Effect;
use crate::engine::pane::Role;
use crate::engine::state::State;
use crate::engine::{Actor, Level, Outcome, Request, StepIndex, TerminalId, Undo};

/// A second request to stop within this time kills.
const IMPATIENCE: Duration = Duration::from_secs(2);
const INTERRUPT: &[u8] = b"\x03";

impl State {
    pub(super) fn request(&mut self, request: Request) {
        match request {
            Request::Select(step) => self.select(step),
            Request::Run(step) => self.run(step),
            Request::RunAgain { step, undo: Undo::No } => {
                self.abandon(step);
                self.run(step);
            }
            Request::RunAgain { step, undo: Undo::First } => self.undo(step, true),
            Request::Undo(step) => self.undo(step, false),
            Request::Skip(step) => {
                self.abandon(step);
                self.end(step, Outcome::Skipped("left out on request".to_owned()));
            }
            Request::Fill { gap, value } => self.filled_by_person(&gap, &value),
            Request::Unbind { literal } => self.unbind(&literal),
            Request::Input { terminal, bytes } => self.keys(terminal, bytes),
            Request::Resize(size) => self.resize(size),
            Request::OpenTerminal => {
                let directory = self.directory.clone();
                self.open(Role::Host, directory);
            }
            Request::Stop { terminal } => self.stop(terminal),
            Request::Reload(reload) => self.reload(&reload),
            Request::Quit(ending) => {
                self.finishing = true;
                let steps: Vec<StepIndex> = self.active.keys().copied().collect();
                for step in steps {
                    self.end(step, Outcome::Interrupted);
                }
                self.effects.push(Effect::Finish(ending));
            }
        }
    }

    fn keys(&mut self, terminal: TerminalId, bytes: Vec<u8>) {
        if let Some(pane) = self.panes.get_mut(&terminal) {
            let last_enter = bytes.iter().rposition(|byte| matches!(byte, b'\r' | b'\n' | 3));
            let rest = last_enter.map_or(bytes.len(), |at| bytes.len() - at - 1);
            pane.half_typed = (pane.half_typed && last_enter.is_none()) || rest > 0;
            let unmarked = pane.attached.as_ref().is_some_and(|attached| attached.unmarked);
            self.write(terminal, bytes);
            if unmarked && last_enter.is_some() {
                // A program whose prompts cannot be read: any line may be the doing.
                self.something_was_done();
            }
        }
    }

    fn stop(&mut self, terminal: TerminalId) {
        let Some(pane) = self.panes.get_mut(&terminal) else { return };
        let again = pane.interrupted.is_some_and(|at| self.now < at + IMPATIENCE);
        pane.interrupted = (!again).then_some(self.now);
        match again {
            true => self.effects.push(Effect::Kill(terminal)),
            false => self.write(terminal, INTERRUPT),
        }
        // Or what was stopped would be run again.
        let here = |active: &Active| active.pane.is_some_and(|(at, _)| at == terminal);
        let steps: Vec<StepIndex> =
            self.active.iter().filter(|(_, active)| here(active)).map(|(step, _)| *step).collect();
        for step in steps {
            self.end(step, Outcome::Interrupted);
        }
    }

    /// Interrupts what a step runs.
    pub(super) fn interrupt(&mut self, step: StepIndex) {
        let terminals: Vec<TerminalId> =
            self.panes.iter().filter(|(_, pane)| pane.runs(step)).map(|(id, _)| *id).collect();
        for terminal in terminals {
            self.write(terminal, INTERRUPT);
        }
    }

    /// Stops a step without an outcome of its own.
    pub(super) fn abandon(&mut self, step: StepIndex) {
        if self.active.contains_key(&step) {
            self.interrupt(step);
            self.end(step, Outcome::Interrupted);
        }
        self.stop_streams(|stream| stream.step == step);
    }

    fn undo(&mut self, step: StepIndex, again: bool) {
        self.abandon(step);
        let of_step = self.made.iter().filter(|(_, made_by)| *made_by == Some(step));
        let objects = of_step.map(|(object, _)| object.clone()).collect();
        self.effects.push(Effect::Undo { step, objects, again });
    }

    pub(super) fn undone(&mut self, step: StepIndex, left: Vec<String>, again: bool) {
        for what in left {
            self.notice(Level::Warning, format!("{what} is still there"));
        }
        self.ended.remove(&step);
        self.emit(crate::engine::Event::StepReset { step });
        if again {
            self.begin(step, Actor::Podlab);
        }
    }
}
