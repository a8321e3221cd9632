use jiff::Timestamp;

use super::results::{ProbeResult, Results};
use crate::sandbox::kubelet::attempt::Attempt;
use crate::sandbox::kubelet::clock::{after_seconds, whole_seconds};
use crate::sandbox::kubelet::spec::{Container, Probe, ProbeKind, RestartPolicy, Slot};
use crate::sandbox::kubelet::status::{ContainerStatus, State};

/// Asks one container one kind of question, again and again. It is a machine without a
/// clock of its own: it is told the time and what the status says, and says what to do.
///
/// Source: `pkg/kubelet/prober/worker.go`.
#[derive(Debug)]
pub(crate) struct ProbeWorker {
    pub(crate) slot: Slot,
    pub(crate) container: String,
    pub(crate) kind: ProbeKind,
    pub(crate) probe: Probe,
    /// The question that waits for its answer.
    pub(crate) attempt: Option<Attempt>,
    next: Timestamp,
    /// Before its first look nothing wakes it.
    sleeps_until: Timestamp,
    is_triggered: bool,
    container_id: String,
    last: Option<ProbeResult>,
    in_a_row: i64,
    is_on_hold: bool,
    has_ended: bool,
}

/// What a worker sees of its pod.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// Whether the pod is over.
    pub(crate) is_over: bool,
    /// Whether it is to go.
    pub(crate) is_deleting: bool,
    /// The status of the container, as the kubelet has set it last.
    pub(crate) status: Option<&'a ContainerStatus>,
    /// The container as the pod's spec has it, and what the pod does with those that end.
    pub(crate) container: Option<&'a Container>,
    pub(crate) policy: RestartPolicy,
}

impl View<'_> {
    fn restarts_after(&self, exit_code: i32) -> bool {
        self.container.is_some_and(|container| container.restarts_after(exit_code, self.policy))
    }
}

/// What a worker wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// To ask now.
    Ask,
    /// To look again at its next tick.
    Wait,
    /// Never to be asked again.
    End,
}

impl ProbeWorker {
    /// A worker whose first look is at `first`.
    pub(crate) fn new(
        slot: Slot,
        container: &str,
        kind: ProbeKind,
        probe: Probe,
        first: Timestamp,
    ) -> Self {
        Self {
            slot,
            container: container.to_owned(),
            kind,
            probe,
            attempt: None,
            next: first,
            sleeps_until: first,
            is_triggered: false,
            container_id: String::new(),
            last: None,
            in_a_row: 0,
            is_on_hold: false,
            has_ended: false,
        }
    }

    /// When it has something to do by itself.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        match (self.has_ended, &self.attempt) {
            (true, _) => None,
            (false, Some(attempt)) => Some(attempt.deadline()),
            (false, None) if self.is_triggered => Some(self.sleeps_until),
            (false, None) => Some(self.next),
        }
    }

    /// Whether it still asks.
    pub(crate) fn is_at_work(&self) -> bool {
        !self.has_ended
    }

    /// Asks for a look at once; the ticks are counted from it.
    pub(crate) fn trigger(&mut self) {
        self.is_triggered = true;
    }

    /// Whether it looks now; moves its next tick.
    pub(crate) fn takes_its_turn(&mut self, now: Timestamp) -> bool {
        if self.has_ended || self.attempt.is_some() || now < self.sleeps_until {
            return false;
        }
        let period = self.probe.period();
        if self.next > now && std::mem::take(&mut self.is_triggered) {
            self.next = after_seconds(now, period);
            return true;
        }
        if self.next > now {
            return false;
        }
        // Ticks that passed while an answer was awaited are one.
        let late = now.duration_since(self.next).as_secs();
        self.next = after_seconds(self.next, (late / period + 1).saturating_mul(period));
        true
    }

    /// Looks at the pod and says whether to ask.
    ///
    /// Source: `worker.go`, `doProbe`.
    pub(crate) fn look(&mut self, view: &View<'_>, results: &mut Results, now: Timestamp) -> Look {
        let look = self.decide(view, results, now);
        if look == Look::End {
            self.end(results);
        }
        look
    }

    /// Stops for good and forgets what it knew.
    pub(crate) fn end(&mut self, results: &mut Results) {
        self.has_ended = true;
        self.attempt = None;
        if !self.container_id.is_empty() {
            results.remove(self.kind, &self.container_id);
        }
    }

    fn decide(&mut self, view: &View<'_>, results: &mut Results, now: Timestamp) -> Look {
        if view.is_over {
            return Look::End;
        }
        let Some(status) = view.status.filter(|status| !status.container_id.is_empty()) else {
            return Look::Wait;
        };
        self.meet(status, results);
        if self.is_on_hold {
            return Look::Wait;
        }
        let State::Running { since } = status.state else {
            results.set(self.kind, &self.container_id, ProbeResult::Failure);
            return match status.terminated() {
                Some(end) if !view.restarts_after(end.exit_code) => Look::End,
                _ => Look::Wait,
            };
        };
        if view.is_deleting && self.kind != ProbeKind::Readiness {
            results.set(self.kind, &self.container_id, ProbeResult::Success);
            return Look::End;
        }
        let age = now.duration_since(whole_seconds(since)).as_secs();
        let waits_for_its_time = age < self.probe.initial_delay_seconds;
        let is_its_turn = status.started != (self.kind == ProbeKind::Startup);
        if waits_for_its_time || !is_its_turn { Look::Wait } else { Look::Ask }
    }

    /// A new container is not yet known to be anything.
    fn meet(&mut self, status: &ContainerStatus, results: &mut Results) {
        if self.container_id == status.container_id {
            return;
        }
        if !self.container_id.is_empty() {
            results.remove(self.kind, &self.container_id);
        }
        self.container_id.clone_from(&status.container_id);
        let unknown = match self.kind {
            ProbeKind::Readiness => ProbeResult::Failure,
            ProbeKind::Liveness => ProbeResult::Success,
            ProbeKind::Startup => ProbeResult::Unknown,
        };
        results.set(self.kind, &self.container_id, unknown);
        self.is_on_hold = false;
    }

    /// Counts an answer; enough of one kind in a row are a result.
    ///
    /// Source: `worker.go`, `doProbe`.
    pub(crate) fn count(&mut self, result: ProbeResult, results: &mut Results) {
        if self.last == Some(result) {
            self.in_a_row += 1;
        } else {
            self.last = Some(result);
            self.in_a_row = 1;
        }
        let enough = match result {
            ProbeResult::Failure => self.probe.failures(),
            ProbeResult::Success => self.probe.successes(),
            ProbeResult::Unknown => 1,
        };
        if self.in_a_row < enough {
            return;
        }
        results.set(self.kind, &self.container_id, result);
        let has_failed = self.kind == ProbeKind::Liveness && result == ProbeResult::Failure;
        if has_failed || self.kind == ProbeKind::Startup {
            self.is_on_hold = true;
            self.in_a_row = 0;
        }
    }
}
