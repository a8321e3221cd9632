use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::admit::{self, Status};
use super::super::record::{Event, Kind, Recorder};
use super::super::{Object, Store, fields, removal};
use super::controllers::{Controller, Work};
use super::index::Index;
use super::key::Key;
use super::queue::Queue;

/// From so many pods on a controller rests between its looks, for a millisecond for each
/// ten of them, half a second at most.
const MANY_PODS: usize = 100;
const PODS_PER_MILLISECOND: usize = 10;
const LONGEST_REST: i64 = 500;

/// What a controller works with: the cluster as it is, and its ways to change it.
pub(super) struct Context<'a> {
    pub(super) store: &'a mut Store,
    pub(super) index: &'a Index,
    pub(super) queue: &'a mut Queue,
    pub(super) recorder: &'a mut Recorder,
    pub(super) now: Timestamp,
}

impl Context<'_> {
    /// One object; a clone shares it.
    pub(super) fn get(&self, resource: &str, namespace: &str, name: &str) -> Option<Object> {
        self.store.get(resource, namespace, name).cloned()
    }

    /// The object that a key names.
    pub(super) fn at(&self, key: &Key) -> Option<Object> {
        self.get(&key.resource, &key.namespace, &key.name)
    }

    /// The objects of a resource in a namespace.
    pub(super) fn list(&self, resource: &str, namespace: &str) -> Vec<Object> {
        self.store.list(resource, Some(namespace)).cloned().collect()
    }

    /// The objects of a resource that name this uid as an owner.
    pub(super) fn dependents(&self, resource: &str, uid: &str) -> Vec<Object> {
        let keys = self.index.dependents(uid).filter(|key| &*key.resource == resource);
        keys.filter_map(|key| self.at(key)).collect()
    }

    /// Creates an object as a client of the API does.
    ///
    /// # Errors
    /// What the API would answer.
    pub(super) fn create(&mut self, resource: &str, object: Value) -> Result<Object, Status> {
        admit::create(self.store, resource, object, self.now)
    }

    /// Changes an object where it is there; as it is then.
    pub(super) fn change(
        &mut self,
        resource: &str,
        object: &Value,
        change: impl FnOnce(&mut Value),
    ) -> Option<Object> {
        self.store.modify(resource, fields::namespace(object), fields::name(object), change)
    }

    /// Says something expected about an object.
    pub(super) fn normal(&mut self, source: &str, about: &Value, reason: &str, message: &str) {
        self.tell(source, about, Kind::Normal, (reason, message));
    }

    /// Says something unpleasant about an object.
    pub(super) fn warning(&mut self, source: &str, about: &Value, reason: &str, message: &str) {
        self.tell(source, about, Kind::Warning, (reason, message));
    }

    fn tell(&mut self, source: &str, about: &Value, kind: Kind, words: (&str, &str)) {
        let (reason, message) = words;
        let event =
            Event { source, host: None, regarding: about, field_path: None, kind, reason, message };
        self.recorder.event(self.store, event, self.now);
    }

    /// Has a controller look at an object again at a time; one that has passed is now.
    pub(super) fn later(&mut self, controller: Controller, key: &Key, at: Timestamp) {
        self.queue.push_at(Work { controller, key: key.clone() }, at.max(self.now));
    }

    /// Has a controller that looked at many pods rest for a while, so that a change of
    /// each of a thousand pods does not mean a thousand looks at all of them. Few pods
    /// are looked at again at once.
    pub(super) fn rest(&mut self, controller: Controller, key: &Key, pods: usize) {
        if pods >= MANY_PODS {
            let pause = i64::try_from(pods / PODS_PER_MILLISECOND).unwrap_or(i64::MAX);
            let pause = SignedDuration::from_millis(pause.min(LONGEST_REST));
            let until = self.now.checked_add(pause).unwrap_or(self.now);
            self.queue.rest(Work { controller, key: key.clone() }, until);
        }
    }

    /// Deletes an object as a client of the API does: one that something holds when that
    /// is over, any other at once.
    pub(super) fn delete(&mut self, resource: &str, namespace: &str, name: &str) {
        let Some(object) = self.get(resource, namespace, name) else { return };
        let mut marked = Value::clone(&object);
        if !removal::begin(resource, &mut marked, None, self.now) {
            self.store.remove(resource, namespace, name);
        } else if marked != *object {
            self.change(resource, &object, |object| *object = marked);
        }
    }

    /// Takes a finalizer off; the last one of an object on its way out ends it.
    pub(super) fn finalize(&mut self, resource: &str, object: &Value, finalizer: &str) {
        self.change(resource, object, |object| {
            let mut left = fields::items(object, "metadata.finalizers").to_vec();
            left.retain(|one| one != finalizer);
            if left.is_empty() {
                fields::unset(object, "metadata.finalizers");
            } else {
                fields::set(object, "metadata.finalizers", left);
            }
        });
    }
}

/// A reference to the owner that manages an object.
///
/// Source: `apimachinery/pkg/apis/meta/v1/controller_ref.go`, `NewControllerRef`.
pub(super) fn controller_reference(owner: &Value) -> Value {
    json!({
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": fields::name(owner),
        "uid": fields::uid(owner),
        "controller": true,
        "blockOwnerDeletion": true,
    })
}

/// The uid of the owner that manages an object.
pub(super) fn controller_uid(object: &Value) -> Option<&str> {
    let owners = fields::items(object, "metadata.ownerReferences");
    owners.iter().find(|owner| owner["controller"] == true)?["uid"].as_str()
}
