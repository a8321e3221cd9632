use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::history::History;
use super::naming::{seconds, suffix, uid};
use super::{Change, ChangeKind};

/// An object as the API serves it; clones share it.
pub type Object = Arc<Value>;

/// Why the store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is one of that name.
    #[error("{resource} {name:?} already exists")]
    AlreadyExists {
        /// Plural and group.
        resource: String,
        /// Its name.
        name: String,
    },
    /// There is none of that name.
    #[error("{resource} {name:?} not found")]
    NotFound {
        /// Plural and group.
        resource: String,
        /// Its name.
        name: String,
    },
    /// It was changed in between.
    #[error(
        "Operation cannot be fulfilled on {resource} {name:?}: the object has been modified; \
         please apply your changes to the latest version and try again"
    )]
    Conflict {
        /// Plural and group.
        resource: String,
        /// Its name.
        name: String,
    },
    /// The changes since that version are no longer known.
    #[error("too old resource version: {asked} ({oldest})")]
    Expired {
        /// What was asked for.
        asked: u64,
        /// The oldest version that is known.
        oldest: u64,
    },
}

type ByName = BTreeMap<String, Object>;

/// All objects of the cluster. Versions count every change of any object.
///
/// Resources are named as `pods` or `deployments.apps`; the namespace of a
/// cluster-scoped object is the empty text.
#[derive(Debug, Default)]
pub struct Store {
    objects: BTreeMap<Arc<str>, BTreeMap<String, ByName>>,
    history: History,
    revision: u64,
    serial: u64,
}

impl Store {
    /// The version of the last change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// A number that no object had yet: what is chosen by chance in a real cluster
    /// (addresses, ports, names) follows from it.
    pub fn next_serial(&self) -> u64 {
        self.serial + 1
    }

    /// One object.
    pub fn get(&self, resource: &str, namespace: &str, name: &str) -> Option<&Object> {
        self.objects.get(resource)?.get(namespace)?.get(name)
    }

    /// All objects of a resource, in the order of namespace and name.
    pub fn list<'a>(
        &'a self,
        resource: &str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Object> {
        let all = self.objects.get(resource).into_iter().flatten();
        let wanted = all.filter(move |(of, _)| namespace.is_none_or(|wanted| wanted == *of));
        wanted.flat_map(|(_, objects)| objects.values())
    }

