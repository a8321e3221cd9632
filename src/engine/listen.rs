//! What terminals and the relay tell.

use std::path::PathBuf;

use crate::engine::active::joined;
use crate::engine::marks::Layer;
use crate::engine::pane::{Attached, Role};
use crate::engine::relay::Notice;
use crate::engine::state::State;
use crate::engine::terminal::FromTerminal;
use crate::engine::tracker::{Finished, Happening};
use crate::engine::{Actor, Event, Level, Output, TerminalId};
use crate::kubectl::Attachment;

impl State {
    pub(super) fn terminal(&mut self, terminal: TerminalId, told: FromTerminal) {
        match told {
            FromTerminal::Bytes(bytes) => {
                let Some(pane) = self.panes.get_mut(&terminal) else { return };
                let happenings = pane.tracker.feed(&bytes);
                let directory = pane.tracker.directory().filter(|_| pane.role == Role::Host);
                if let Some(directory) = directory {
                    self.directory = Some(PathBuf::from(directory));
                }
                self.emit(Event::TerminalOutput { terminal, bytes });
                for happening in happenings {
                    self.happened(terminal, happening);
                }
                self.stream_printed(terminal);
            }
            FromTerminal::Closed(exit) => self.closed(terminal, exit),
        }
    }

    fn happened(&mut self, terminal: TerminalId, happening: Happening) {
        match happening {
            Happening::Ready(layer) => self.ready(terminal, layer),
            Happening::Continue(layer) => self.next_line(terminal, layer),
            Happening::Started(layer, text) => self.started(terminal, layer, text),
            Happening::Ended(layer, finished) => self.finished(terminal, layer, finished),
            Happening::Ran(layer, text, finished) => {
                // A shell that announces nothing is only known to have run something.
                let ours =
                    self.panes.get_mut(&terminal).is_some_and(|pane| pane.running(layer).is_some());
                if !ours {
                    self.started(terminal, layer, Some(text));
                }
                self.finished(terminal, layer, finished);
            }
            Happening::PodLeft => self.left_pod(terminal),
        }
    }

    fn ready(&mut self, terminal: TerminalId, layer: Layer) {
        let Some(pane) = self.panes.get_mut(&terminal) else { return };
        pane.ready = Some(layer);
        if pane.typing.is_some() {
            return self.next_line(terminal, layer);
        }
        self.shell_may_have_opened(terminal);
        if let Some(step) = self.panes.get(&terminal).and_then(|pane| pane.claimed) {
            self.proceed(step);
        }
    }

    /// The shell announces a command; if podlab has not typed it, a person has.
    fn started(&mut self, terminal: TerminalId, layer: Layer, text: Option<String>) {
        let Some(pane) = self.panes.get_mut(&terminal) else { return };
        pane.ready = None;
        pane.half_typed = false;
        if pane.running(layer).is_none() {
            let text = text.unwrap_or_default();
            let step = self.counts_for(terminal, layer, &text);
            self.start_command((terminal, layer), step, text, Actor::Person);
        }
    }

    fn finished(&mut self, terminal: TerminalId, layer: Layer, mut finished: Finished) {
        let Some(pane) = self.panes.get_mut(&terminal) else { return };
        let more = pane.typing.is_some();
        let Some(running) = pane.running(layer).take() else { return };
        finished.output = joined([&running.earlier, &finished.output].into_iter());
        if more {
            // One text of several commands: the last one's exit code counts.
            let earlier = finished.output;
            *pane.running(layer) = Some(crate::engine::pane::Running { earlier, ..running });
            return;
        }
        let step = running.step.map(|(step, _)| step);
        let (exit, output) = (finished.exit, finished.output.clone());
        self.emit(Event::CommandEnded { step, terminal, exit, output });
        self.stream_ended(terminal, layer);
        match running.step {
            Some((step, index)) => self.record(step, index, finished),
            None if running.by == Actor::Person => {
                self.something_else_was_done((terminal, layer), &running.text, finished);
            }
            None => {}
        }
    }

