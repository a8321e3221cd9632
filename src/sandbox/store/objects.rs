use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

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

/// How many changes are remembered for watches.
const HISTORY: usize = 20_000;

/// All objects of the cluster. Versions count every change of any object.
///
/// Resources are named as `pods` or `deployments.apps`; the namespace of a
/// cluster-scoped object is the empty text.
#[derive(Debug, Default)]
pub struct Store {
    objects: BTreeMap<Arc<str>, BTreeMap<(String, String), Object>>,
    history: VecDeque<Change>,
    revision: u64,
    serial: u64,
}

impl Store {
    /// The version of the last change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// One object.
    pub fn get(&self, resource: &str, namespace: &str, name: &str) -> Option<&Object> {
        self.objects.get(resource)?.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// All objects of a resource, in the order of namespace and name.
    pub fn list<'a>(
        &'a self,
        resource: &str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Object> {
        let first = (namespace.unwrap_or_default().to_owned(), String::new());
        let all =
            self.objects.get(resource).into_iter().flat_map(move |all| all.range(first.clone()..));
        all.take_while(move |((of, _), _)| namespace.is_none_or(|wanted| wanted == of))
            .map(|(_, object)| object)
    }

    /// The resources of which there are, or were, objects.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<str>> {
        self.objects.keys()
    }

    /// What has happened since a version, in order.
    ///
    /// # Errors
    /// [`StoreError::Expired`] where it is no longer known.
    pub fn changes_since(&self, version: u64) -> Result<impl Iterator<Item = &Change>, StoreError> {
        let oldest = self.history.front().map_or(self.revision, |first| first.revision - 1);
        if version < oldest {
            return Err(StoreError::Expired { asked: version, oldest });
        }
        let skipped = self.history.partition_point(|change| change.revision <= version);
        Ok(self.history.range(skipped..))
    }

    /// Stores a new object: gives it a name where it has a `generateName`, a uid, a
    /// time of creation, a version.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`].
    pub fn create(
        &mut self,
        resource: &str,
        mut object: Value,
        now: Timestamp,
    ) -> Result<Object, StoreError> {
        self.serial += 1;
        let serial = self.serial;
        let meta = &mut object["metadata"];
        if text(&meta["name"]).is_empty() && !text(&meta["generateName"]).is_empty() {
            meta["name"] = json!(format!("{}{}", text(&meta["generateName"]), suffix(serial, 5)));
        }
        meta["uid"] = json!(uid(serial));
        meta["creationTimestamp"] = json!(seconds(now));
        let key = key_of(&object);
        if self.get(resource, &key.0, &key.1).is_some() {
            return Err(StoreError::AlreadyExists { resource: resource.to_owned(), name: key.1 });
        }
        Ok(self.put(ChangeKind::Added, resource, key, object))
    }

    /// Replaces an object; one that says a version must say the current one. What is
    /// the same as before makes no change.
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
        if **old == object {
            return Ok(Arc::clone(old));
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
        let key = (namespace.to_owned(), name.to_owned());
        let (resource, objects) =
            self.objects.get_key_value(resource).map(|(r, _)| Arc::clone(r)).and_then(|r| {
                let objects = self.objects.get_mut(&r)?;
                Some((r, objects))
            })?;
        let previous = objects.remove(&key)?;
        self.revision += 1;
        let mut last = Value::clone(&previous);
        last["metadata"]["resourceVersion"] = json!(self.revision.to_string());
        self.remember(ChangeKind::Deleted, resource, Arc::new(last), Some(previous))
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
        let previous = of_kind.insert(key, Arc::clone(&object));
        self.remember(kind, resource, Arc::clone(&object), previous);
        object
    }

    fn remember(
        &mut self,
        kind: ChangeKind,
        resource: Arc<str>,
        object: Object,
        previous: Option<Object>,
    ) -> Option<Object> {
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        let change = Change {
            revision: self.revision,
            kind,
            resource,
            object: Arc::clone(&object),
            previous,
        };
        self.history.push_back(change);
        Some(object)
    }
}

fn key_of(object: &Value) -> (String, String) {
    let meta = &object["metadata"];
    (text(&meta["namespace"]).to_owned(), text(&meta["name"]).to_owned())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `2026-01-31T12:00:00Z`, as metadata has it.
fn seconds(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Letters and digits that make no words, as Kubernetes' own suffixes.
///
/// Source: `apimachinery/pkg/util/rand/rand.go`, `alphanums`.
fn suffix(serial: u64, length: usize) -> String {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut state = mixed(serial);
    let mut suffix = String::new();
    for _ in 0..length {
        suffix.push(char::from(ALPHABET[(state % ALPHABET.len() as u64) as usize]));
        state /= ALPHABET.len() as u64;
    }
    suffix
}

fn uid(serial: u64) -> String {
    let (a, b) = (mixed(serial), mixed(serial ^ u64::MAX));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | (b >> 48) & 0x3fff,
        b & 0xffff_ffff_ffff
    )
}

/// splitmix64.
fn mixed(serial: u64) -> u64 {
    let mut z = serial.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
