use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::Change;

/// How many changes are remembered at most.
const MOST_CHANGES: usize = 20_000;
/// How many are remembered whatever they weigh.
const LEAST_CHANGES: usize = 500;
/// About how much memory remembered objects may take.
const MOST_BYTES: usize = 24 << 20;

/// What has happened lately: by version, and by resource.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Versions follow each other without a gap.
    changes: VecDeque<Change>,
    weights: VecDeque<usize>,
    weight: usize,
    /// The versions of each resource's changes.
    by_resource: HashMap<Arc<str>, VecDeque<u64>>,
}

impl History {
    /// The oldest version that a watch can begin at.
    pub(super) fn oldest(&self, newest: u64) -> u64 {
        self.changes.front().map_or(newest, |first| first.revision.saturating_sub(1))
    }

    pub(super) fn since(&self, version: u64) -> impl Iterator<Item = &Change> {
        let skipped = self.changes.partition_point(|change| change.revision <= version);
        self.changes.range(skipped..)
    }

    pub(super) fn of_resource(
        &self,
        resource: &str,
        version: u64,
    ) -> impl DoubleEndedIterator<Item = &Change> {
        let versions = self.by_resource.get(resource);
        let skipped = versions.map_or(0, |all| all.partition_point(|one| *one <= version));
        versions
            .into_iter()
            .flat_map(move |all| all.range(skipped..))
            .filter_map(|version| self.at(*version))
    }

    fn at(&self, version: u64) -> Option<&Change> {
        let first = self.changes.front()?.revision;
        self.changes.get(usize::try_from(version.checked_sub(first)?).ok()?)
    }

    pub(super) fn push(&mut self, change: Change) {
        let weight = weight(&change.object);
        self.by_resource
            .entry(Arc::clone(&change.resource))
            .or_default()
            .push_back(change.revision);
        self.changes.push_back(change);
        self.weights.push_back(weight);
        self.weight += weight;
        while self.changes.len() > MOST_CHANGES
            || (self.weight > MOST_BYTES && self.changes.len() > LEAST_CHANGES)
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some(change) = self.changes.pop_front() else { return };
        self.weight -= self.weights.pop_front().unwrap_or_default();
        if let Some(versions) = self.by_resource.get_mut(&change.resource) {
            versions.pop_front();
        }
    }
}

/// About how many bytes a value takes in memory.
fn weight(value: &Value) -> usize {
    /// What a map takes even for one entry.
    const NODE: usize = 640;
    match value {
        Value::Object(map) => {
            let entries: usize = map.iter().map(|(key, one)| key.len() + weight(one)).sum();
            entries + NODE * (1 + map.len() / 8)
        }
        Value::Array(list) => list.iter().map(|one| 32 + weight(one)).sum(),
        Value::String(text) => text.len() + 16,
        _ => 0,
    }
}
