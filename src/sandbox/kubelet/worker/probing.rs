use super::pod_worker::PodWorker;
use super::surroundings::Surroundings;
use crate::sandbox::kubelet::attempt::{Begun, Outcome, begin};
use crate::sandbox::kubelet::prober::ProbeResult;
use crate::sandbox::kubelet::spec::ProbeKind;
use crate::sandbox::kubelet::told::Told;

impl PodWorker {
    /// Goes on with the probes. Whether anything moved.
    pub(super) fn probe(&mut self, world: &mut Surroundings<'_>) -> bool {
        let mut moved = false;
        for worker in 0..self.prober.workers.len() {
            moved |= self.poll_probe(worker, world);
        }
        let asking = self.prober.wants_to_ask(&self.pod, &self.status, world.now);
        for worker in asking {
            moved = true;
            self.begin_probe(worker, world);
        }
        moved | self.take_updates(world)
    }

    fn begin_probe(&mut self, index: usize, world: &mut Surroundings<'_>) {
        let Some(worker) = self.prober.workers.get_mut(index) else { return };
        let Some(instance) = self.runtime.current(&worker.container) else { return };
        let (slot, id) = (worker.slot, instance.id.clone());
        let seconds = worker.probe.timeout();
        let target = Self::target(&self.pod, &self.runtime, world.node, slot, &id);
        let Some(target) = target else { return };
        let handler = worker.probe.handler.clone();
        match begin(&handler, target, &mut self.runtime, seconds, world.now) {
            Begun::Waiting(attempt) => worker.attempt = Some(attempt),
            Begun::Over(outcome) => self.end_probe(index, outcome, world),
        }
    }

    fn poll_probe(&mut self, index: usize, world: &mut Surroundings<'_>) -> bool {
        let Some(worker) = self.prober.workers.get_mut(index) else { return false };
        let Some(attempt) = worker.attempt.take() else { return false };
        let target = Self::target(&self.pod, &self.runtime, world.node, worker.slot, "");
        let begun = match target {
            Some(target) => attempt.poll(target, &mut self.runtime, world.now),
            None => return true,
        };
        match begun {
            Begun::Waiting(attempt) => {
                worker.attempt = Some(attempt);
                false
            }
            Begun::Over(outcome) => {
                self.end_probe(index, outcome, world);
                true
            }
        }
    }

    /// Counts and tells an answer.
    ///
    /// Source: `pkg/kubelet/prober/prober.go`, `probe`.
    fn end_probe(&mut self, index: usize, outcome: Outcome, world: &mut Surroundings<'_>) {
        let Some(worker) = self.prober.workers.get(index) else { return };
        let kind = worker.kind;
        let (told, result) = match outcome {
            Outcome::Success => (None, Some(ProbeResult::Success)),
            Outcome::Warning(what) => {
                let told = Told::warning("ProbeWarning", format!("{kind} probe warning: {what}"));
                (Some(told), Some(ProbeResult::Success))
            }
            Outcome::Failure(what) => {
                let told = Told::warning("Unhealthy", format!("{kind} probe failed: {what}"));
                (Some(told), Some(ProbeResult::Failure))
            }
            Outcome::Error(what) => {
                let what = format!("{kind} probe errored and resulted in unknown state: {what}");
                (Some(Told::warning("Unhealthy", what)), None)
            }
        };
        if let Some(told) = told {
            world.tell(&self.pod, Some(worker.slot), &told);
        }
        if let Some(result) = result {
            self.prober.count(index, result);
        }
    }

    /// Acts on what probes have found out.
    ///
    /// Source: `pkg/kubelet/kubelet.go`, `syncLoopIteration`, its probe managers.
    fn take_updates(&mut self, world: &mut Surroundings<'_>) -> bool {
        let updates = self.prober.take_updates();
        for update in &updates {
            match update.kind {
                ProbeKind::Liveness => {
                    self.work.is_wanted |= update.result == ProbeResult::Failure;
                }
                kind @ (ProbeKind::Readiness | ProbeKind::Startup) => {
                    let is_so = update.result == ProbeResult::Success;
                    self.set_probed(kind, &update.container_id, is_so, world);
                    self.work.is_wanted = true;
                }
            }
        }
        !updates.is_empty()
    }
}
