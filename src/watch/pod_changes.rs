//! What happened to a pod between two of its versions.

use jiff::Timestamp;

use super::lane::MarkKind;
use super::observation::{Observation, Restart};
use super::pod_state::{ContainerPhase, ContainerRow, End, PodState};

/// Tells what is new in `next`, and carries the marks of `previous` over to it.
pub(super) fn pod_changes(
    previous: Option<&PodState>,
    next: &mut PodState,
    now: Timestamp,
) -> Vec<Observation> {
    let pod = next.row.name.clone();
    let mut seen = Vec::new();
    let same = previous.filter(|one| one.uid == next.uid);
    if previous.is_some() && same.is_none() {
        seen.push(Observation::PodDeleted { pod: pod.clone() });
    }
    if same.is_none() {
        seen.push(Observation::PodAdded { pod: pod.clone() });
    }
    if let Some(node) = &next.node
        && same.is_none_or(|one| one.node.is_none())
    {
        seen.push(Observation::Scheduled { pod: pod.clone(), node: node.clone() });
    }
    if next.deleting && same.is_none_or(|one| !one.deleting) {
        seen.push(Observation::PodTerminating { pod: pod.clone() });
    }
    for container in &mut next.containers {
        let before = same.and_then(|one| one.container(&container.name));
        Transition { pod: &pod, before, now, seen: &mut seen }.of(container);
    }
    seen
}

struct Transition<'a> {
    pod: &'a str,
    before: Option<&'a ContainerRow>,
    now: Timestamp,
    seen: &'a mut Vec<Observation>,
}

impl Transition<'_> {
    fn of(mut self, next: &mut ContainerRow) {
        if let Some(before) = self.before {
            next.marks = before.marks.clone();
        }
        self.ended(next);
        self.started(next);
        self.ready(next);
        self.waiting(next);
    }

    fn ended(&mut self, next: &mut ContainerRow) {
        let mark = |next: &mut ContainerRow, end: &End, now| {
            next.marks.add(end.at.unwrap_or(now), MarkKind::Ended(end.exit_code));
        };
        if let Some(end) = next.last_end.clone()
            && self.before.is_none_or(|before| before.last_end.as_ref() != Some(&end))
        {
            mark(next, &end, self.now);
        }
        let ContainerPhase::Ended(end) = next.phase.clone() else { return };
        if self.before.is_some_and(|before| before.phase == next.phase) {
            return;
        }
        mark(next, &end, self.now);
        self.seen.push(Observation::ContainerEnded {
            pod: self.pod.to_owned(),
            container: next.name.clone(),
            reason: end.reason,
            exit_code: end.exit_code,
        });
    }

    fn started(&mut self, next: &mut ContainerRow) {
        let at = next.running_since().unwrap_or(self.now);
        let before = self.before.map_or(0, |before| before.restarts);
        if next.restarts > before {
            next.marks.add(at, MarkKind::Restarted(next.restarts));
            self.seen.push(Observation::Restarted(self.restart(next, next.restarts - before)));
            return;
        }
        let running = |one: &ContainerRow| matches!(one.phase, ContainerPhase::Running { .. });
        if running(next) && self.before.is_none_or(|before| before.phase != next.phase) {
            next.marks.add(at, MarkKind::Started);
            let (pod, container) = self.names(next);
            self.seen.push(Observation::ContainerStarted { pod, container });
        }
    }

    fn restart(&self, next: &ContainerRow, n: u32) -> Restart {
        let (pod, container) = self.names(next);
        let end = next.last_end.as_ref();
        Restart {
            pod,
            container,
            restarts: next.restarts,
            n,
            reason: end.map(|end| end.reason.clone()).unwrap_or_default(),
            exit_code: end.map(|end| end.exit_code),
            signal: end.and_then(|end| end.signal),
        }
    }

    fn ready(&mut self, next: &mut ContainerRow) {
        let running = matches!(next.phase, ContainerPhase::Running { .. });
        let was_ready = self.before.is_some_and(|before| before.ready);
        // An init container that has ended well is called ready, too.
        if next.ready == was_ready || (next.init && !running) {
            return;
        }
        let (pod, container) = self.names(next);
        let first_sight = next.running_since().filter(|_| self.before.is_none());
        let at = first_sight.unwrap_or(self.now);
        if next.ready {
            next.marks.add(at, MarkKind::Ready);
            self.seen.push(Observation::ContainerReady { pod, container });
        } else {
            next.marks.add(at, MarkKind::NotReady);
            // Where it ended or restarted, that has been said.
            if running && self.before.is_some_and(|before| before.phase == next.phase) {
                self.seen.push(Observation::ContainerNotReady { pod, container });
            }
        }
    }

    fn waiting(&mut self, next: &ContainerRow) {
        let ContainerPhase::Waiting { reason, message } = &next.phase else { return };
        let trouble = Trouble::of(&next.phase);
        if trouble == self.before.and_then(|before| Trouble::of(&before.phase)) {
            return;
        }
        let (pod, container) = self.names(next);
        let (reason, message) = (reason.clone(), message.clone());
        self.seen.push(match trouble {
            None => return,
            Some(Trouble::Crashing) => {
                Observation::BackOff { pod, container, restarts: next.restarts }
            }
            Some(Trouble::Image) => {
                Observation::ImagePullFailed { pod, image: next.image.clone(), reason, message }
            }
            Some(Trouble::Other(_)) => Observation::Waiting { pod, container, reason, message },
        });
    }

    fn names(&self, container: &ContainerRow) -> (String, String) {
        (self.pod.to_owned(), container.name.clone())
    }
}

/// Why a container waits, where that is not just its start.
#[derive(PartialEq, Eq)]
enum Trouble<'a> {
    Crashing,
    Image,
    Other(&'a str),
}

impl<'a> Trouble<'a> {
    fn of(phase: &'a ContainerPhase) -> Option<Self> {
        let ContainerPhase::Waiting { reason, .. } = phase else { return None };
        match reason.as_str() {
            "" | "ContainerCreating" | "PodInitializing" => None,
            "CrashLoopBackOff" => Some(Self::Crashing),
            "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => {
                Some(Self::Image)
            }
            other => Some(Self::Other(other)),
        }
    }
}
