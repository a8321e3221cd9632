use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::super::{Change, ChangeKind, fields};
use super::super::key::Key;
use super::demand::Demand;

/// Which pods are on which node, and what they take of it.
#[derive(Debug, Default)]
pub(in super::super) struct Ledger {
    pods: BTreeMap<Key, (String, Demand)>,
    with_anti_affinity: BTreeSet<Key>,
    nodes: BTreeMap<String, OnNode>,
}

/// What is on one node.
#[derive(Debug, Default)]
pub(super) struct OnNode {
    pub(super) pods: BTreeMap<Key, Demand>,
    pub(super) requests: BTreeMap<String, i128>,
    pub(super) weight: (i128, i128),
    /// How many pods there are of each manager.
    pub(super) managed: BTreeMap<String, i64>,
}

impl Ledger {
    /// Takes a change of a pod in.
    pub(in super::super) fn observe(&mut self, change: &Change) {
        if &*change.resource != "pods" {
            return;
        }
        let key = Key::of(&change.resource, &change.object);
        let node = fields::text(&change.object, "spec.nodeName");
        let takes =
            change.kind != ChangeKind::Deleted && !node.is_empty() && !ended(&change.object);
        if self.pods.get(&key).is_some_and(|(on, _)| takes && on == node) {
            return;
        }
        self.take_out(&key);
        if takes {
            self.put(key, node, Demand::of(&change.object));
        }
    }

    /// The pods of a node that have not ended.
    pub(in super::super) fn pods_on(&self, node: &str) -> impl Iterator<Item = &Key> {
        self.nodes.get(node).into_iter().flat_map(|on| on.pods.keys())
    }

    /// All pods that are on nodes, with their nodes.
    pub(super) fn placed(&self) -> impl Iterator<Item = (&Key, &str)> {
        self.pods.iter().map(|(key, (node, _))| (key, node.as_str()))
    }

    /// Those that want no pods of some kind beside them.
    pub(super) fn with_anti_affinity(&self) -> impl Iterator<Item = (&Key, &str)> {
        let node = |key| self.pods.get(key).map(|(node, _)| node.as_str());
        self.with_anti_affinity.iter().filter_map(move |key| Some((key, node(key)?)))
    }

    /// What is on a node.
    pub(super) fn on(&self, node: &str) -> Option<&OnNode> {
        self.nodes.get(node)
    }

    fn put(&mut self, key: Key, node: &str, demand: Demand) {
        let on = self.nodes.entry(node.to_owned()).or_default();
        for (resource, amount) in &demand.requests {
            *on.requests.entry(resource.clone()).or_insert(0) += amount;
        }
        on.weight = (on.weight.0 + demand.weight.0, on.weight.1 + demand.weight.1);
        *on.managed.entry(demand.manager.clone()).or_insert(0) += 1;
        on.pods.insert(key.clone(), demand.clone());
        if demand.has_anti_affinity {
            self.with_anti_affinity.insert(key.clone());
        }
        self.pods.insert(key, (node.to_owned(), demand));
    }

    fn take_out(&mut self, key: &Key) {
        let Some((node, demand)) = self.pods.remove(key) else { return };
        self.with_anti_affinity.remove(key);
        let Some(on) = self.nodes.get_mut(&node) else { return };
        if let Some(like) = on.managed.get_mut(&demand.manager) {
            *like -= 1;
        }
        on.pods.remove(key);
        for (resource, amount) in &demand.requests {
            *on.requests.entry(resource.clone()).or_insert(0) -= amount;
        }
        on.weight = (on.weight.0 - demand.weight.0, on.weight.1 - demand.weight.1);
    }
}

/// Whether a pod has ended, so that it takes nothing any more.
pub(super) fn ended(pod: &Value) -> bool {
    matches!(fields::text(pod, "status.phase"), "Succeeded" | "Failed")
}
