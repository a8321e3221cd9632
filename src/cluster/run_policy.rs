use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::mpsc;

use super::{ObjectRef, Policy, Refused, Write};

/// What is used instead of an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replacement {
    /// The image.
    pub image: String,
    /// Its entry point, where the container says none itself.
    pub command: Option<Vec<String>>,
    /// Its arguments, whatever the container says.
    pub args: Option<Vec<String>>,
}

/// What changed among the things that a run has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerNote {
    /// An object was made.
    Made(ObjectRef),
    /// One is gone.
    Removed(ObjectRef),
}

/// Whose namespace a run is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenure {
    /// It was made for the run: everything in it is the run's.
    Owned,
    /// It existed before, with pods of these uids.
    Borrowed(BTreeSet<String>),
}

/// Keeps a run within its namespace, and remembers what it made.
#[derive(Debug)]
pub struct RunPolicy {
    namespace: String,
    tenure: Tenure,
    images: BTreeMap<String, Replacement>,
    ledger: Mutex<BTreeMap<String, ObjectRef>>,
    notes: mpsc::UnboundedSender<LedgerNote>,
}

impl RunPolicy {
    /// A policy for a run in `namespace`; what it remembers is told to `notes`.
    pub fn new(
        namespace: &str,
        tenure: Tenure,
        images: BTreeMap<String, Replacement>,
        notes: mpsc::UnboundedSender<LedgerNote>,
    ) -> Self {
        let images = images.into_iter().map(|(from, to)| (whole_name(&from), to)).collect();
        let ledger = Mutex::default();
        Self { namespace: namespace.to_owned(), tenure, images, ledger, notes }
    }

    /// What the run has made and not removed.
    pub fn made_objects(&self) -> Vec<ObjectRef> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn is_in_ledger(&self, uid: &str) -> bool {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).contains_key(uid)
    }

    fn is_ours(&self, write: &Write<'_>, uid: &str) -> bool {
        match &self.tenure {
            Tenure::Owned => true,
            // Controllers make pods too, so of those only the earlier ones are not ours.
            Tenure::Borrowed(before) if write.object.starts_with("pod/") => !before.contains(uid),
            Tenure::Borrowed(_) => self.is_in_ledger(uid),
        }
    }
}

impl Policy for RunPolicy {
    fn namespace(&self, asked: Option<&str>) -> String {
        match asked {
            None | Some("" | "default") => self.namespace.clone(),
            Some(other) => other.to_owned(),
        }
    }

    fn allow(&self, write: &Write<'_>) -> Result<(), Refused> {
        let (action, object) = (write.action, &write.object);
        match write.namespace {
            None => Err(Refused(format!(
                "podlab does not {action} {object}: it belongs to the whole cluster, and a lab \
                 writes in its own namespace `{}` only",
                self.namespace
            ))),
            Some(namespace) if namespace != self.namespace => Err(Refused(format!(
                "podlab does not {action} {object} in namespace `{namespace}`: a lab writes in \
                 its own namespace `{}` only; leave the namespace out",
                self.namespace
            ))),
            Some(_) => match write.uid {
                Some(uid) if !self.is_ours(write, uid) => Err(Refused(format!(
                    "podlab does not {action} {object}: it was there before this run"
                ))),
                _ => Ok(()),
            },
        }
    }

    fn prepare(&self, object: &mut Value) {
        replace_images(object, &self.images);
    }

    fn asks_uid(&self) -> bool {
        self.tenure != Tenure::Owned
    }

    fn owns(&self, uid: &str) -> bool {
        self.tenure == Tenure::Owned || self.is_in_ledger(uid)
    }

    fn made(&self, object: ObjectRef) {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.insert(object.uid.clone(), object.clone());
        let _ = self.notes.send(LedgerNote::Made(object));
    }

    fn removed(&self, object: &ObjectRef) {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        if ledger.remove(&object.uid).is_some() {
            let _ = self.notes.send(LedgerNote::Removed(object.clone()));
        }
    }
}

/// Every container below `value`, in pods and in templates of pods.
fn replace_images(value: &mut Value, images: &BTreeMap<String, Replacement>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let containers = matches!(
                    name.as_str(),
                    "containers" | "initContainers" | "ephemeralContainers"
                );
                match field {
                    Value::Array(all) if containers => {
                        all.iter_mut().for_each(|one| replace_image(one, images));
                    }
                    other => replace_images(other, images),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| replace_images(one, images)),
        _ => {}
    }
}

fn replace_image(container: &mut Value, images: &BTreeMap<String, Replacement>) {
    let Some(image) = container.get("image").and_then(Value::as_str) else { return };
    let Some(replacement) = images.get(&whole_name(image)) else { return };
    container["image"] = replacement.image.clone().into();
    if let (Some(command), None) = (&replacement.command, container.get("command")) {
        container["command"] = command.clone().into();
    }
    if let Some(args) = &replacement.args {
        container["args"] = args.clone().into();
    }
}