    fn left_pod(&mut self, terminal: TerminalId) {
        let Some(pane) = self.panes.get_mut(&terminal) else { return };
        pane.ready = None;
        pane.attached = None;
        if let Some(running) = pane.pod.clone() {
            let finished = Finished { exit: 0, output: running.earlier };
            self.finished(terminal, Layer::Pod, finished);
        }
        self.back_to_host(terminal);
    }

    pub(super) fn back_to_host(&mut self, terminal: TerminalId) {
        if self.panes.get(&terminal).is_some_and(|pane| !pane.title.starts_with("host")) {
            let title = self.host_title();
            self.title(terminal, title);
        }
    }

    pub(super) fn relay(&mut self, notice: Notice) {
        match notice {
            Notice::Attached { terminal: Some(terminal), attachment: Some(attachment) } => {
                self.attached(terminal, &attachment);
            }
            Notice::Attached { terminal: Some(terminal), attachment: None } => {
                if let Some(pane) = self.panes.get_mut(&terminal) {
                    pane.attached = None;
                    self.back_to_host(terminal);
                }
            }
            Notice::Unmarked { terminal: Some(terminal) } => {
                if let Some(attached) =
                    self.panes.get_mut(&terminal).and_then(|pane| pane.attached.as_mut())
                {
                    attached.unmarked = true;
                    let text = format!(
                        "podlab cannot read the prompt of `{}`: its commands are yours to type",
                        attached.name
                    );
                    self.notice(Level::Info, text);
                    self.shell_may_have_opened(terminal);
                }
            }
            _ => {}
        }
    }

    fn attached(&mut self, terminal: TerminalId, attachment: &Attachment) {
        let step = self.panes.get(&terminal).and_then(|pane| pane.host.as_ref()?.step);
        let opens = step.and_then(|(step, _)| self.step(step)?.opens.clone());
        let name = opens.unwrap_or_else(|| attachment.pod.clone());
        if let Some(pane) = self.panes.get_mut(&terminal) {
            pane.attached = Some(Attached { name: name.clone(), unmarked: false });
            self.title(terminal, name);
            self.shell_may_have_opened(terminal);
        }
    }

    /// Both must have been seen, in any order: the session, and its prompt.
    fn shell_may_have_opened(&mut self, terminal: TerminalId) {
        let Some(pane) = self.panes.get(&terminal) else { return };
        let Some(attached) = &pane.attached else { return };
        if !attached.unmarked && pane.ready != Some(Layer::Pod) {
            return;
        }
        let Some((step, index)) = pane.host.as_ref().and_then(|running| running.step) else {
            return;
        };
        let output = pane.tracker.output_so_far(Layer::Host);
        if let Some(active) = self.active.get_mut(&step)
            && !active.opened
            && index + 1 == active.done.len()
        {
            active.opened = true;
            self.record(step, index, Finished { exit: 0, output });
        }
    }

    fn closed(&mut self, terminal: TerminalId, exit: Option<i32>) {
        for layer in [Layer::Pod, Layer::Host] {
            let Some(pane) = self.panes.get_mut(&terminal) else { return };
            pane.typing = None;
            if pane.running(layer).is_some() {
                let output = pane.tracker.output_so_far(layer);
                let finished = Finished { exit: exit.unwrap_or(129), output };
                self.finished(terminal, layer, finished);
            }
        }
        let Some(pane) = self.panes.remove(&terminal) else { return };
        self.emit(Event::TerminalClosed { terminal });
        let last_host =
            pane.role == Role::Host && !self.panes.values().any(|pane| pane.role == Role::Host);
        if last_host && !self.finishing && exit.is_some() {
            let directory = self.directory.clone();
            self.open(Role::Host, directory);
        }
        if let Some(step) = pane.claimed {
            match exit {
                Some(_) => self.proceed(step),
                None => self.no_shell(step),
            }
        }
    }

    /// What the command of a terminal has printed so far.
    pub(super) fn so_far(&self, terminal: TerminalId, layer: Layer) -> Output {
        self.panes.get(&terminal).map(|pane| pane.tracker.output_so_far(layer)).unwrap_or_default()
    }
}
