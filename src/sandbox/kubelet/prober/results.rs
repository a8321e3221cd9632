use std::collections::BTreeMap;

use crate::sandbox::kubelet::spec::ProbeKind;

/// What is known of a container from a probe of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProbeResult {
    Success,
    Failure,
    Unknown,
}

/// What is known of containers, by kind of probe and container id.
///
/// Source: `pkg/kubelet/prober/results/results_manager.go`.
#[derive(Debug, Default)]
pub(crate) struct Results {
    known: BTreeMap<(ProbeKind, String), ProbeResult>,
    updates: Vec<Update>,
}

/// That something else is known than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Update {
    pub(crate) kind: ProbeKind,
    pub(crate) container_id: String,
    pub(crate) result: ProbeResult,
}

impl Results {
    /// What is known.
    pub(crate) fn get(&self, kind: ProbeKind, container_id: &str) -> Option<ProbeResult> {
        self.known.get(&(kind, container_id.to_owned())).copied()
    }

    /// Takes note; what is new is told.
    pub(crate) fn set(&mut self, kind: ProbeKind, container_id: &str, result: ProbeResult) {
        let before = self.known.insert((kind, container_id.to_owned()), result);
        if before != Some(result) {
            self.updates.push(Update { kind, container_id: container_id.to_owned(), result });
        }
    }

    /// Forgets a container.
    pub(crate) fn remove(&mut self, kind: ProbeKind, container_id: &str) {
        self.known.remove(&(kind, container_id.to_owned()));
    }

    /// What was told since this was last asked.
    pub(crate) fn take_updates(&mut self) -> Vec<Update> {
        std::mem::take(&mut self.updates)
    }
}
