//! Who has something to do when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// Tells pods apart, also those that had the same name one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PodId(pub(crate) u64);

/// The times at which pods have something to do: one for each pod, soonest first.
#[derive(Debug)]
pub(crate) struct Agenda {
    plans: BTreeSet<(Timestamp, PodId)>,
    of_pods: BTreeMap<PodId, Timestamp>,
    /// The last time that was heard of.
    now: Timestamp,
    /// Pods whose programs have run since it was last asked.
    active: BTreeSet<PodId>,
}

impl Default for Agenda {
    fn default() -> Self {
        Self {
            plans: BTreeSet::new(),
            of_pods: BTreeMap::new(),
            now: Timestamp::MIN,
            active: BTreeSet::new(),
        }
    }
}

impl Agenda {
    /// The last time that was heard of.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Hears of a time; it does not go back.
    pub(crate) fn hear(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    /// A pod has something to do then, if not sooner; what is past is now.
    pub(crate) fn plan(&mut self, pod: PodId, due: Timestamp) {
        let due = due.max(self.now);
        if self.of_pods.get(&pod).is_some_and(|known| *known <= due) {
            return;
        }
        self.drop_plan(pod);
        self.of_pods.insert(pod, due);
        self.plans.insert((due, pod));
    }

    /// A pod has nothing to do any more.
    pub(crate) fn drop_plan(&mut self, pod: PodId) {
        if let Some(due) = self.of_pods.remove(&pod) {
            self.plans.remove(&(due, pod));
        }
    }

    /// A pod's programs were given something to do, or have done something.
    pub(crate) fn is_active(&mut self, pod: PodId) {
        self.active.insert(pod);
    }

    /// The pods of which that was said.
    pub(crate) fn take_active(&mut self) -> BTreeSet<PodId> {
        std::mem::take(&mut self.active)
    }

    /// When the next pod has something to do.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.plans.first().map(|(due, _)| *due)
    }

    /// The pod whose time has come, and that time.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, PodId)> {
        let (due, pod) = self.plans.first().copied().filter(|(due, _)| *due <= now)?;
        self.drop_plan(pod);
        self.hear(due);
        Some((due, pod))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::kubelet::clock::after_seconds;

    #[test]
    fn the_soonest_plan_of_a_pod_counts() {
        let start = Timestamp::UNIX_EPOCH;
        let at = |seconds| after_seconds(start, seconds);
        let mut agenda = Agenda::default();
        agenda.hear(start);
        agenda.plan(PodId(1), at(9));
        agenda.plan(PodId(1), at(5));
        agenda.plan(PodId(2), at(7));
        agenda.plan(PodId(2), at(8));
        assert_eq!(agenda.next_due(), Some(at(5)));
        assert_eq!(agenda.take_due(at(4)), None);
        assert_eq!(agenda.take_due(at(20)), Some((at(5), PodId(1))));
        assert_eq!(agenda.take_due(at(20)), Some((at(7), PodId(2))));
        assert_eq!(agenda.take_due(at(20)), None, "the later plans were replaced");
        agenda.plan(PodId(3), Timestamp::MIN);
        assert_eq!(agenda.next_due(), Some(at(7)), "what is past is now");
        agenda.drop_plan(PodId(3));
        assert_eq!(agenda.next_due(), None);
    }
}
