use std::collections::VecDeque;

use super::pod_worker::PodWorker;
use super::step::{AfterStop, Ending, Stage, Start, Starting, Step, Stop};
use super::surroundings::Surroundings;
use crate::sandbox::Object;
use crate::sandbox::kubelet::actions::actions;
use crate::sandbox::kubelet::clock::{TAKE_UP, after_millis};
use crate::sandbox::kubelet::runtime::Sandbox;
use crate::sandbox::kubelet::spec::{Pod, Slot, source_word};
use crate::sandbox::kubelet::status::DEADLINE;
use crate::sandbox::kubelet::told::{StartError, Told};
use crate::sandbox::kubelet::volumes::{Making, Mounting, Places};

/// How long it takes to make a sandbox, as recorded.
const MILLIS_FOR_SANDBOX: i64 = 250;

impl PodWorker {
    /// Begins with what the stage asks for.
    pub(super) fn begin(&mut self, world: &mut Surroundings<'_>) {
        self.work.is_wanted = false;
        self.work.errors.clear();
        self.work.has_changed = false;
        match self.work.stage {
            Stage::Syncing => self.begin_sync(world),
            Stage::Terminating => self.begin_termination(world),
            Stage::Terminated => self.let_go(world),
            Stage::Finished => {}
        }
    }

    /// Source: `pkg/kubelet/kubelet.go`, `SyncPod`.
    fn begin_sync(&mut self, world: &mut Surroundings<'_>) {
        let status = self.current_status(false, world);
        let is_over = status.phase.is_terminal();
        let was_over = self.status.phase.is_terminal();
        if is_over && !was_over && status.reason == DEADLINE.0 {
            world.tell(&self.pod, None, &Told::normal(DEADLINE.0, DEADLINE.1));
        }
        self.set_status(status, world);
        self.prober.trigger_readiness(&self.status);
        if is_over {
            self.work.stage = Stage::Terminating;
            self.work.take_up = Some(TAKE_UP.at_or_after(world.now));
            return;
        }
        if self.work.is_mounted {
            self.act(world);
        } else {
            self.work.step = Step::Mount(world.now);
        }
    }

    /// Goes on with the volumes.
    pub(super) fn mount(&mut self, world: &mut Surroundings<'_>) {
        let issued = self.volumes.issued(world.now);
        let host = world.node.address.to_string();
        let making = Making { pod: &self.pod, store: world.store, addresses: ["", &host], issued };
        let places = Places { claims: world.claims, node: world.node };
        let (mounting, told) = self.volumes.mount(making, places, world.now);
        for message in told {
            world.tell(&self.pod, None, &Told::warning("FailedMount", message));
        }
        match mounting {
            Mounting::Until(at) => self.work.step = Step::Mount(at),
            Mounting::Ready => {
                self.work.is_mounted = true;
                self.tell_simulated_volumes(world);
                self.act(world);
            }
            Mounting::GivenUp(why) => {
                world.tell(&self.pod, None, &Told::warning("FailedMount", why.clone()));
                self.work.errors.push(StartError::new("FailedMount", why));
                self.end_sync(world);
            }
        }
    }

    /// A volume of a kind that the sandbox does not have is an empty folder, and says so.
    fn tell_simulated_volumes(&self, world: &mut Surroundings<'_>) {
        for volume in &self.pod.spec.volumes {
            if let Some(kind) = source_word(volume) {
                let told = format!(
                    "The sandbox has no volumes of kind {kind}: volume {:?} is an empty folder",
                    volume.name
                );
                world.tell(&self.pod, None, &Told::normal("Simulated", told));
            }
        }
    }

    /// Does what has to be done for the pod's containers.
    ///
    /// Source: `pkg/kubelet/kuberuntime/kuberuntime_manager.go`, `SyncPod`.
    pub(super) fn act(&mut self, world: &mut Surroundings<'_>) {
        self.prober.add_pod(&self.pod, world.running_for, world.chance, world.now);
        if self.runtime.sandbox.is_none() {
            self.work.step = Step::Sandbox(after_millis(world.now, MILLIS_FOR_SANDBOX));
            return;
        }
        self.work.ended = self.runtime.ends();
        let actions = actions(&self.pod, &self.runtime, &self.prober);
        if actions.end_pod {
            let stops = self.stops_of_all(world);
            self.work.step = Step::Stop(stops, AfterStop::EndSync);
            return;
        }
        let stops = actions.end.iter().filter_map(|kill| {
            let ending = Ending { message: &kill.message, because: kill.because };
            self.stop(&kill.id, ending, world)
        });
        let stops: Vec<Stop> = stops.collect();
        let start = VecDeque::from(actions.start);
        self.work.step = if stops.is_empty() {
            Step::Start(Starting { waiting: start, current: None })
        } else {
            self.work.has_changed = true;
            Step::Stop(stops, AfterStop::Start(start))
        };
    }

