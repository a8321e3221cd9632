use std::sync::Arc;

use super::pod_worker::PodWorker;
use super::step::{Ending, Start, Starting, Step, Stopping};
use super::surroundings::Surroundings;
use crate::sandbox::images::{Image, Lookup};
use crate::sandbox::kubelet::attempt::{Begun, NO_END, Outcome, begin};
use crate::sandbox::kubelet::chance::hexadecimal;
use crate::sandbox::kubelet::clock::{after_millis, go_duration};
use crate::sandbox::kubelet::log::Log;
use crate::sandbox::kubelet::pull::Pulling;
use crate::sandbox::kubelet::runtime::{End, Instance, Known, Runtime};
use crate::sandbox::kubelet::setup;
use crate::sandbox::kubelet::spec::{Class, Container, Slot};
use crate::sandbox::kubelet::told::{StartError, Told};
use crate::sandbox::process;

/// How long it takes to make a container and to start it, as recorded.
const MILLIS_TO_CREATE: i64 = 30;
const MILLIS_TO_RUN: i64 = 85;

/// What came of a container that was to be started.
enum Outset {
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
            Some(current) => current,
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
            starting.current = Some((slot, start));
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
            Start::Create(_, image) => {
                self.create(slot, &container, &image, world);
                Outset::Under(Start::Run(after_millis(world.now, MILLIS_TO_RUN), image))
            }
            Start::Run(_, image) => self.run(slot, &container, image, world),
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

    /// The image is there: is all else that the container needs?
    ///
    /// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go`, `startContainer`.
    fn make(
        &mut self,
        slot: Slot,
        container: &Container,
        image: Arc<Image>,
        world: &mut Surroundings<'_>,
    ) -> Outset {
        match self.prepare(container, &image, world) {
            Ok(_) => Outset::Under(Start::Create(after_millis(world.now, MILLIS_TO_CREATE), image)),
            Err(why) => {
                world.tell(
                    &self.pod,
                    Some(slot),
                    &Told::warning("Failed", format!("Error: {why}")),
                );
                StartError::new("CreateContainerConfigError", why).into()
            }
        }
    }

    fn prepare(
        &self,
        container: &Container,
        image: &Arc<Image>,
        world: &Surroundings<'_>,
    ) -> Result<setup::Prepared, String> {
        let address = self.runtime.sandbox.map_or(world.node.address, |sandbox| sandbox.address);
        setup::prepare(setup::Making {
            pod: &self.pod,
            container,
            image,
            volumes: &self.volumes,
            address,
            host: world.node.address,
            store: world.store,
        })
    }

    fn create(
        &mut self,
        slot: Slot,
        container: &Container,
        image: &Image,
        world: &mut Surroundings<'_>,
    ) {
        let before = self.runtime.current(&container.name);
        let restart_count = before.map_or(0, |before| before.restart_count.saturating_add(1));
        let serial = format!("{}/{}/{}/{}", self.pod.uid, container.name, restart_count, world.now);
        self.runtime.drop_second(&container.name);
        self.runtime.instances.push(Instance {
            slot,
            name: container.name.clone(),
            id: hexadecimal(&serial, 64),
            restart_count,
            image: container.image.clone(),
            resources: container.resources.clone(),
            image_name: image.name(),
            image_id: image.id(),
            user: setup::user(&self.pod, container, image),
            state: Known::Created,
            process: None,
            remains: None,
            unseen_end: None,
            log: Log::default(),
            message: process::Folder::default(),
            answers: std::collections::BTreeMap::new(),
            traffic: Vec::new(),
        });
        world.tell(&self.pod, Some(slot), &Told::normal("Created", "Container created"));
    }

    fn run(
        &mut self,
        slot: Slot,
        container: &Container,
        image: Arc<Image>,
        world: &mut Surroundings<'_>,
    ) -> Outset {
        let now = world.now;
        let prepared = self.prepare(container, &image, world);
        self.work.has_changed = true;
        let Some(instance) = self.runtime.current_mut(&container.name) else {
            return Outset::Over(Ok(()));
        };
        let started = prepared.and_then(|prepared| {
            instance.message = Arc::clone(&prepared.message);
            process::Container::start(prepared.setup, now).map_err(|failure| failure.message)
        });
        match started {
            Ok(process) => {
                instance.process = Some(process);
                instance.state = Known::Running(now);
                let id = instance.id.clone();
                self.note_news(world);
                world.tell(&self.pod, Some(slot), &Told::normal("Started", "Container started"));
                if let Lookup::Simulated(_) = world.images.find(&container.image) {
                    world.tell(&self.pod, Some(slot), &simulated(&container.image));
                }
                self.begin_hook_of_start(slot, container, &id, world)
            }
            Err(why) => {
                instance.state = Known::Exited(did_not_start(&why, now));
                self.note_news(world);
                world.tell(
                    &self.pod,
                    Some(slot),
                    &Told::warning("Failed", format!("Error: {why}")),
                );
                StartError::new("RunContainerError", why).into()
            }
        }
    }

    fn begin_hook_of_start(
        &mut self,
        slot: Slot,
        container: &Container,
        id: &str,
        world: &mut Surroundings<'_>,
    ) -> Outset {
        let Some(hook) = &container.lifecycle.post_start else { return Outset::Over(Ok(())) };
        match Self::target(&self.pod, &self.runtime, world.node, slot, id) {
            Some(target) => {
                let begun = begin(hook, target, &mut self.runtime, NO_END, world.now);
                self.after_hook(slot, id, begun, world)
            }
            None => Outset::Over(Ok(())),
        }
    }

    fn after_hook(
        &mut self,
        slot: Slot,
        id: &str,
        begun: Begun,
        world: &mut Surroundings<'_>,
    ) -> Outset {
        match begun {
            Begun::Waiting(attempt) => return Outset::Under(Start::Hook(attempt)),
            Begun::Over(Outcome::Success | Outcome::Warning(_)) => return Outset::Over(Ok(())),
            Begun::Over(Outcome::Failure(_) | Outcome::Error(_)) => {}
        }
        let told = Told::warning("FailedPostStartHook", "PostStartHook failed");
        world.tell(&self.pod, Some(slot), &told);
        let ending = Ending { message: "FailedPostStartHook", because: None };
        match self.stop(id, ending, world) {
            Some(stop) => Outset::Under(Start::Stop(stop)),
            None => StartError::new("PostStartHookError", "").into(),
        }
    }
}

/// Nothing is known of the image, and a student must know that.
fn simulated(image: &str) -> Told {
    Told::normal(
        "Simulated",
        format!(
            "The sandbox does not know what image {image:?} does: the container starts and \
             idles, its programs are only simulated"
        ),
    )
}

/// A container whose program could not be started, as the runtime shows it.
///
/// Source: containerd's `internal/cri/server/container_start.go`.
fn did_not_start(why: &str, now: jiff::Timestamp) -> End {
    End {
        code: 128,
        reason: "StartError",
        message: why.to_owned(),
        started: Some(jiff::Timestamp::UNIX_EPOCH),
        finished: now,
    }
}

impl Runtime {
    /// A new container takes the place of the current one, and that of the one before it;
    /// what was before that is forgotten.
    fn drop_second(&mut self, name: &str) {
        let of_name = |instance: &&Instance| instance.name == name;
        if self.instances.iter().filter(of_name).count() < 2 {
            return;
        }
        if let Some(oldest) = self.instances.iter().position(|instance| instance.name == name) {
            self.instances.remove(oldest);
        }
    }
}
