//! A container's life as marks on a line of time.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::probe_report::ProbeSpec;
use crate::kinds::Probe;

/// How many marks a container keeps.
const MARKS: usize = 128;

/// Something on a container's line of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// When, by the cluster's clock.
    pub at: Timestamp,
    /// What.
    pub what: MarkKind,
}

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MarkKind {
    /// A probe failed, so many times since the mark before.
    ProbeFailed(Probe, u32),
    /// The kubelet decided to stop it.
    Killing,
    /// It ended with this exit code.
    Ended(i32),
    /// It runs, for the first time.
    Started,
    /// It runs again; the number of its restarts so far.
    Restarted(u32),
    /// It is ready for traffic.
    Ready,
    /// It is not.
    NotReady,
}

/// The marks of one container, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// The container.
    pub container: String,
    /// Whether it is an init container.
    pub init: bool,
    /// What happened, oldest first; the oldest are dropped where there are many.
    pub marks: Vec<Mark>,
    /// How its probes do.
    pub probes: Vec<ProbeRun>,
}

/// How a probe does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbeRun {
    /// What its spec says.
    pub spec: ProbeSpec,
    /// Failures in a row; a lower bound.
    pub failures: u32,
}

/// A bounded list of marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks(VecDeque<Mark>);

impl Marks {
    /// Adds a mark, unless the same is there already.
    pub(super) fn add(&mut self, at: Timestamp, what: MarkKind) {
        let mark = Mark { at, what };
        if self.0.contains(&mark) {
            return;
        }
        self.0.push_back(mark);
        if self.0.len() > MARKS {
            self.0.pop_front();
        }
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Mark> {
        self.0.iter()
    }

    /// The last time that it became ready.
    pub(super) fn last_ready(&self) -> Option<Timestamp> {
        self.iter().rev().find(|mark| mark.what == MarkKind::Ready).map(|mark| mark.at)
    }
}