    /// The sandbox is there.
    pub(super) fn make_sandbox(&mut self, world: &mut Surroundings<'_>) {
        let address = match self.pod.spec.host_network {
            true => Some(world.node.address),
            false => world.node.take_address(),
        };
        let Some(address) = address else {
            let why = format!(
                "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup \
                 network for sandbox: plugin type=\"bridge\" failed (add): failed to allocate for \
                 range 0: no IP addresses available in range set: {}",
                world.node.range()
            );
            world.tell(&self.pod, None, &Told::warning("FailedCreatePodSandBox", why.clone()));
            self.work.errors.push(StartError::new("CreatePodSandboxError", why));
            self.end_sync(world);
            return;
        };
        self.runtime.sandbox = Some(Sandbox { address });
        self.note_news(world);
        self.set_sandbox_ready(world);
        self.act(world);
    }

    /// A newer version of the pod.
    pub(crate) fn update(&mut self, object: &Object, world_now: jiff::Timestamp) {
        let Ok(pod) = self.pod.updated(object) else { return };
        let before = std::mem::replace(&mut self.pod, pod);
        let asks = asks_for_a_sync(&before, &self.pod);
        if asks {
            self.volumes.follow(world_now);
            self.work.is_wanted = true;
        }
        match (before.deletion, self.pod.deletion) {
            (None, Some(_)) => self.terminate(),
            (Some(before), Some(now)) if now.grace < before.grace => self.terminate(),
            _ => {}
        }
    }

    /// The pod is gone from the API, whatever it does.
    pub(crate) fn is_removed(&mut self) {
        self.work.is_gone = true;
        if self.work.stage != Stage::Finished {
            self.terminate();
        }
    }

    /// The pod is to end, now or sooner than it was to.
    fn terminate(&mut self) {
        self.work.stage = match self.work.stage {
            Stage::Syncing | Stage::Terminating => Stage::Terminating,
            Stage::Terminated | Stage::Finished => Stage::Terminated,
        };
        self.work.is_wanted = true;
        self.work.is_interrupted = true;
    }

    /// Whatever was under way is no longer waited for.
    pub(super) fn interrupt(&mut self, world: &mut Surroundings<'_>) {
        if !std::mem::take(&mut self.work.is_interrupted) {
            return;
        }
        let step = std::mem::take(&mut self.work.step);
        let attempts = match step {
            Step::Stop(stops, _) => stops.into_iter().filter_map(Stop::into_attempt).collect(),
            Step::Start(Starting { current: Some((_, Start::Hook(attempt))), .. }) => vec![attempt],
            _ => Vec::new(),
        };
        for attempt in attempts {
            attempt.give_up(&mut self.runtime, world.now);
        }
    }

    /// Containers to be started are waited for no longer than they are wanted.
    pub(super) fn start_all(&mut self, waiting: VecDeque<Slot>) {
        self.work.step = Step::Start(Starting { waiting, current: None });
    }
}

/// Whether another version of a pod is something to act on: not, where only its status is
/// another, unless it says something about readiness gates.
///
/// Source: `pkg/kubelet/config/config.go`, `checkAndUpdatePod`.
fn asks_for_a_sync(before: &Pod, now: &Pod) -> bool {
    let (old, new) = (&before.object["metadata"], &now.object["metadata"]);
    let other = ["labels", "annotations", "deletionTimestamp", "deletionGracePeriodSeconds"];
    let gates = !now.spec.readiness_gates.is_empty()
        && before.object["status"]["conditions"] != now.object["status"]["conditions"];
    !std::sync::Arc::ptr_eq(&before.spec, &now.spec)
        || other.iter().any(|key| old[*key] != new[*key])
        || gates
}
