use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::{Change, ChangeKind, fields};
use super::context::controller_uid;
use super::key::Key;

/// Who owns whom, and what there is in each namespace; kept up with every change, so
/// that no controller searches all objects.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_uid: BTreeMap<String, Key>,
    dependents: BTreeMap<String, BTreeSet<Key>>,
    in_namespace: BTreeMap<String, BTreeSet<Key>>,
    /// Pods and replica sets that nobody manages, by namespace.
    orphans: BTreeMap<String, BTreeSet<Key>>,
}

impl Index {
    /// Takes a change in.
    pub(super) fn observe(&mut self, change: &Change) {
        if let Some(previous) = &change.previous {
            self.forget(&Key::of(&change.resource, previous), previous);
        }
        if change.kind != ChangeKind::Deleted {
            self.learn(Key::of(&change.resource, &change.object), &change.object);
        }
    }

    /// Where the object of a uid is, while it is there.
    pub(super) fn of_uid(&self, uid: &str) -> Option<&Key> {
        self.by_uid.get(uid)
    }

    /// The objects that name this uid as an owner.
    pub(super) fn dependents(&self, uid: &str) -> impl Iterator<Item = &Key> {
        self.dependents.get(uid).into_iter().flatten()
    }

    /// All objects of a namespace.
    pub(super) fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = &Key> {
        self.in_namespace.get(namespace).into_iter().flatten()
    }

    /// The objects of a resource, pods or replica sets, that nobody manages.
    pub(super) fn orphans(&self, resource: &str, namespace: &str) -> impl Iterator<Item = &Key> {
        let all = self.orphans.get(namespace).into_iter().flatten();
        all.filter(move |key| &*key.resource == resource)
    }

    fn learn(&mut self, key: Key, object: &Value) {
        for owner in owner_uids(object) {
            self.dependents.entry(owner.to_owned()).or_default().insert(key.clone());
        }
        if !key.namespace.is_empty() {
            self.in_namespace.entry(key.namespace.clone()).or_default().insert(key.clone());
        }
        if may_be_adopted(&key) && controller_uid(object).is_none() {
            self.orphans.entry(key.namespace.clone()).or_default().insert(key.clone());
        }
        self.by_uid.insert(fields::uid(object).to_owned(), key);
    }

    fn forget(&mut self, key: &Key, object: &Value) {
        for owner in owner_uids(object) {
            take_out(&mut self.dependents, owner, key);
        }
        take_out(&mut self.in_namespace, &key.namespace, key);
        take_out(&mut self.orphans, &key.namespace, key);
        self.by_uid.remove(fields::uid(object));
    }
}

fn may_be_adopted(key: &Key) -> bool {
    matches!(&*key.resource, "pods" | "replicasets.apps")
}

fn take_out(sets: &mut BTreeMap<String, BTreeSet<Key>>, of: &str, key: &Key) {
    if let Some(set) = sets.get_mut(of) {
        set.remove(key);
        if set.is_empty() {
            sets.remove(of);
        }
    }
}

/// The uids of an object's owners.
pub(super) fn owner_uids(object: &Value) -> impl Iterator<Item = &str> {
    fields::items(object, "metadata.ownerReferences").iter().filter_map(|o| o["uid"].as_str())
}