    /// The resources of which there are objects, or were.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(AsRef::as_ref)
    }

    /// The objects of a resource as they were at a version, in the order of namespace and name.
    ///
    /// # Errors
    /// [`StoreError::Expired`] where that is no longer known.
    pub fn list_at(
        &self,
        resource: &str,
        namespace: Option<&str>,
        version: u64,
    ) -> Result<Vec<Object>, StoreError> {
        let within = |of: &str| namespace.is_none_or(|wanted| wanted == of);
        let mut objects: BTreeMap<(String, String), Object> =
            self.list(resource, namespace).map(|one| (key_of(one), Arc::clone(one))).collect();
        for change in self.changes_of(resource, version)?.rev() {
            let key = key_of(&change.object);
            match &change.previous {
                _ if !within(&key.0) => {}
                Some(previous) => drop(objects.insert(key, Arc::clone(previous))),
                None => drop(objects.remove(&key)),
            }
        }
        Ok(objects.into_values().collect())
    }

    /// What has happened since a version, in order.
    ///
    /// # Errors
    /// [`StoreError::Expired`] where it is no longer known.
    pub fn changes_since(&self, version: u64) -> Result<impl Iterator<Item = &Change>, StoreError> {
        self.check_known(version)?;
        Ok(self.history.since(version))
    }

    /// What has happened to the objects of a resource since a version, in order; what
    /// happened to others is not looked at.
    ///
    /// # Errors
    /// [`StoreError::Expired`] where it is no longer known.
    pub fn changes_of(
        &self,
        resource: &str,
        version: u64,
    ) -> Result<impl DoubleEndedIterator<Item = &Change>, StoreError> {
        self.check_known(version)?;
        Ok(self.history.of_resource(resource, version))
    }

    fn check_known(&self, version: u64) -> Result<(), StoreError> {
        let oldest = self.history.oldest(self.revision);
        if version < oldest {
            return Err(StoreError::Expired { asked: version, oldest });
        }
        Ok(())
    }

    /// The object as [`create`](Self::create) would store it, but for its version.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`].
    pub fn preview(
        &self,
        resource: &str,
        mut object: Value,
        now: Timestamp,
    ) -> Result<Value, StoreError> {
        let serial = self.next_serial();
        let meta = &mut object["metadata"];
        if text(&meta["name"]).is_empty() && !text(&meta["generateName"]).is_empty() {
            let generated = suffix(serial, 5);
            meta["name"] = json!(format!("{}{generated}", stem(text(&meta["generateName"]))));
        }
        meta["uid"] = json!(uid(serial));
        meta["creationTimestamp"] = json!(seconds(now));
        let (namespace, name) = key_of(&object);
        if self.get(resource, &namespace, &name).is_some() {
            return Err(StoreError::AlreadyExists { resource: resource.to_owned(), name });
        }
        Ok(object)
    }

    /// Stores a new object: gives it a name where it has a `generateName`, a uid, a
    /// time of creation, a version.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`].
    pub fn create(
        &mut self,
        resource: &str,
        object: Value,
        now: Timestamp,
    ) -> Result<Object, StoreError> {
        let object = self.preview(resource, object, now);
        self.serial += 1;
        let object = object?;
        let key = key_of(&object);
        Ok(self.put(ChangeKind::Added, resource, key, object))
    }

    /// Replaces an object; one that says a version must say the current one. What is
    /// the same as before makes no change. An object with a generation gets the next one
    /// where more than its metadata and status changes. One that is to be deleted and
    /// that nothing holds any more goes with the change.
    ///
    /// Source: `apiserver/pkg/registry/generic/registry/store.go`, `Update`,
    /// `shouldDeleteDuringUpdate`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`].
    pub fn replace(&mut self, resource: &str, mut object: Value) -> Result<Object, StoreError> {
        let key = key_of(&object);
        let name = key.1.clone();
        let Some(old) = self.get(resource, &key.0, &key.1) else {
            return Err(StoreError::NotFound { resource: resource.to_owned(), name });
        };
        let version = &old["metadata"]["resourceVersion"];
        let said = &object["metadata"]["resourceVersion"];
        if !text(said).is_empty() && said != version {
            return Err(StoreError::Conflict { resource: resource.to_owned(), name });
        }
        object["metadata"]["resourceVersion"] = version.clone();
        if let Some(generation) = old["metadata"]["generation"].as_i64() {
            let next = generation + i64::from(differs_in_spec(old, &object));
            object["metadata"]["generation"] = json!(next);
        }
        if **old == object {
            return Ok(Arc::clone(old));
        }
        if is_released(&object) {
            return Ok(self.take(resource, &key, Some(object)).unwrap_or_default());
        }
        Ok(self.put(ChangeKind::Modified, resource, key, object))
    }

    /// Changes an object in place, where it is there.
    pub fn modify(
        &mut self,
        resource: &str,
        namespace: &str,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Option<Object> {
        let mut object = Value::clone(self.get(resource, namespace, name)?);
        change(&mut object);
        self.replace(resource, object).ok()
    }

    /// Takes an object out at once, whatever its finalizers.
    pub fn remove(&mut self, resource: &str, namespace: &str, name: &str) -> Option<Object> {
        self.take(resource, &(namespace.to_owned(), name.to_owned()), None)
    }

    fn take(
        &mut self,
        resource: &str,
        key: &(String, String),
        last: Option<Value>,
    ) -> Option<Object> {
        let resource = self.objects.get_key_value(resource).map(|(known, _)| Arc::clone(known))?;
        let namespaces = self.objects.get_mut(&resource)?;
        let objects = namespaces.get_mut(&key.0)?;
        let previous = objects.remove(&key.1)?;
        if objects.is_empty() {
            namespaces.remove(&key.0);
        }
        self.revision += 1;
        let mut last = last.unwrap_or_else(|| Value::clone(&previous));
        last["metadata"]["resourceVersion"] = json!(self.revision.to_string());
        Some(self.remember(ChangeKind::Deleted, resource, Arc::new(last), Some(previous)))
    }

    fn put(
        &mut self,
        kind: ChangeKind,
        resource: &str,
        key: (String, String),
        mut object: Value,
    ) -> Object {
        self.revision += 1;
        object["metadata"]["resourceVersion"] = json!(self.revision.to_string());
        let object = Arc::new(object);
        let resource: Arc<str> = match self.objects.get_key_value(resource) {
            Some((known, _)) => Arc::clone(known),
            None => resource.into(),
        };
        let of_kind = self.objects.entry(Arc::clone(&resource)).or_default();
        let previous = of_kind.entry(key.0).or_default().insert(key.1, Arc::clone(&object));
        self.remember(kind, resource, object, previous)
    }

    fn remember(
        &mut self,
        kind: ChangeKind,
        resource: Arc<str>,
        object: Object,
        previous: Option<Object>,
    ) -> Object {
        let revision = self.revision;
        let kept = Arc::clone(&object);
        self.history.push(Change { revision, kind, resource, object, previous });
        kept
    }
}

/// Whether more than metadata and status is different.
fn differs_in_spec(old: &Value, new: &Value) -> bool {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else { return old != new };
    let rest = |key: &&String| !matches!(key.as_str(), "metadata" | "status");
    old.keys().chain(new.keys()).filter(rest).any(|key| old.get(key) != new.get(key))
}

/// Whether an object is to be deleted and nothing holds it any more.
fn is_released(object: &Value) -> bool {
    let meta = &object["metadata"];
    let none = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
    let is_namespace = object["kind"] == "Namespace" && object["apiVersion"] == "v1";
    !meta["deletionTimestamp"].is_null()
        && none(&meta["finalizers"])
        && meta["deletionGracePeriodSeconds"].as_i64().unwrap_or(0) == 0
        && (!is_namespace || none(&object["spec"]["finalizers"]))
}

/// What a generated name begins with: no more than leaves room for its end.
///
/// Source: `apiserver/pkg/storage/names/generate.go`.
fn stem(generate_name: &str) -> &str {
    const LONGEST: usize = 63 - 5;
    let end = (0..=LONGEST.min(generate_name.len())).rev();
    end.into_iter().find_map(|end| generate_name.get(..end)).unwrap_or_default()
}

fn key_of(object: &Value) -> (String, String) {
    let meta = &object["metadata"];
    (text(&meta["namespace"]).to_owned(), text(&meta["name"]).to_owned())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
