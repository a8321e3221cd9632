use std::collections::BTreeMap;

use jiff::Timestamp;

use super::step::{Stage, Step};
use crate::sandbox::kubelet::attempt::Target;
use crate::sandbox::kubelet::backoff::Backoffs;
use crate::sandbox::kubelet::node::Node;
use crate::sandbox::kubelet::prober::Prober;
use crate::sandbox::kubelet::pull::Pulls;
use crate::sandbox::kubelet::runtime::Runtime;
use crate::sandbox::kubelet::spec::Pod;
use crate::sandbox::kubelet::status::{PodStatus, Reasons, deadline};
use crate::sandbox::kubelet::told::StartError;
use crate::sandbox::kubelet::volumes::Volumes;

/// One pod on its node.
#[derive(Debug)]
pub(crate) struct PodWorker {
    pub(crate) pod: Pod,
    pub(crate) runtime: Runtime,
    /// The status as it was set last.
    pub(crate) status: PodStatus,
    pub(super) prober: Prober,
    pub(super) reasons: Reasons,
    pub(super) crashes: Backoffs,
    pub(super) pulls: Pulls,
    pub(super) volumes: Volumes,
    pub(super) work: Work,
}

/// What a worker does, and what it will do next.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) stage: Stage,
    pub(super) step: Step,
    /// Something happened that asks for the next sync.
    pub(super) is_wanted: bool,
    /// When the next sync comes by itself.
    pub(super) take_up: Option<Timestamp>,
    /// When the kubelet looks at the containers.
    pub(super) relist: Option<Timestamp>,
    /// What went wrong in this sync.
    pub(super) errors: Vec<StartError>,
    /// That this sync has started or ended something.
    pub(super) has_changed: bool,
    /// When containers ended, as it was known when the sync began: one that the sync
    /// itself ends does not count.
    pub(super) ended: BTreeMap<String, Timestamp>,
    /// Volumes are there.
    pub(super) is_mounted: bool,
    /// Counts syncs that ended.
    pub(super) syncs: u64,
    /// The pod is gone from the API, whatever it was.
    pub(super) is_gone: bool,
    /// A running container was touched from outside.
    pub(super) is_touched: bool,
    /// What is under way is not wanted any more.
    pub(super) is_interrupted: bool,
    /// Programs have run since it was last asked.
    pub(super) is_active: bool,
}

impl PodWorker {
    /// A worker for a pod that was just bound to its node.
    pub(crate) fn new(pod: Pod) -> Self {
        let mut worker = Self {
            status: PodStatus { start_time: pod.start_time(), ..PodStatus::default() },
            pod,
            runtime: Runtime::default(),
            prober: Prober::default(),
            reasons: Reasons::default(),
            crashes: Backoffs::default(),
            pulls: Pulls::default(),
            volumes: Volumes::default(),
            work: Work::default(),
        };
        worker.work.is_wanted = true;
        if worker.pod.deletion.is_some() {
            worker.work.stage = Stage::Terminating;
        }
        worker
    }

    /// When it has something to do by itself.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        if self.is_finished() {
            return None;
        }
        let work = &self.work;
        let is_free = matches!(work.step, Step::Idle);
        let is_ready = is_free && work.is_wanted || work.is_touched || work.is_interrupted;
        let now = is_ready.then_some(Timestamp::MIN);
        let processes =
            self.runtime.instances.iter().filter_map(|instance| instance.process.as_ref());
        let programs = processes.filter_map(|process| process.next_due()).min();
        let deadline = deadline(&self.pod, &self.status)
            .filter(|_| work.stage == Stage::Syncing && !work.is_wanted)
            .filter(|_| !self.status.phase.is_terminal());
        let dues = [
            now,
            programs,
            deadline.map(|at| super::super::clock::TAKE_UP.at_or_after(at)),
            work.take_up,
            work.relist,
            work.step.next_due(),
            self.prober.next_due(),
            self.volumes.follows_at(),
        ];
        dues.into_iter().flatten().min()
    }

    /// Whether nothing of the pod is left on the node and nothing is to be done for it.
    pub(crate) fn is_finished(&self) -> bool {
        self.work.stage == Stage::Finished
    }

    /// Whether the pod is gone from the API and from its node.
    pub(crate) fn can_be_forgotten(&self) -> bool {
        self.is_finished() && self.work.is_gone
    }

    /// The containers for somebody else, and where to say that one was touched.
    pub(crate) fn open(&mut self) -> (&mut Runtime, &mut bool) {
        (&mut self.runtime, &mut self.work.is_touched)
    }

    /// Whether programs have run since this was last asked.
    pub(crate) fn take_activity(&mut self) -> bool {
        std::mem::take(&mut self.work.is_active)
    }

    /// Something that the pod's files are made from has changed.
    pub(crate) fn follow_files(&mut self, now: Timestamp) {
        self.volumes.follow(now);
    }

    /// Where attempts on a container go.
    pub(super) fn target<'a>(
        pod: &'a Pod,
        runtime: &Runtime,
        node: &Node,
        slot: crate::sandbox::kubelet::spec::Slot,
        id: &'a str,
    ) -> Option<Target<'a>> {
        Some(Target {
            container: pod.spec.at(slot)?,
            id,
            pod: runtime.sandbox?.address,
            from: node.gateway(),
        })
    }
}