/// `busybox` and `docker.io/library/busybox:latest` are one image.
fn whole_name(image: &str) -> String {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let last = image.rsplit('/').next().unwrap_or(image);
    if last.contains([':', '@']) { image.to_owned() } else { format!("{image}:latest") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn policy(tenure: Tenure) -> RunPolicy {
        let bash = Some(vec!["bash".to_owned()]);
        let images = BTreeMap::from([
            (
                "jump:v1".to_owned(),
                Replacement { image: "agnhost".into(), command: bash, args: None },
            ),
            (
                "k8s.gcr.io/liveness".to_owned(),
                Replacement {
                    image: "agnhost".into(),
                    command: None,
                    args: Some(vec!["liveness".into()]),
                },
            ),
        ]);
        RunPolicy::new("lab-x", tenure, images, mpsc::unbounded_channel().0)
    }

    fn object(uid: &str) -> ObjectRef {
        ObjectRef {
            api_version: "v1".into(),
            kind: "Service".into(),
            plural: "services".into(),
            namespace: Some("lab-x".into()),
            name: "web".into(),
            uid: uid.into(),
        }
    }

    #[test]
    fn default_is_the_runs_namespace() {
        let policy = policy(Tenure::Owned);
        for asked in [None, Some("default"), Some("")] {
            assert_eq!(policy.namespace(asked), "lab-x");
        }
        assert_eq!(policy.namespace(Some("kube-system")), "kube-system");
    }

    #[test]
    fn writes_stay_in_the_namespace_and_leave_what_was_there() {
        let before = BTreeSet::from(["old-pod".to_owned()]);
        let borrowed = policy(Tenure::Borrowed(before));
        borrowed.made(object("ours"));
        let owned = policy(Tenure::Owned);
        let check = |policy: &RunPolicy, object: &str, namespace, uid, allowed: bool| {
            let write = Write { action: "delete", object: object.into(), namespace, uid };
            assert_eq!(policy.allow(&write).is_ok(), allowed, "{write:?}");
        };
        check(&owned, "service/web", Some("lab-x"), Some("any"), true);
        check(&owned, "service/web", Some("kube-system"), None, false);
        check(&owned, "clusterrole/web", None, None, false);
        check(&borrowed, "service/web", Some("lab-x"), None, true);
        check(&borrowed, "service/web", Some("lab-x"), Some("ours"), true);
        check(&borrowed, "service/web", Some("lab-x"), Some("theirs"), false);
        check(&borrowed, "pod/web", Some("lab-x"), Some("of-a-deployment"), true);
        check(&borrowed, "pod/web", Some("lab-x"), Some("old-pod"), false);
        let budget = "poddisruptionbudget.policy/web";
        check(&borrowed, budget, Some("lab-x"), Some("theirs"), false);
        check(&borrowed, "podtemplate/web", Some("lab-x"), Some("theirs"), false);
    }

    #[test]
    fn what_is_made_is_remembered_until_it_is_removed() {
        let (notes, mut told) = mpsc::unbounded_channel();
        let before = Tenure::Borrowed(BTreeSet::new());
        let policy = RunPolicy::new("lab-x", before, BTreeMap::new(), notes);
        policy.made(object("1"));
        assert!(policy.owns("1") && !policy.owns("2"));
        policy.removed(&object("2"));
        policy.removed(&object("1"));
        assert_eq!(policy.made_objects(), []);
        assert_eq!(told.try_recv(), Ok(LedgerNote::Made(object("1"))));
        assert_eq!(told.try_recv(), Ok(LedgerNote::Removed(object("1"))));
        assert!(told.try_recv().is_err());
    }

    #[test]
    fn images_are_replaced_wherever_a_container_stands() {
        let policy = policy(Tenure::Owned);
        let mut deployment = json!({"spec": {"template": {"spec": {
        "initContainers": [{"name": "a", "image": "docker.io/jump:v1"}],
        "containers": [
            {"name": "b", "image": "k8s.gcr.io/liveness:latest", "args": ["/server"]},
            {"name": "c", "image": "jump:v1", "command": ["own"]},
            {"name": "d", "image": "other"}
        ]}}}});
        policy.prepare(&mut deployment);
        assert_eq!(
            deployment,
            json!({"spec": {"template": {"spec": {
            "initContainers": [{"name": "a", "image": "agnhost", "command": ["bash"]}],
            "containers": [
                {"name": "b", "image": "agnhost", "args": ["liveness"]},
                {"name": "c", "image": "agnhost", "command": ["own"]},
                {"name": "d", "image": "other"}
            ]}}}})
        );
    }
}
