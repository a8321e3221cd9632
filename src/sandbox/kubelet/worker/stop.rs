use super::pod_worker::PodWorker;
use super::step::{AfterStop, Ending, Step, Stop, Stopping};
use super::surroundings::Surroundings;
use crate::sandbox::kubelet::attempt::{Attempt, Begun, NO_END, Outcome, begin};
use crate::sandbox::kubelet::clock::after_seconds;
use crate::sandbox::kubelet::runtime::Instance;
use crate::sandbox::kubelet::spec::{Class, Slot};
use crate::sandbox::kubelet::told::Told;

/// Every container has at least so long to end by itself.
///
/// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go`, `minimumGracePeriodInSeconds`.
const LEAST_GRACE: i64 = 2;

impl PodWorker {
    /// All running containers, to be ended with the pod.
    pub(super) fn stops_of_all(&self, world: &mut Surroundings<'_>) -> Vec<Stop> {
        let running: Vec<String> =
            self.runtime.instances.iter().filter(|i| i.runs()).map(|i| i.id.clone()).collect();
        let usual = Ending { message: "", because: None };
        running.iter().filter_map(|id| self.stop(id, usual, world)).collect()
    }

    /// A running container, to be ended; says so.
    ///
    /// Source: `kuberuntime_container.go`, `killContainer`.
    pub(super) fn stop(
        &self,
        id: &str,
        ending: Ending<'_>,
        world: &mut Surroundings<'_>,
    ) -> Option<Stop> {
        let instance = self.runtime.by_id(id)?;
        let message = match ending.message {
            "" => format!("Stopping container {}", instance.name),
            message => message.to_owned(),
        };
        world.tell(&self.pod, Some(instance.slot), &Told::normal("Killing", message));
        Some(Stop {
            id: id.to_owned(),
            slot: instance.slot,
            grace: self.grace(instance, ending),
            state: Stopping::New,
        })
    }

    /// Source: `kuberuntime_container.go`, `setTerminationGracePeriod`.
    fn grace(&self, instance: &Instance, ending: Ending<'_>) -> i64 {
        if let Some(deletion) = self.pod.deletion {
            return deletion.grace;
        }
        let container = self.pod.spec.at(instance.slot);
        let of_probe = ending
            .because
            .and_then(|kind| container?.probe(kind)?.termination_grace_period_seconds);
        of_probe.unwrap_or_else(|| self.pod.spec.grace())
    }

    /// Goes on ending containers. Whether anything moved.
    pub(super) fn go_on_stopping(
        &mut self,
        mut stops: Vec<Stop>,
        then: AfterStop,
        world: &mut Surroundings<'_>,
    ) -> bool {
        let mut moved = false;
        for index in 0..stops.len() {
            let may = may_go(&stops, index, &self.pod.spec);
            if let Some(stop) = stops.get_mut(index) {
                moved |= self.move_stop(stop, may, world);
            }
        }
        if !stops.iter().all(Stop::is_gone) {
            self.work.step = Step::Stop(stops, then);
            return moved;
        }
        match then {
            AfterStop::Start(waiting) => {
                self.runtime.look();
                self.start_all(waiting);
            }
            then => self.stop_sandbox(then, world),
        }
        true
    }

    /// Moves one container towards its end as far as it goes now.
    pub(super) fn move_stop(
        &mut self,
        stop: &mut Stop,
        may_go: bool,
        world: &mut Surroundings<'_>,
    ) -> bool {
        let mut moved = false;
        while let Some(next) = self.next_state(stop, may_go, world) {
            stop.state = next;
            moved = true;
        }
        moved
    }

