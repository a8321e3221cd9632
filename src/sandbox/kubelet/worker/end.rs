use jiff::SignedDuration;
use serde_json::json;

use super::pod_worker::PodWorker;
use super::step::{AfterStop, Stage, Step};
use super::surroundings::Surroundings;
use crate::sandbox::kubelet::clock::{RELIST, TAKE_UP, after, after_millis, seconds};
use crate::sandbox::kubelet::runtime::Known;
use crate::sandbox::kubelet::status::{Phase, State, Terminated};

/// After a sync that did not succeed.
///
/// Source: `pkg/kubelet/kubelet.go`, `backOffPeriod`.
const AFTER_AN_ERROR: SignedDuration = SignedDuration::from_secs(10);
/// After one that did; no wait is longer.
///
/// Source: `pkg/kubelet/apis/config/v1beta1/defaults.go`, `SyncFrequency`.
const AFTER_SUCCESS: SignedDuration = SignedDuration::from_mins(1);
/// So soon the kubelet looks again at a pod that it has changed.
const MILLIS_TO_LOOK: i64 = 10;
/// How long it takes to end a sandbox.
const MILLIS_FOR_SANDBOX: i64 = 100;

impl PodWorker {
    /// A sync is over; the next one comes by itself after a while.
    ///
    /// Source: `pkg/kubelet/pod_workers.go`, `completeWork`.
    pub(super) fn end_sync(&mut self, world: &Surroundings<'_>) {
        self.work.step = Step::Idle;
        self.work.syncs += 1;
        let known = self.work.errors.iter().filter_map(|error| error.until).min();
        let wait = match (self.work.errors.is_empty(), known) {
            (true, _) => AFTER_SUCCESS,
            (false, None) => AFTER_AN_ERROR,
            (false, Some(until)) => {
                until.duration_since(world.now).clamp(SignedDuration::ZERO, AFTER_SUCCESS)
            }
        };
        let what = format!("{}/{}", self.pod.name, self.work.syncs);
        let wait = world.chance.up_to_half_longer(wait, &what);
        self.work.take_up = Some(TAKE_UP.at_or_after(after(world.now, wait)));
        if self.work.has_changed {
            self.work.relist = Some(after_millis(world.now, MILLIS_TO_LOOK));
        }
    }

    /// Something happened that the kubelet sees when it looks next.
    pub(super) fn note_news(&mut self, world: &Surroundings<'_>) {
        self.runtime.has_news = true;
        let next = RELIST.at_or_after(world.now);
        self.work.relist = Some(self.work.relist.map_or(next, |known| known.min(next)));
    }

    /// Begins to end all containers of a pod that is over or is to go.
    ///
    /// Source: `pkg/kubelet/kubelet.go`, `SyncTerminatingPod`.
    pub(super) fn begin_termination(&mut self, world: &mut Surroundings<'_>) {
        let status = self.current_status(false, world);
        self.set_status(status, world);
        self.prober.stop_liveness_and_startup();
        let stops = self.stops_of_all(world);
        self.work.step = Step::Stop(stops, AfterStop::EndPod);
    }

    /// All containers have ended; the sandbox follows.
    pub(super) fn stop_sandbox(&mut self, then: AfterStop, world: &Surroundings<'_>) {
        self.work.step = Step::StopSandbox(after_millis(world.now, MILLIS_FOR_SANDBOX), then);
    }

    /// The sandbox has ended.
    pub(super) fn end_sandbox(&mut self, then: &AfterStop, world: &mut Surroundings<'_>) {
        if let Some(sandbox) = self.runtime.sandbox.take() {
            world.node.release_address(sandbox.address);
        }
        self.runtime.look();
        match then {
            AfterStop::EndPod => self.end_termination(world),
            AfterStop::EndSync | AfterStop::Start(_) => {
                self.work.has_changed = true;
                self.runtime.has_news = true;
                self.end_sync(world);
            }
        }
    }

    fn end_termination(&mut self, world: &mut Surroundings<'_>) {
        self.prober.remove_pod();
        let status = self.current_status(true, world);
        self.work.stage = Stage::Terminated;
        self.set_status(status, world);
        self.work.step = Step::Idle;
        self.work.relist = None;
        self.work.take_up = Some(TAKE_UP.at_or_after(world.now));
    }

    /// Lets go of a pod of which nothing runs any more; one that was to go is gone with it.
    ///
    /// Source: `pkg/kubelet/kubelet.go`, `SyncTerminatedPod`;
    /// `pkg/kubelet/status/status_manager.go`, `TerminatePod`.
    pub(super) fn let_go(&mut self, world: &mut Surroundings<'_>) {
        let mut status = self.current_status(true, world);
        for container in status.init_containers.iter_mut().chain(&mut status.containers) {
            if container.terminated().is_none() {
                container.state = State::Terminated(Terminated {
                    exit_code: 137,
                    reason: "ContainerStatusUnknown".to_owned(),
                    message: "The container could not be located when the pod was terminated"
                        .to_owned(),
                    ..Terminated::default()
                });
            }
        }
        if !status.phase.is_terminal() {
            status.phase = Phase::Failed;
        }
        self.set_status(status, world);
        self.work.stage = Stage::Finished;
        self.work.take_up = None;
        self.work.relist = None;
        for instance in &mut self.runtime.instances {
            instance.process = None;
        }
        if self.pod.deletion.is_some() && !self.work.is_gone {
            self.delete(world);
        }
    }

    /// Deletes the pod from the API, unless somebody else has to let go of it first.
    fn delete(&self, world: &mut Surroundings<'_>) {
        let pod = &self.pod;
        let Some(stored) = world.store.get("pods", &pod.namespace, &pod.name) else { return };
        if stored["metadata"]["uid"] != json!(pod.uid) {
            return;
        }
        let waits = stored["metadata"]["finalizers"].as_array().is_some_and(|all| !all.is_empty());
        let now = seconds(world.now);
        world.store.modify("pods", &pod.namespace, &pod.name, |pod| {
            pod["metadata"]["deletionTimestamp"] = json!(now);
            pod["metadata"]["deletionGracePeriodSeconds"] = json!(0);
        });
        if !waits {
            world.store.remove("pods", &pod.namespace, &pod.name);
        }
    }

    /// Whether a container is known to have ended.
    pub(super) fn has_ended(&self, id: &str) -> bool {
        self.runtime.by_id(id).is_none_or(|instance| {
            instance.unseen_end.is_some() || matches!(instance.state, Known::Exited(_))
        })
    }
}
