use super::pod_worker::PodWorker;
use super::step::{Start, Starting, Step, Stopping};
use super::surroundings::Surroundings;
use crate::sandbox::kubelet::clock::go_duration;
use crate::sandbox::kubelet::pull::Pulling;
use crate::sandbox::kubelet::spec::{Class, Container, Slot};
use crate::sandbox::kubelet::told::{StartError, Told};

/// What came of a container that was to be started.
pub(super) enum Outset {
    /// It is on its way.
    Under(Start),
    /// It runs, or it does not.
    Over(Result<(), StartError>),
}

impl From<StartError> for Outset {
    fn from(error: StartError) -> Self {
        Self::Over(Err(error))
    }
}

impl PodWorker {
    /// Goes on starting containers. Whether anything moved.
    pub(super) fn go_on_starting(
        &mut self,
        mut starting: Starting,
        world: &mut Surroundings<'_>,
    ) -> bool {
        let (slot, start) = match starting.current.take() {
            Some((slot, start)) => (slot, *start),
            None => match starting.waiting.pop_front() {
                Some(slot) => {
                    self.work.step = Step::Start(starting);
                    let outset = self.begin_start(slot, world);
                    self.take_outset(slot, outset, world);
                    return true;
                }
                None => {
                    self.end_sync(world);
                    return true;
                }
            },
        };
        self.work.step = Step::Start(starting);
        if !self.is_due(&start, world) {
            self.set_current(slot, start);
            return false;
        }
        let outset = self.move_start(slot, start, world);
        self.take_outset(slot, outset, world)
    }

    fn is_due(&self, start: &Start, world: &Surroundings<'_>) -> bool {
        match start {
            Start::Pull(pull) => pull.until <= world.now,
            Start::Create(at, _) | Start::Run(at, _) => *at <= world.now,
            Start::Hook(_) | Start::Stop(_) => true,
        }
    }

    fn set_current(&mut self, slot: Slot, start: Start) {
        if let Step::Start(starting) = &mut self.work.step {
            starting.current = Some((slot, Box::new(start)));
        }
    }

    /// Takes note of what came of a start; after a failed init container nothing else is
    /// started. Whether anything moved.
    fn take_outset(&mut self, slot: Slot, outset: Outset, world: &mut Surroundings<'_>) -> bool {
        let result = match outset {
            Outset::Under(start) => {
                let waits = matches!(start, Start::Hook(_) | Start::Stop(_));
                self.set_current(slot, start);
                return !waits;
            }
            Outset::Over(result) => result,
        };
        let Some(container) = self.pod.spec.at(slot) else { return true };
        match result {
            Ok(()) => {
                self.reasons.remove(&container.name);
            }
            Err(error) => {
                let told = (error.reason.to_owned(), error.message.clone());
                self.reasons.insert(container.name.clone(), told);
                self.work.errors.push(error);
                if slot.class == Class::Init && !container.is_restartable() {
                    self.end_sync(world);
                }
            }
        }
        true
    }

    /// Source: `pkg/kubelet/kuberuntime/kuberuntime_manager.go`, `SyncPod`, its `start`.
    fn begin_start(&mut self, slot: Slot, world: &mut Surroundings<'_>) -> Outset {
        let Some(container) = self.pod.spec.at(slot).cloned() else { return Outset::Over(Ok(())) };
        if let Some(error) = self.back_off(slot, &container, world) {
            return error.into();
        }
        let (pulling, told) = self.pulls.begin(&container, world.images, world.node, world.now);
        for told in told {
            world.tell(&self.pod, Some(slot), &told);
        }
        match pulling {
            Pulling::Present(image) => self.make(slot, &container, image, world),
            Pulling::Until(pull) => Outset::Under(Start::Pull(pull)),
            Pulling::Refused(error) => self.without_image(slot, error, world),
        }
    }

    /// A container that ended is started again at once the first time, later after a wait.
    ///
    /// Source: `kuberuntime_manager.go`, `doBackOff`.
    fn back_off(
        &mut self,
        slot: Slot,
        container: &Container,
        world: &mut Surroundings<'_>,
    ) -> Option<StartError> {
        let finished = *self.work.ended.get(&container.name)?;
        let key = format!("{}/{}", container.name, container.image);
        let Some(until) = self.crashes.waits_until(&key, finished, world.now) else {
            self.crashes.fail(&key, finished, world.now);
            return None;
        };
        let (name, pod) = (&container.name, self.pod.formatted());
        let told = format!("Back-off restarting failed container {name} in pod {pod}");
        world.tell(&self.pod, Some(slot), &Told::warning("BackOff", told));
        let wait = self.crashes.wait(&key).as_millis();
        let wait = go_duration(i64::try_from(wait).unwrap_or(i64::MAX));
        let message = format!("back-off {wait} restarting failed container={name} pod={pod}");
        Some(StartError { until: Some(until), ..StartError::new("CrashLoopBackOff", message) })
    }

    fn without_image(&self, slot: Slot, error: StartError, world: &mut Surroundings<'_>) -> Outset {
        let told = Told::warning("Failed", format!("Error: {}", error.reason));
        world.tell(&self.pod, Some(slot), &told);
        error.into()
    }

    fn move_start(&mut self, slot: Slot, start: Start, world: &mut Surroundings<'_>) -> Outset {
        let Some(container) = self.pod.spec.at(slot).cloned() else { return Outset::Over(Ok(())) };
        match start {
            Start::Pull(pull) => {
                let (image, told) = self.pulls.finish(&container, pull, world.node, world.now);
                for told in told {
                    world.tell(&self.pod, Some(slot), &told);
                }
                match image {
                    Ok(image) => self.make(slot, &container, image, world),
                    Err(error) => self.without_image(slot, error, world),
                }
            }
            Start::Create(_, image) => Outset::Under(self.create(slot, &container, image, world)),
            Start::Run(_, image) => self.run(slot, &container, &image, world),
            Start::Hook(attempt) => {
                let id = self.runtime.current(&container.name).map(|i| i.id.clone());
                let id = id.unwrap_or_default();
                match Self::target(&self.pod, &self.runtime, world.node, slot, &id) {
                    Some(target) => {
                        let begun = attempt.poll(target, &mut self.runtime, world.now);
                        self.after_hook(slot, &id, begun, world)
                    }
                    None => Outset::Over(Ok(())),
                }
            }
            Start::Stop(mut stop) => {
                self.move_stop(&mut stop, true, world);
                match stop.state {
                    Stopping::Gone => StartError::new("PostStartHookError", "").into(),
                    _ => Outset::Under(Start::Stop(stop)),
                }
            }
        }
    }
}
