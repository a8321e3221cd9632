use jiff::{SignedDuration, Timestamp};

use super::results::{ProbeResult, Results, Update};
use super::worker::{Look, ProbeWorker, View};
use crate::sandbox::kubelet::chance::Chance;
use crate::sandbox::kubelet::clock::after;
use crate::sandbox::kubelet::spec::{Class, Pod, ProbeKind, Slot};
use crate::sandbox::kubelet::status::{ContainerStatus, PodStatus};

/// All probes of a pod, and what is known from them.
///
/// Source: `pkg/kubelet/prober/prober_manager.go`.
#[derive(Debug, Default)]
pub(crate) struct Prober {
    pub(crate) workers: Vec<ProbeWorker>,
    results: Results,
    is_added: bool,
}

impl Prober {
    /// Begins with the pod's probes, once.
    ///
    /// A kubelet that started only lately lets a part of a period pass by chance first, so
    /// that not all probes come at once. Source: `worker.go`, `run`.
    pub(crate) fn add_pod(
        &mut self,
        pod: &Pod,
        running_for: SignedDuration,
        chance: &Chance,
        now: Timestamp,
    ) {
        if std::mem::replace(&mut self.is_added, true) {
            return;
        }
        for (slot, container) in pod.spec.slots() {
            if slot.class == Class::Ephemeral
                || slot.class == Class::Init && !pod.spec.is_sidecar(slot)
            {
                continue;
            }
            for kind in [ProbeKind::Startup, ProbeKind::Readiness, ProbeKind::Liveness] {
                let Some(probe) = container.probe(kind) else { continue };
                let period = SignedDuration::from_secs(probe.period());
                let mut first = now;
                if period > running_for {
                    let part = chance.number(&format!("{}/{}/{kind}", pod.name, container.name));
                    let millis = (period.as_secs_f64() * 1000.0 * part) as i64;
                    first = after(now, SignedDuration::from_millis(millis));
                }
                let worker = ProbeWorker::new(slot, &container.name, kind, probe.clone(), first);
                self.workers.push(worker);
            }
        }
    }

    /// A pod that goes is not killed for its probes any more.
    ///
    /// Source: `prober_manager.go`, `StopLivenessAndStartup`.
    pub(crate) fn stop_liveness_and_startup(&mut self) {
        for worker in &mut self.workers {
            if worker.kind != ProbeKind::Readiness {
                worker.end(&mut self.results);
            }
        }
    }

    /// Ends all.
    pub(crate) fn remove_pod(&mut self) {
        for worker in &mut self.workers {
            worker.end(&mut self.results);
        }
    }

    /// When the next worker has something to do.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.workers.iter().filter_map(ProbeWorker::next_due).min()
    }

    /// The workers that want to ask now.
    pub(crate) fn wants_to_ask(
        &mut self,
        pod: &Pod,
        status: &PodStatus,
        now: Timestamp,
    ) -> Vec<usize> {
        let mut asking = Vec::new();
        for (index, worker) in self.workers.iter_mut().enumerate() {
            if !worker.takes_its_turn(now) {
                continue;
            }
            let view = View {
                is_over: status.phase.is_terminal(),
                is_deleting: pod.deletion.is_some(),
                status: status.container(&worker.container),
                container: pod.spec.at(worker.slot),
                policy: pod.spec.restart_policy,
            };
            if worker.look(&view, &mut self.results, now) == Look::Ask {
                asking.push(index);
            }
        }
        asking
    }

    /// Counts the answer of a worker.
    pub(crate) fn count(&mut self, worker: usize, result: ProbeResult) {
        if let Some(worker) = self.workers.get_mut(worker) {
            worker.count(result, &mut self.results);
        }
    }

    /// What is known of a container.
    pub(crate) fn result(&self, kind: ProbeKind, container_id: &str) -> Option<ProbeResult> {
        self.results.get(kind, container_id)
    }

    /// What else is known since this was last asked.
    pub(crate) fn take_updates(&mut self) -> Vec<Update> {
        self.results.take_updates()
    }

    /// Says which containers of a status have started and are ready.
    ///
    /// Source: `prober_manager.go`, `UpdatePodStatus`.
    pub(crate) fn set_started_and_ready(&self, pod: &Pod, status: &mut PodStatus) {
        for (index, container) in status.init_containers.iter_mut().enumerate() {
            let slot = Slot { class: Class::Init, index };
            container.started = self.has_started(container);
            container.ready = if pod.spec.is_sidecar(slot) {
                container.started && self.is_ready(container)
            } else {
                container.terminated().is_some_and(|end| end.exit_code == 0)
            };
        }
        for container in &mut status.containers {
            container.started = self.has_started(container);
            container.ready = container.started && self.is_ready(container);
        }
    }

    /// Has the readiness of running containers that are not known to be ready looked at
    /// at once.
    ///
    /// Source: `prober_manager.go`, `UpdatePodStatus`, its manual trigger.
    pub(crate) fn trigger_readiness(&mut self, status: &PodStatus) {
        for worker in &mut self.workers {
            let container = status.container(&worker.container);
            let is_open = container.is_some_and(|container| container.started && !container.ready);
            if worker.kind == ProbeKind::Readiness && is_open {
                worker.trigger();
            }
        }
    }

    fn has_started(&self, container: &ContainerStatus) -> bool {
        container.is_running()
            && match self.results.get(ProbeKind::Startup, &container.container_id) {
                Some(result) => result == ProbeResult::Success,
                None => !self.has_worker(container, ProbeKind::Startup),
            }
    }

    fn is_ready(&self, container: &ContainerStatus) -> bool {
        let known = self.results.get(ProbeKind::Readiness, &container.container_id);
        known == Some(ProbeResult::Success) || !self.has_worker(container, ProbeKind::Readiness)
    }

    fn has_worker(&self, container: &ContainerStatus, kind: ProbeKind) -> bool {
        self.workers.iter().any(|worker| {
            worker.is_at_work() && worker.kind == kind && worker.container == container.name
        })
    }
}
