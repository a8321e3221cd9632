use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::admit::{self, Status};
use super::super::record::{Event, Kind, Recorder};
use super::super::{Object, Store, fields};
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

    /// Changes an object's status, labels or annotations.
    pub(super) fn change(
        &mut self,
        resource: &str,
        object: &Value,
        change: impl FnOnce(&mut Value),
    ) {
        self.store.modify(resource, fields::namespace(object), fields::name(object), change);
    }

    /// Changes what an object asks for, which makes a new generation of it.
    pub(super) fn change_spec(
        &mut self,
        resource: &str,
        object: &Value,
        change: impl FnOnce(&mut Value),
    ) -> Option<Object> {
        self.store.modify(resource, fields::namespace(object), fields::name(object), |object| {
            let before = object["spec"].clone();
            change(object);
            if object["spec"] != before {
                next_generation(object);
            }
        })
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

    /// Has a controller look at an object again.
    pub(super) fn soon(&mut self, controller: Controller, key: Key) {
        self.queue.push(Work { controller, key }, self.now);
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

    /// Deletes an object as a client of the API does: a pod on a node with its time of
    /// grace, one with finalizers when those are done, any other at once.
    ///
    /// Source: `apiserver/pkg/registry/rest/delete.go`, `BeforeDelete`;
    /// `pkg/registry/core/pod/strategy.go`, `CheckGracefulDelete`.
    pub(super) fn delete(&mut self, resource: &str, namespace: &str, name: &str) {
        let Some(object) = self.get(resource, namespace, name) else { return };
        if resource == "namespaces" && object["spec"]["finalizers"][0].is_string() {
            self.mark_deleted(resource, &object, 0);
            return;
        }
        let grace = if resource == "pods" { pod_grace(&object) } else { 0 };
        let held = !fields::items(&object, "metadata.finalizers").is_empty();
        if grace > 0 || held {
            self.mark_deleted(resource, &object, grace);
        } else {
            self.store.remove(resource, namespace, name);
        }
    }

    fn mark_deleted(&mut self, resource: &str, object: &Value, grace: i64) {
        if fields::is_deleting(object) {
            return;
        }
        let at = fields::seconds(fields::later(self.now, grace));
        self.change(resource, object, |object| {
            fields::set(object, "metadata.deletionTimestamp", at);
            fields::set(object, "metadata.deletionGracePeriodSeconds", grace);
            next_generation(object);
        });
    }

    /// Takes a finalizer off; the last one of an object on its way out ends it.
    pub(super) fn finalize(&mut self, resource: &str, object: &Value, finalizer: &str) {
        let changed = self.store.modify(
            resource,
            fields::namespace(object),
            fields::name(object),
            |object| {
                let left: Vec<Value> = fields::items(object, "metadata.finalizers")
                    .iter()
                    .filter(|one| one.as_str() != Some(finalizer))
                    .cloned()
                    .collect();
                if left.is_empty() {
                    fields::unset(object, "metadata.finalizers");
                } else {
                    fields::set(object, "metadata.finalizers", left);
                }
            },
        );
        let over = |object: &Object| {
            fields::is_deleting(object)
                && fields::items(object, "metadata.finalizers").is_empty()
                && fields::count(object, "metadata.deletionGracePeriodSeconds") == 0
        };
        if changed.is_some_and(|object| over(&object)) {
            self.store.remove(resource, fields::namespace(object), fields::name(object));
        }
    }
}

/// What was asked for has changed.
fn next_generation(object: &mut Value) {
    let generation = fields::number(object, "metadata.generation").unwrap_or(1);
    fields::set(object, "metadata.generation", generation.saturating_add(1));
}

fn pod_grace(pod: &Value) -> i64 {
    let ended = matches!(fields::text(pod, "status.phase"), "Succeeded" | "Failed");
    if ended || fields::text(pod, "spec.nodeName").is_empty() {
        return 0;
    }
    fields::number(pod, "spec.terminationGracePeriodSeconds").unwrap_or(30).max(0)
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
