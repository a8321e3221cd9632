use jiff::{SignedDuration, Timestamp};

use crate::sandbox::Store;
use crate::sandbox::images::Images;
use crate::sandbox::kubelet::chance::Chance;
use crate::sandbox::kubelet::node::Node;
use crate::sandbox::kubelet::spec::{Pod, Slot};
use crate::sandbox::kubelet::told::Told;
use crate::sandbox::kubelet::volumes::Claims;
use crate::sandbox::record::{Event, Recorder};

/// All that a worker touches besides its pod, and the time.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) store: &'a mut Store,
    pub(crate) images: &'a Images,
    pub(crate) recorder: &'a mut Recorder,
    pub(crate) node: &'a mut Node,
    pub(crate) claims: &'a mut Claims,
    pub(crate) chance: &'a Chance,
    /// How long the kubelet has been running.
    pub(crate) running_for: SignedDuration,
    pub(crate) now: Timestamp,
}

impl Surroundings<'_> {
    /// Tells something about a pod, or about a container of it.
    pub(crate) fn tell(&mut self, pod: &Pod, slot: Option<Slot>, told: &Told) {
        let container = slot.and_then(|slot| Some((slot, pod.spec.at(slot)?)));
        let path = container
            .map(|(slot, container)| format!("spec.{}{{{}}}", slot.class.field(), container.name));
        let event = Event {
            source: "kubelet",
            host: Some(&self.node.name),
            regarding: &pod.object,
            field_path: path.as_deref(),
            kind: told.kind,
            reason: told.reason,
            message: &told.message,
        };
        self.recorder.event(self.store, event, self.now);
    }
}
