use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use jiff::Timestamp;

use super::agenda::{Agenda, PodId};
use super::chance::Chance;
use super::clock::after_millis;
use super::node::Node;
use super::spec::{Pod, Source, Volume};
use super::volumes::Claims;
use super::worker::{PodWorker, Surroundings};
use crate::sandbox::images::Images;
use crate::sandbox::record::{Event, Kind, Recorder};
use crate::sandbox::{Change, ChangeKind, Object, Store};

/// The kubelets of all nodes.
#[derive(Debug)]
pub struct Kubelet {
    pub(super) nodes: Vec<Node>,
    pub(super) workers: BTreeMap<PodId, PodWorker>,
    pub(super) by_name: BTreeMap<(String, String), PodId>,
    by_uid: BTreeMap<String, PodId>,
    by_source: BTreeMap<(&'static str, String, String), BTreeSet<PodId>>,
    pub(super) agenda: Agenda,
    claims: Claims,
    recorder: Recorder,
    chance: Chance,
    /// Pods that could not be read, and why.
    unreadable: Vec<(Object, String)>,
    started: Timestamp,
    serial: u64,
}

/// Names a container that runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContainerKey {
    pub(super) pod: PodId,
    pub(super) id: String,
}

impl Default for Kubelet {
    fn default() -> Self {
        Self::new()
    }
}

impl Kubelet {
    /// The kubelets of `node-1` and `node-2`, which have been running for long.
    pub fn new() -> Self {
        let nodes = vec![
            Node::new("node-1", Ipv4Addr::new(10, 138, 0, 11), [10, 20, 1]),
            Node::new("node-2", Ipv4Addr::new(10, 138, 0, 12), [10, 20, 2]),
        ];
        Self {
            nodes,
            workers: BTreeMap::new(),
            by_name: BTreeMap::new(),
            by_uid: BTreeMap::new(),
            by_source: BTreeMap::new(),
            agenda: Agenda::default(),
            claims: Claims::default(),
            recorder: Recorder::default(),
            chance: Chance::default(),
            unreadable: Vec::new(),
            started: Timestamp::MIN,
            serial: 0,
        }
    }

    /// A kubelet of one node that started at a time, with a chance of its own.
    #[cfg(test)]
    pub(super) fn of_test(node: Node, started: Timestamp, chance: Chance) -> Self {
        Self { nodes: vec![node], started, chance, ..Self::new() }
    }

    /// Takes note of a change in the store; what follows from it comes with
    /// [`Kubelet::advance`].
    pub fn observe(&mut self, change: &Change, now: Timestamp) {
        self.agenda.hear(now);
        let meta = &change.object["metadata"];
        let text = |key: &str| meta[key].as_str().unwrap_or_default();
        match (&*change.resource, change.kind) {
            ("pods", ChangeKind::Deleted) => self.remove_pod(text("uid")),
            ("pods", _) => self.put_pod(&change.object, now),
            ("configmaps", _) => self.follow("configmaps", text("namespace"), text("name")),
            ("secrets", _) => self.follow("secrets", text("namespace"), text("name")),
            ("persistentvolumes", ChangeKind::Deleted) => self.claims.forget(text("name")),
            ("persistentvolumeclaims", ChangeKind::Deleted) => {
                self.claims.forget(&format!("{}/{}", text("namespace"), text("name")));
            }
            _ => {}
        }
    }

