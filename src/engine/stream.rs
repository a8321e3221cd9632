//! Commands that do not return: they go on beside the next steps.

use std::time::Duration;

use crate::engine::active::commands;
use crate::engine::expect::Seen;
use crate::engine::input::Effect;
use crate::engine::marks::Layer;
use crate::engine::state::State;
use crate::engine::{Outcome, StepIndex, TerminalId};
use crate::lab::Until;

/// A stream that prints nothing is taken as running after so long.
const SILENT: Duration = Duration::from_secs(2);
/// How long an interrupt may take before the process group is killed.
const GRACE: Duration = Duration::from_secs(2);
/// How often a stream in a pod is interrupted again: nothing else reaches it, and a
/// kill would meet the shell around it.
const INTERRUPTS: u32 = 5;

/// A stream whose step has passed.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) step: StepIndex,
    pub(super) terminal: TerminalId,
    layer: Layer,
    pub(super) section: Option<usize>,
    until: Option<Until>,
    since: Duration,
    /// When it was interrupted; none while it is meant to go on.
    stopping: Option<Duration>,
    /// How often more was done about it.
    pressed: u32,
}

impl Stream {
    /// When something is due.
    pub(super) fn next_wake(&self) -> Option<Duration> {
        match (&self.until, self.stopping) {
            (_, Some(_)) => self.presses_at(),
            (Some(Until::Elapsed(time)), None) => Some(self.since + *time),
            _ => None,
        }
    }

    /// When more is done about a stream that does not end.
    fn presses_at(&self) -> Option<Duration> {
        let most = match self.layer {
            Layer::Host => 1,
            Layer::Pod => INTERRUPTS,
        };
        let stopping = self.stopping.filter(|_| self.pressed < most)?;
        Some(stopping + GRACE * (self.pressed + 1))
    }

    /// Whether it keeps the shell that this layer of the terminal is.
    pub(super) fn holds(&self, terminal: TerminalId, layer: Layer) -> bool {
        (self.terminal, self.layer) == (terminal, layer)
    }
}

impl State {
    /// When the silence of a stream will be answer enough.
    pub(super) fn stream_passes(&self) -> Option<Duration> {
        let running = self.running_streams();
        running.iter().map(|(_, _, since)| *since + SILENT).filter(|at| *at > self.now).min()
    }

    /// The streams of steps that have not passed yet.
    fn running_streams(&self) -> Vec<(StepIndex, TerminalId, Duration)> {
        let mut found = Vec::new();
        for (terminal, pane) in &self.panes {
            for running in [&pane.host, &pane.pod].into_iter().flatten() {
                let Some((index, at)) = running.step else { continue };
                let streams = self.active.contains_key(&index)
                    && self.step(index).is_some_and(|step| {
                        commands(&self.lab, step)
                            .get(at)
                            .is_some_and(|command| command.meaning.streams)
                    });
                if streams {
                    found.push((index, *terminal, running.since));
                }
            }
        }
        found
    }

    /// A terminal printed something: the stream in it may have kept its promise.
    pub(super) fn stream_printed(&mut self, terminal: TerminalId) {
        for (step, of, since) in self.running_streams() {
            if of == terminal {
                self.judge_stream(step, terminal, since);
            }
        }
    }

    pub(super) fn streams_may_be_done(&mut self) {
        for (step, terminal, since) in self.running_streams() {
            self.judge_stream(step, terminal, since);
        }
        let done: Vec<TerminalId> = self
            .streams
            .iter()
            .filter(|stream| match &stream.until {
                Some(Until::Condition(condition)) => self.watched.awaited(condition).holds,
                _ => false,
            })
            .map(|stream| stream.terminal)
            .collect();
        self.stop_streams(|stream| done.contains(&stream.terminal));
    }

    fn judge_stream(&mut self, index: StepIndex, terminal: TerminalId, since: Duration) {
        let lab = self.lab.clone();
        let (Some(active), Some(step)) = (self.active.get(&index), lab.steps.get(index.0)) else {
            return;
        };
        let layer = active.pane.map_or(Layer::Host, |(_, layer)| layer);
        let output = self.so_far(terminal, layer);
        let heard = !output.text.trim().is_empty() || self.now >= since + SILENT;
        let waits = self.waits(&step.wait);
        let values = self.values_for(index);
        let words = self.words(&values);
        let seen = Seen { lab: &lab, step, active, words, waits: &waits, over: false };
        if heard && waits.iter().all(|one| one.holds) && seen.wrong_text(&output).is_none() {
            let (until, section) = (step.until.clone(), step.section);
            let since = self.now;
            self.streams.push(Stream {
                step: index,
                terminal,
                layer,
                section,
                until,
                since,
                stopping: None,
                pressed: 0,
            });
            self.learn_from_stream(index, &output);
            self.end(index, Outcome::Passed);
            self.streams_may_be_done();
        }
    }

    /// Interrupts the streams that are meant.
    pub(super) fn stop_streams(&mut self, meant: impl Fn(&Stream) -> bool) {
        let mut stopped = Vec::new();
        for stream in &mut self.streams {
            if stream.stopping.is_none() && meant(stream) {
                stream.stopping = Some(self.now);
                stopped.push(stream.terminal);
            }
        }
        for terminal in stopped {
            self.write(terminal, b"\x03");
        }
    }

    pub(super) fn streams_due(&mut self) {
        for (step, terminal, since) in self.running_streams() {
            if self.now >= since + SILENT {
                self.judge_stream(step, terminal, since);
            }
        }
        let now = self.now;
        self.stop_streams(|stream| {
            matches!(stream.until, Some(Until::Elapsed(time)) if now >= stream.since + time)
        });
        for stream in &mut self.streams {
            if stream.presses_at().is_some_and(|at| now >= at) {
                stream.pressed += 1;
                self.effects.push(match stream.layer {
                    Layer::Host => Effect::Kill(stream.terminal),
                    Layer::Pod => Effect::Write(stream.terminal, b"\x03".to_vec()),
                });
            }
        }
    }

    /// What ran in this shell of the terminal has ended; with the host's command ends
    /// what it had opened.
    pub(super) fn stream_ended(&mut self, terminal: TerminalId, layer: Layer) {
        let before = self.streams.len();
        self.streams.retain(|stream| {
            stream.terminal != terminal || (layer == Layer::Pod && stream.layer == Layer::Host)
        });
        if self.streams.len() == before {
            return;
        }
        let shell = self.panes.get(&terminal).and_then(|pane| pane.attached.as_ref());
        match shell.map(|attached| attached.name.clone()) {
            Some(name) if layer == Layer::Pod => self.title(terminal, name),
            _ => self.back_to_host(terminal),
        }
    }
}