    fn next_state(
        &mut self,
        stop: &mut Stop,
        may_go: bool,
        world: &mut Surroundings<'_>,
    ) -> Option<Stopping> {
        if !stop.is_gone() && self.has_ended(&stop.id) {
            return Some(Stopping::Gone);
        }
        let now = world.now;
        match std::mem::replace(&mut stop.state, Stopping::Gone) {
            Stopping::New => Some(self.begin_hook(stop, world)),
            Stopping::Hook(attempt, since) => {
                let late = after_seconds(since, stop.grace);
                let begun = self.poll_hook(attempt, stop, world);
                match begun {
                    Begun::Over(outcome) => {
                        self.end_hook(stop, &outcome, world);
                        stop.grace -= now.duration_since(since).as_secs();
                        Some(Stopping::Turn(now))
                    }
                    Begun::Waiting(attempt) if now >= late => {
                        attempt.give_up(&mut self.runtime, now);
                        stop.grace = 0;
                        Some(Stopping::Turn(now))
                    }
                    Begun::Waiting(attempt) => {
                        stop.state = Stopping::Hook(attempt, since);
                        None
                    }
                }
            }
            Stopping::Turn(since) if may_go || now >= after_seconds(since, stop.grace) => {
                stop.grace -= now.duration_since(since).as_secs();
                Some(self.ask_to_end(stop, world))
            }
            Stopping::Asked(kill) if now >= kill => {
                self.force_to_end(stop, world);
                Some(Stopping::Forced)
            }
            unmoved => {
                stop.state = unmoved;
                None
            }
        }
    }

    /// Source: `kuberuntime_container.go`, `executePreStopHook`.
    fn begin_hook(&mut self, stop: &Stop, world: &mut Surroundings<'_>) -> Stopping {
        let now = world.now;
        let hook = self.pod.spec.at(stop.slot).and_then(|one| one.lifecycle.pre_stop.clone());
        let Some(hook) = hook.filter(|_| stop.grace > 0) else { return Stopping::Turn(now) };
        let target = Self::target(&self.pod, &self.runtime, world.node, stop.slot, &stop.id);
        let Some(target) = target else { return Stopping::Turn(now) };
        match begin(&hook, target, &mut self.runtime, NO_END, now) {
            Begun::Waiting(attempt) => Stopping::Hook(attempt, now),
            Begun::Over(outcome) => {
                self.end_hook(stop, &outcome, world);
                Stopping::Turn(now)
            }
        }
    }

    fn poll_hook(&mut self, attempt: Attempt, stop: &Stop, world: &Surroundings<'_>) -> Begun {
        match Self::target(&self.pod, &self.runtime, world.node, stop.slot, &stop.id) {
            Some(target) => attempt.poll(target, &mut self.runtime, world.now),
            None => Begun::Over(Outcome::Success),
        }
    }

    fn end_hook(&self, stop: &Stop, outcome: &Outcome, world: &mut Surroundings<'_>) {
        if matches!(outcome, Outcome::Failure(_) | Outcome::Error(_)) {
            let told = Told::warning("FailedPreStopHook", "PreStopHook failed");
            world.tell(&self.pod, Some(stop.slot), &told);
        }
    }

    fn ask_to_end(&mut self, stop: &Stop, world: &mut Surroundings<'_>) -> Stopping {
        let now = world.now;
        if let Some(instance) = self.runtime.by_id_mut(&stop.id)
            && let Some(process) = &mut instance.process
        {
            process.terminate(now);
            process.advance(now);
            self.collect(world);
        }
        Stopping::Asked(after_seconds(now, stop.grace.max(LEAST_GRACE)))
    }

    fn force_to_end(&mut self, stop: &Stop, world: &mut Surroundings<'_>) {
        let now = world.now;
        if let Some(instance) = self.runtime.by_id_mut(&stop.id)
            && let Some(process) = &mut instance.process
        {
            process.kill(now);
            process.advance(now);
            self.collect(world);
        }
    }
}

/// Whether it is a container's turn: a sidecar ends after all regular containers and
/// after the sidecars that come behind it.
///
/// Source: `pkg/kubelet/kuberuntime/kuberuntime_termination_order.go`.
fn may_go(stops: &[Stop], index: usize, spec: &crate::sandbox::kubelet::spec::PodSpec) -> bool {
    let Some(stop) = stops.get(index) else { return true };
    if !spec.is_sidecar(stop.slot) {
        return true;
    }
    let comes_first = |slot: Slot| match slot.class {
        Class::Regular => true,
        Class::Init => spec.is_sidecar(slot) && slot.index > stop.slot.index,
        Class::Ephemeral => false,
    };
    stops.iter().all(|other| other.is_gone() || !comes_first(other.slot))
}

impl Stop {
    /// What of it still waits for an answer.
    pub(super) fn into_attempt(self) -> Option<Attempt> {
        match self.state {
            Stopping::Hook(attempt, _) => Some(attempt),
            _ => None,
        }
    }
}
