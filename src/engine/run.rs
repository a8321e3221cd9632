//! Running a step: where it types, what, and when.

use crate::engine::active::{Active, commands};
use crate::engine::expect::line_of;
use crate::engine::gaps::Typed;
use crate::engine::input::Effect;
use crate::engine::marks::Layer;
use crate::engine::pane::{Role, Running};
use crate::engine::state::State;
use crate::engine::typing::Typing;
use crate::engine::words::Meant;
use crate::engine::{Actor, Event, Failure, Level, Outcome, Output, StepIndex, TerminalId};
use crate::lab::ShellName;

impl State {
    /// A key or a runner asks for the step.
    pub(super) fn run(&mut self, step: StepIndex) {
        let timeout = self.step(step).map(|step| step.timeout).unwrap_or_default();
        match self.active.get_mut(&step) {
            // What a person has begun is gone on with.
            Some(active) if active.by == Actor::Person => {
                active.by = Actor::Podlab;
                active.deadline = self.now + timeout;
                self.proceed(step);
            }
            Some(_) => self.notice(Level::Info, "this step is still running".to_owned()),
            None => self.begin(step, Actor::Podlab),
        }
    }

    /// Begins a step, unless something speaks against it.
    pub(super) fn begin(&mut self, index: StepIndex, by: Actor) {
        let lab = self.lab.clone();
        let Some(step) = lab.steps.get(index.0) else { return };
        let shell = self.open_pod_shell(&step.shell);
        self.stop_streams(|stream| {
            stream.section != step.section
                || stream.step == index
                || shell.is_some_and(|terminal| stream.holds(terminal, Layer::Pod))
        });
        self.forget_commands_of(index);
        self.emit(Event::StepStarted { step: index, by });
        let count = commands(&lab, step).len();
        self.active.insert(index, Active::new(step, count, by, self.now));
        if let Some(outcome) = self.objection(index, by) {
            return self.end(index, outcome);
        }
        if by == Actor::Podlab {
            self.proceed(index);
        }
    }

    /// What an earlier attempt still runs (a shell that is open) is no part of this one.
    fn forget_commands_of(&mut self, index: StepIndex) {
        for pane in self.panes.values_mut() {
            for running in [&mut pane.host, &mut pane.pod].into_iter().flatten() {
                running.step = running.step.filter(|(step, _)| *step != index);
            }
        }
    }

    /// Why a step does not run.
    fn objection(&self, index: StepIndex, by: Actor) -> Option<Outcome> {
        let step = self.step(index)?;
        if !step.broken.is_empty() {
            let actual = step.broken.join("; ");
            return Some(self.cannot_run(index, "a step without errors", actual));
        }
        if by == Actor::Person {
            return None;
        }
        if let Some(reason) = &step.skip {
            return Some(Outcome::Skipped(reason.clone()));
        }
        if step.manual {
            return Some(Outcome::Skipped("to be typed by hand".to_owned()));
        }
        step.needs.iter().find_map(|need| self.facts.lacks(need)).map(Outcome::Skipped)
    }

    fn cannot_run(&self, index: StepIndex, expected: &str, actual: String) -> Outcome {
        let step = &self.lab.steps[index.0];
        Outcome::Failed(Failure {
            subject: step.title.clone(),
            expected: expected.to_owned(),
            actual,
            line: line_of(&self.lab, step, 0),
            output: String::new(),
        })
    }

    /// Types the next command of a step where its shell is ready, else judges it.
    pub(super) fn proceed(&mut self, index: StepIndex) {
        let Some(active) = self.active.get(&index) else { return };
        if active.again_at.is_some()
            || active.asking.is_some()
            || active.filling.is_some()
            || active.by == Actor::Person
            || self.panes.values().any(|pane| pane.runs(index))
        {
            return;
        }
        let Some(next) = active.outstanding() else { return self.judge(index) };
        let place = match active.pane.filter(|(id, _)| self.panes.contains_key(id)) {
            Some(place) => Ok(place),
            None => self.place(index),
        };
        match place {
            Err(actual) => {
                let outcome = self.cannot_run(index, "a shell to run this in", actual);
                self.end(index, outcome);
            }
            Ok((terminal, layer)) => {
                if let Some(active) = self.active.get_mut(&index) {
                    active.pane = Some((terminal, layer));
                }
                let ready = self.panes.get_mut(&terminal).is_some_and(|pane| {
                    pane.claimed = Some(index);
                    pane.ready == Some(layer) && pane.typing.is_none()
                });
                if ready {
                    self.type_command(index, next, terminal, layer);
                }
            }
        }
    }

