use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::pod_worker::PodWorker;
use super::start::Outset;
use super::step::{Ending, Start};
use super::surroundings::Surroundings;
use crate::sandbox::images::{Image, Lookup};
use crate::sandbox::kubelet::attempt::{Begun, NO_END, Outcome, begin};
use crate::sandbox::kubelet::chance::hexadecimal;
use crate::sandbox::kubelet::clock::after_millis;
use crate::sandbox::kubelet::log::Log;
use crate::sandbox::kubelet::runtime::{End, Instance, Known, Runtime};
use crate::sandbox::kubelet::setup;
use crate::sandbox::kubelet::spec::{Container, Slot};
use crate::sandbox::kubelet::told::{StartError, Told};
use crate::sandbox::process;

/// How long it takes to make a container and to start it, as recorded.
const MILLIS_TO_CREATE: i64 = 30;
const MILLIS_TO_RUN: i64 = 85;

/// Making a container, once its image is there, and starting it.
impl PodWorker {
    /// The image is there: is all else that the container needs?
    ///
    /// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go`, `startContainer`.
    pub(super) fn make(
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

    pub(super) fn create(
        &mut self,
        slot: Slot,
        container: &Container,
        image: Arc<Image>,
        world: &mut Surroundings<'_>,
    ) -> Start {
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
            user: setup::user(&self.pod, container, &image),
            state: Known::Created,
            process: None,
            remains: None,
            unseen_end: None,
            log: Log::default(),
            message: process::Folder::default(),
            answers: BTreeMap::new(),
            traffic: Vec::new(),
        });
        world.tell(&self.pod, Some(slot), &Told::normal("Created", "Container created"));
        Start::Run(after_millis(world.now, MILLIS_TO_RUN), image)
    }

    pub(super) fn run(
        &mut self,
        slot: Slot,
        container: &Container,
        image: &Arc<Image>,
        world: &mut Surroundings<'_>,
    ) -> Outset {
        let now = world.now;
        let prepared = self.prepare(container, image, world);
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

    pub(super) fn after_hook(
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
fn did_not_start(why: &str, now: Timestamp) -> End {
    End {
        code: 128,
        reason: "StartError",
        message: why.to_owned(),
        started: Some(Timestamp::UNIX_EPOCH),
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
