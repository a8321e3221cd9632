use std::collections::BTreeMap;

use serde_json::Value;

use super::super::super::{Object, Store, fields};
use super::super::key::Key;
use super::super::selector::Selector;
use super::affinity::node_fits;
use super::ledger::Ledger;

const REQUIRED_AFFINITY: &str =
    "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution";
pub(super) const REQUIRED_ANTI_AFFINITY: &str =
    "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution";

/// The cluster as the scheduler sees it for one pod.
pub(super) struct View<'a> {
    pub(super) store: &'a Store,
    pub(super) ledger: &'a Ledger,
    pub(super) nodes: &'a [Object],
}

impl View<'_> {
    fn pod(&self, key: &Key) -> Option<&Object> {
        self.store.get("pods", &key.namespace, &key.name)
    }

    /// The value of a topology's key on a node.
    fn domain(&self, node: &str, key: &str) -> Option<&str> {
        let node = self.nodes.iter().find(|one| fields::name(one) == node)?;
        fields::label(node, key)
    }

    /// Whether a pod that fits a term, of those whose namespace it means, is in the same
    /// domain as the node.
    fn is_beside(&self, term: &Value, pod: &Value, node: &Value) -> bool {
        let key = fields::text(term, "topologyKey");
        let Some(domain) = fields::label(node, key) else { return false };
        self.ledger.placed().any(|(other, on)| {
            self.domain(on, key) == Some(domain)
                && self.pod(other).is_some_and(|other| self.term_means(term, pod, other))
        })
    }

    /// Whether a term of `pod` means the pod `other`.
    fn term_means(&self, term: &Value, pod: &Value, other: &Value) -> bool {
        let namespace = fields::namespace(other);
        let listed = fields::items(term, "namespaces");
        let by_label = Selector::of_labels(&term["namespaceSelector"]);
        let in_namespace = if listed.is_empty() && by_label.is_none() {
            namespace == fields::namespace(pod)
        } else {
            let labels = self.store.get("namespaces", "", namespace);
            listed.iter().any(|one| one == namespace)
                || by_label.is_some_and(|s| labels.is_some_and(|labels| s.fits(labels)))
        };
        in_namespace && Selector::of_labels(&term["labelSelector"]).is_some_and(|s| s.fits(other))
    }

    /// Whether the pods that a pod wants beside it are there. The first of a group that
    /// wants its own like is let through.
    ///
    /// Source: `pkg/scheduler/framework/plugins/interpodaffinity/filtering.go`,
    /// `satisfyPodAffinity`.
    pub(super) fn has_wanted_neighbours(&self, pod: &Value, node: &Value) -> bool {
        let terms = fields::items(pod, REQUIRED_AFFINITY);
        if terms.iter().all(|term| self.is_beside(term, pod, node)) {
            return true;
        }
        let keys = |term: &Value| fields::label(node, fields::text(term, "topologyKey")).is_some();
        let nowhere = |term: &Value| {
            !self.ledger.placed().any(|(other, _)| {
                self.pod(other).is_some_and(|other| self.term_means(term, pod, other))
            })
        };
        terms.iter().all(|term| keys(term) && nowhere(term) && self.term_means(term, pod, pod))
    }

    /// Whether a pod that this one does not want is beside the node.
    pub(super) fn has_unwanted_neighbours(&self, pod: &Value, node: &Value) -> bool {
        let terms = fields::items(pod, REQUIRED_ANTI_AFFINITY);
        terms.iter().any(|term| self.is_beside(term, pod, node))
    }

    /// Whether a pod that is there does not want this one.
    pub(super) fn is_unwanted(&self, pod: &Value, node: &Value) -> bool {
        self.ledger.with_anti_affinity().any(|(other, on)| {
            let Some(other) = self.pod(other) else { return false };
            fields::items(other, REQUIRED_ANTI_AFFINITY).iter().any(|term| {
                let key = fields::text(term, "topologyKey");
                let domain = fields::label(node, key);
                domain.is_some()
                    && self.domain(on, key) == domain
                    && self.term_means(term, other, pod)
            })
        })
    }

    /// Whether the pod's constraints of spreading would still hold with it on the node.
    ///
    /// Source: `pkg/scheduler/framework/plugins/podtopologyspread/filtering.go`, `Filter`.
    pub(super) fn spreads(&self, pod: &Value, node: &Value) -> bool {
        let constraints = fields::items(pod, "spec.topologySpreadConstraints");
        constraints
            .iter()
            .filter(|one| fields::text(one, "whenUnsatisfiable") != "ScheduleAnyway")
            .all(|one| self.spreads_by(one, pod, node))
    }

    fn spreads_by(&self, constraint: &Value, pod: &Value, node: &Value) -> bool {
        let key = fields::text(constraint, "topologyKey");
        let Some(domain) = fields::label(node, key) else { return false };
        let selector = Selector::of_labels(&constraint["labelSelector"]);
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for node in self.nodes.iter().filter(|node| node_fits(pod, node)) {
            if let Some(domain) = fields::label(node, key) {
                counts.entry(domain).or_insert(0);
            }
        }
        let fits = |other: &Value| selector.as_ref().is_some_and(|s| s.fits(other));
        for (other, on) in self.ledger.placed() {
            let counts_here = other.namespace == fields::namespace(pod)
                && self.pod(other).is_some_and(|o| !fields::is_deleting(o) && fits(o));
            if let Some(count) = self.domain(on, key).and_then(|domain| counts.get_mut(domain))
                && counts_here
            {
                *count += 1;
            }
        }
        let least = counts.values().min().copied().unwrap_or(0);
        let here = counts.get(domain).copied().unwrap_or(0) + i64::from(fits(pod));
        here - least <= fields::number(constraint, "maxSkew").unwrap_or(1).max(1)
    }

    /// How much a node's neighbourhood is preferred by a pod.
    pub(super) fn neighbour_preference(&self, pod: &Value, node: &Value) -> i64 {
        let weigh = |kind: &str| -> i64 {
            let path =
                format!("spec.affinity.{kind}.preferredDuringSchedulingIgnoredDuringExecution");
            let terms = fields::items(pod, &path).iter();
            terms
                .filter(|one| self.is_beside(&one["podAffinityTerm"], pod, node))
                .map(|one| fields::count(one, "weight").min(100))
                .sum()
        };
        weigh("podAffinity") - weigh("podAntiAffinity")
    }
}