    /// When something happens by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        match self.unreadable.is_empty() {
            true => self.agenda.next_due(),
            false => Some(self.agenda.now()),
        }
    }

    /// Lets everything happen that is due until `now`, in order.
    pub fn advance(&mut self, store: &mut Store, images: &Images, now: Timestamp) {
        self.tell_unreadable(store, now);
        while let Some((at, pod)) = self.agenda.take_due(now) {
            let Some(worker) = self.workers.get_mut(&pod) else { continue };
            let of_node = |node: &&mut Node| node.name == worker.pod.spec.node_name;
            let Some(node) = self.nodes.iter_mut().find(of_node) else { continue };
            let mut surroundings = Surroundings {
                store,
                images,
                recorder: &mut self.recorder,
                node,
                claims: &mut self.claims,
                chance: &self.chance,
                running_for: at.duration_since(self.started),
                now: at,
            };
            worker.advance(&mut surroundings);
            if worker.take_activity() {
                self.agenda.is_active(pod);
            }
            if worker.can_be_forgotten() {
                self.forget(pod);
            } else if let Some(due) = worker.next_due() {
                // Whatever happens, time goes on.
                self.agenda.plan(pod, due.max(after_millis(at, 1)));
            }
        }
        self.agenda.hear(now);
    }

    fn put_pod(&mut self, object: &Object, now: Timestamp) {
        let uid = object["metadata"]["uid"].as_str().unwrap_or_default();
        if let Some(id) = self.by_uid.get(uid) {
            if let Some(worker) = self.workers.get_mut(id) {
                worker.update(object, now);
                if let Some(due) = worker.next_due() {
                    self.agenda.plan(*id, due);
                }
            }
            return;
        }
        let node = object["spec"]["nodeName"].as_str().unwrap_or_default();
        if !self.nodes.iter().any(|known| known.name == node) || is_over(object) {
            return;
        }
        match Pod::read(object) {
            Ok(pod) => self.add_pod(pod),
            Err(why) => self.unreadable.push((Object::clone(object), why)),
        }
    }

    fn add_pod(&mut self, pod: Pod) {
        self.serial += 1;
        let id = PodId(self.serial);
        for (kind, name) in sources(&pod) {
            let key = (kind, pod.namespace.clone(), name);
            self.by_source.entry(key).or_default().insert(id);
        }
        self.by_uid.insert(pod.uid.clone(), id);
        self.by_name.insert((pod.namespace.clone(), pod.name.clone()), id);
        self.workers.insert(id, PodWorker::new(pod));
        self.agenda.plan(id, self.agenda.now());
    }

    fn remove_pod(&mut self, uid: &str) {
        let Some(id) = self.by_uid.get(uid).copied() else { return };
        let Some(worker) = self.workers.get_mut(&id) else { return };
        worker.is_removed();
        if worker.can_be_forgotten() {
            self.forget(id);
        } else if let Some(due) = worker.next_due() {
            self.agenda.plan(id, due);
        }
    }

    fn forget(&mut self, id: PodId) {
        self.agenda.drop_plan(id);
        let Some(worker) = self.workers.remove(&id) else { return };
        let pod = &worker.pod;
        self.by_uid.remove(&pod.uid);
        let name = (pod.namespace.clone(), pod.name.clone());
        if self.by_name.get(&name) == Some(&id) {
            self.by_name.remove(&name);
        }
        for (kind, name) in sources(pod) {
            let key = (kind, pod.namespace.clone(), name);
            if let Some(pods) = self.by_source.get_mut(&key) {
                pods.remove(&id);
                if pods.is_empty() {
                    self.by_source.remove(&key);
                }
            }
        }
    }

    fn follow(&mut self, kind: &'static str, namespace: &str, name: &str) {
        let now = self.agenda.now();
        let key = (kind, namespace.to_owned(), name.to_owned());
        for id in self.by_source.get(&key).into_iter().flatten() {
            let Some(worker) = self.workers.get_mut(id) else { continue };
            worker.follow_files(now);
            if let Some(due) = worker.next_due() {
                self.agenda.plan(*id, due);
            }
        }
    }

    fn tell_unreadable(&mut self, store: &mut Store, now: Timestamp) {
        for (object, why) in std::mem::take(&mut self.unreadable) {
            let message = format!("The sandbox cannot read the pod's spec: {why}");
            let event = Event {
                source: "kubelet",
                host: object["spec"]["nodeName"].as_str(),
                regarding: &object,
                field_path: None,
                kind: Kind::Warning,
                reason: "FailedSync",
                message: &message,
            };
            self.recorder.event(store, event, now);
        }
    }
}

fn is_over(object: &Object) -> bool {
    let phase = &object["status"]["phase"];
    phase == "Succeeded" || phase == "Failed"
}

/// The config maps and secrets that a pod's files are made from.
fn sources(pod: &Pod) -> Vec<(&'static str, String)> {
    let of_volumes = pod.spec.volumes.iter().filter_map(Volume::sources).flatten();
    of_volumes.filter_map(|source: Source| named(&source)).collect()
}

fn named(source: &Source) -> Option<(&'static str, String)> {
    if let Some(map) = &source.config_map {
        return Some(("configmaps", map.name.clone()));
    }
    source.secret.as_ref().map(|secret| ("secrets", secret.secret().to_owned()))
}
