use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::cluster::RunPolicy;
use crate::engine::state::name_of;

/// What a run has begun to make. The caller keeps a clone of it, to put things in order
/// after a run that was dropped: see [`super::remove_remains`].
#[derive(Debug, Clone, Default)]
pub struct Trace(Arc<Mutex<Traced>>);

#[derive(Debug, Clone, Default)]
pub(super) struct Traced {
    /// The run's private folder.
    pub(super) folder: Option<PathBuf>,
    /// The namespace that is made for the run, from before it is asked for.
    pub(super) namespace: Option<String>,
    /// What it remembers of a namespace that was given.
    pub(super) policy: Option<Arc<RunPolicy>>,
}

impl Trace {
    /// What may be left, in words.
    pub fn words(&self) -> Vec<String> {
        let traced = self.traced();
        match (traced.namespace, traced.policy) {
            (Some(name), _) => vec![format!("namespace {name}; `podlab clean {name}` removes it")],
            (None, Some(policy)) => policy.made_objects().iter().map(name_of).collect(),
            (None, None) => Vec::new(),
        }
    }

    pub(super) fn has_folder(&self, folder: &Path) {
        self.note(|traced| traced.folder = Some(folder.to_owned()));
    }

    pub(super) fn makes_namespace(&self, name: &str) {
        self.note(|traced| traced.namespace = Some(name.to_owned()));
    }

    pub(super) fn remembers(&self, policy: &Arc<RunPolicy>) {
        self.note(|traced| traced.policy = Some(policy.clone()));
    }

    pub(super) fn traced(&self) -> Traced {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, what: impl FnOnce(&mut Traced)) {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use tokio::sync::mpsc;

    use super::*;
    use crate::cluster::{ObjectRef, Policy, Tenure};

    #[test]
    fn what_may_be_left_is_told_whoever_owns_the_namespace() {
        let trace = Trace::default();
        assert_eq!(trace.words(), [""; 0]);
        trace.makes_namespace("lab-x");
        assert_eq!(trace.words(), ["namespace lab-x; `podlab clean lab-x` removes it"]);

        let trace = Trace::default();
        let tenure = Tenure::Borrowed(BTreeSet::new());
        let notes = mpsc::unbounded_channel().0;
        let policy = Arc::new(RunPolicy::new("class", tenure, BTreeMap::new(), notes));
        trace.remembers(&policy);
        policy.made(ObjectRef {
            api_version: "v1".into(),
            kind: "Service".into(),
            plural: "services".into(),
            namespace: Some("class".into()),
            name: "web".into(),
            uid: "1".into(),
        });
        assert_eq!(trace.words(), ["service/web"]);
    }
}
