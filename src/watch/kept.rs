//! Rows of one kind, by name: whatever order they arrive in, the newest version stays.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// How many deleted names are remembered, so that a late message does not bring them back.
const GONE: usize = 1024;

/// A resource version that can be compared; none where a server uses something else than numbers.
///
/// Kubernetes 1.35 promises that versions of one resource are comparable numbers; every
/// server before it stores etcd's revision there.
pub(super) type Version = Option<u64>;

/// The version that an object has.
pub(super) fn version(metadata: &ObjectMeta) -> Version {
    metadata.resource_version.as_deref()?.parse().ok()
}

#[derive(Debug, Clone)]
pub(super) struct Kept<T> {
    rows: BTreeMap<Arc<str>, (Version, T)>,
    gone: BTreeMap<Arc<str>, Version>,
    gone_order: VecDeque<Arc<str>>,
    /// The names that the list which is under way has mentioned.
    mentioned: Option<BTreeSet<Arc<str>>>,
    listed: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            gone: BTreeMap::new(),
            gone_order: VecDeque::new(),
            mentioned: None,
            listed: false,
        }
    }
}

impl<T> Kept<T> {
    /// Whether this version is news; what a list mentions first is, whatever its version.
    pub(super) fn accepts(&mut self, name: &str, version: Version) -> bool {
        if let Some(mentioned) = &mut self.mentioned
            && !mentioned.contains(name)
        {
            mentioned.insert(name.into());
            // A list is the truth, but the same version again has nothing to say.
            return self.rows.get(name).is_none_or(|(known, _)| *known != version);
        }
        let newer = |known: &Version| known.is_none() || version.is_none() || *known < version;
        self.rows.get(name).is_none_or(|(known, _)| newer(known))
            && self.gone.get(name).is_none_or(newer)
    }

    /// Puts the row of an accepted version.
    pub(super) fn put(&mut self, name: Arc<str>, version: Version, row: T) {
        self.rows.insert(name, (version, row));
    }

    /// Takes a row out, to put its next version.
    pub(super) fn take(&mut self, name: &str) -> Option<T> {
        self.rows.remove(name).map(|(_, row)| row)
    }

    /// The object was deleted as of this version; returns its row if that is news.
    pub(super) fn delete(&mut self, name: &str, version: Version) -> Option<T> {
        let older = |known: &Version| known.is_none() || version.is_none() || *known <= version;
        if self.rows.get(name).is_some_and(|(known, _)| !older(known)) {
            return None;
        }
        if self.gone.get(name).is_none_or(older) {
            self.remember_gone(name, version);
        }
        self.take(name)
    }

    fn remember_gone(&mut self, name: &str, version: Version) {
        let name: Arc<str> = name.into();
        if self.gone.insert(name.clone(), version).is_none() {
            self.gone_order.push_back(name);
        }
        if self.gone_order.len() > GONE
            && let Some(oldest) = self.gone_order.pop_front()
        {
            self.gone.remove(&oldest);
        }
    }

    /// A list begins.
    pub(super) fn begin_list(&mut self) {
        self.mentioned = Some(BTreeSet::new());
        self.gone.clear();
        self.gone_order.clear();
    }

    /// The list is complete: what it did not mention is returned, and gone.
    pub(super) fn end_list(&mut self) -> Vec<T> {
        self.listed = true;
        let Some(mentioned) = self.mentioned.take() else { return Vec::new() };
        let gone: Vec<Arc<str>> =
            self.rows.keys().filter(|name| !mentioned.contains(*name)).cloned().collect();
        gone.iter().filter_map(|name| self.take(name)).collect()
    }

    /// Whether the first list is under way: what it brings is no news.
    pub(super) fn first_list(&self) -> bool {
        !self.listed && self.mentioned.is_some()
    }

    /// Whether a list has been completed.
    pub(super) fn listed(&self) -> bool {
        self.listed
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.rows.get(name).map(|(_, row)| row)
    }

    /// The rows in the order of their names.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.values().map(|(_, row)| row)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}
