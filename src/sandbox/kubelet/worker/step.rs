use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;

use crate::sandbox::images::Image;
use crate::sandbox::kubelet::attempt::Attempt;
use crate::sandbox::kubelet::pull::Pull;
use crate::sandbox::kubelet::spec::{ProbeKind, Slot};

/// What a worker is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Having the pod run.
    #[default]
    Syncing,
    /// Ending its containers.
    Terminating,
    /// Letting go of it.
    Terminated,
    /// Nothing any more.
    Finished,
}

/// What a worker waits for.
#[derive(Debug, Default)]
pub(crate) enum Step {
    /// Something to do.
    #[default]
    Idle,
    /// The volumes.
    Mount(Timestamp),
    /// The sandbox.
    Sandbox(Timestamp),
    /// Containers that end, and what comes then.
    Stop(Vec<Stop>, AfterStop),
    /// The end of the sandbox, and whether the whole pod ends with it.
    StopSandbox(Timestamp, AfterStop),
    /// Containers that start.
    Start(Starting),
}

/// What comes after containers have ended.
#[derive(Debug, Clone)]
pub(crate) enum AfterStop {
    /// These are started.
    Start(VecDeque<Slot>),
    /// The sandbox ends too; the pod may go on later.
    EndSync,
    /// The sandbox ends too, and the pod with it.
    EndPod,
}

/// A container that is being ended.
#[derive(Debug)]
pub(crate) struct Stop {
    /// Its id, 64 digits.
    pub(crate) id: String,
    pub(crate) slot: Slot,
    /// Seconds that it has left.
    pub(crate) grace: i64,
    pub(crate) state: Stopping,
}

/// How far a container's end is.
#[derive(Debug)]
pub(crate) enum Stopping {
    /// Its hook has not been looked at.
    New,
    /// Its hook runs since.
    Hook(Attempt, Timestamp),
    /// Others have to end first; it waits since.
    Turn(Timestamp),
    /// It was asked to end, and will be made to.
    Asked(Timestamp),
    /// It was made to end.
    Forced,
    /// It has ended.
    Gone,
}

/// Containers to start, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Starting {
    pub(crate) waiting: VecDeque<Slot>,
    pub(crate) current: Option<(Slot, Start)>,
}

/// How far a container's start is.
#[derive(Debug)]
pub(crate) enum Start {
    /// Its image comes.
    Pull(Pull),
    /// It is made.
    Create(Timestamp, Arc<Image>),
    /// Its programs are started.
    Run(Timestamp, Arc<Image>),
    /// Its hook runs.
    Hook(Attempt),
    /// Its hook failed, and it is ended.
    Stop(Stop),
}

/// Why containers are ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending<'a> {
    /// What the event says; empty for the usual.
    pub(crate) message: &'a str,
    pub(crate) because: Option<ProbeKind>,
}

impl Step {
    /// When it goes on by the time alone.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        match self {
            Self::Idle => None,
            Self::Mount(at) | Self::Sandbox(at) | Self::StopSandbox(at, _) => Some(*at),
            Self::Stop(stops, _) => stops.iter().filter_map(Stop::next_due).min(),
            Self::Start(starting) => match &starting.current {
                Some((_, start)) => start.next_due(),
                None => Some(Timestamp::MIN),
            },
        }
    }
}

impl Start {
    fn next_due(&self) -> Option<Timestamp> {
        match self {
            Self::Pull(pull) => Some(pull.until),
            Self::Create(at, _) | Self::Run(at, _) => Some(*at),
            Self::Hook(attempt) => Some(attempt.deadline()),
            Self::Stop(stop) => stop.next_due(),
        }
    }
}

impl Stop {
    /// When it goes on by the time alone.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let end_of_grace = |since| crate::sandbox::kubelet::clock::after_seconds(since, self.grace);
        match &self.state {
            Stopping::New => Some(Timestamp::MIN),
            Stopping::Hook(attempt, since) => Some(attempt.deadline().min(end_of_grace(*since))),
            Stopping::Turn(since) => Some(end_of_grace(*since)),
            Stopping::Asked(kill) => Some(*kill),
            Stopping::Forced | Stopping::Gone => None,
        }
    }

    /// Whether it is over.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.state, Stopping::Gone)
    }
}