    /// The terminal for a step; a new one where none is free.
    fn place(&mut self, index: StepIndex) -> Result<(TerminalId, Layer), String> {
        let lab = self.lab.clone();
        let step = &lab.steps[index.0];
        if let ShellName::Pod(name) = &step.shell {
            return self.pod_shell(index, name);
        }
        let streams = commands(&lab, step).iter().any(|command| command.meaning.streams);
        let role = if streams || step.opens.is_some() { Role::Beside } else { Role::Host };
        let free = self.panes.iter().find(|(_, pane)| pane.role == role && pane.is_free());
        let terminal = match free.map(|(terminal, _)| *terminal) {
            Some(terminal) => terminal,
            None => {
                let directory = self.directory.clone();
                self.open(role, directory)
            }
        };
        Ok((terminal, Layer::Host))
    }

    /// The terminal that has this shell of a pod.
    fn open_pod_shell(&self, shell: &ShellName) -> Option<TerminalId> {
        let ShellName::Pod(name) = shell else { return None };
        let mut panes = self.panes.iter();
        let found =
            panes.find(|(_, pane)| pane.attached.as_ref().is_some_and(|shell| shell.name == *name));
        found.map(|(terminal, _)| *terminal)
    }

    fn pod_shell(&mut self, index: StepIndex, name: &str) -> Result<(TerminalId, Layer), String> {
        let found = self.open_pod_shell(&ShellName::Pod(name.to_owned()));
        match found.and_then(|terminal| Some((terminal, self.panes.get(&terminal)?))) {
            Some((_, pane)) if pane.attached.as_ref().is_some_and(|one| one.unmarked) => {
                Err(format!("podlab cannot read the prompt of `{name}`: type this by hand"))
            }
            Some((terminal, _)) => Ok((terminal, Layer::Pod)),
            None => {
                let mut steps = self.lab.steps.iter().enumerate().take(index.0);
                let opener = steps.rfind(|(_, step)| step.opens.as_deref() == Some(name));
                let remedy = opener.map_or_else(
                    || "no step before this one opens it".to_owned(),
                    |(at, step)| format!("run step {} (`{}`) first", at + 1, step.id),
                );
                Err(format!("shell `{name}` is not open: {remedy}"))
            }
        }
    }

    fn type_command(&mut self, index: StepIndex, next: usize, terminal: TerminalId, layer: Layer) {
        let lab = self.lab.clone();
        let step = &lab.steps[index.0];
        let command = commands(&lab, step)[next];
        let Meant { text, acted, .. } = match self.typed_here(index, &command.text) {
            Typed::Ready(meant) => meant,
            Typed::Later => return,
            Typed::Never(outcome) => return self.end(index, outcome),
        };
        if !acted.is_empty() {
            self.emit(Event::Acted { step: index, bindings: acted });
        }
        if command.meaning.streams {
            self.emit(Event::Streaming { step: index, terminal });
            self.title(terminal, stream_title(&text));
        } else if let Some(name) = &step.opens {
            self.title(terminal, name.clone());
        }
        let step = Some((index, next));
        self.start_command((terminal, layer), step, text.clone(), Actor::Podlab);
        self.begin_typing(terminal, &text);
        self.next_line(terminal, layer);
    }

    fn begin_typing(&mut self, terminal: TerminalId, text: &str) {
        let Some(pane) = self.panes.get_mut(&terminal) else { return };
        let paste = pane.tracker.takes_paste();
        pane.typing = Some(if paste { Typing::pasted(text) } else { Typing::by_line(text) });
        if std::mem::take(&mut pane.half_typed) {
            // What a person had begun to type must not become part of it.
            let clear: &[u8] = if paste { b"\x05\x15" } else { b"\x15" };
            self.write(terminal, clear);
        }
    }

    /// Sends the next line of what is being typed.
    pub(super) fn next_line(&mut self, terminal: TerminalId, layer: Layer) {
        let Some(pane) = self.panes.get_mut(&terminal) else { return };
        let Some(typing) = &mut pane.typing else { return };
        pane.ready = None;
        let Some((line, keys)) = typing.next() else { return };
        if typing.is_done() {
            pane.typing = None;
        }
        pane.tracker.typing(layer, &line);
        self.effects.push(Effect::Write(terminal, keys));
    }

    pub(super) fn start_command(
        &mut self,
        (terminal, layer): (TerminalId, Layer),
        step: Option<(StepIndex, usize)>,
        text: String,
        by: Actor,
    ) {
        let since = self.now;
        if let Some(pane) = self.panes.get_mut(&terminal) {
            let earlier = Output::default();
            *pane.running(layer) = Some(Running { step, text: text.clone(), by, since, earlier });
        }
        let step = step.map(|(step, _)| step);
        self.emit(Event::CommandStarted { step, terminal, text, by });
    }
}

/// `watch`, `logs`, `port-forward`, or the program's name.
fn stream_title(text: &str) -> String {
    let mut words = text.split_whitespace();
    let program = words.next().unwrap_or_default();
    match (program, words.next()) {
        ("kubectl", Some("get")) => "watch".to_owned(),
        ("kubectl", Some(verb)) if !verb.starts_with('-') => verb.to_owned(),
        _ => program.to_owned(),
    }
}
