use serde_json::{Value, json};

use super::super::super::{Object, fields};
use super::super::context::{Context, controller_reference};
use super::super::replica_set::wanted;
use super::super::template::{hash, same_but_for_hash, without_hash};
use super::progress;
use super::rollout::new_replicas;
use super::sync::{RESOURCE, SETS, SOURCE};

const REVISION: &str = "deployment.kubernetes.io/revision";
const HISTORY: &str = "deployment.kubernetes.io/revision-history";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MAX: &str = "deployment.kubernetes.io/max-replicas";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The replica sets of a deployment.
#[derive(Debug)]
pub(super) struct Family {
    /// The one whose template is the deployment's.
    pub(super) new: Option<Object>,
    /// All others, oldest first.
    pub(super) old: Vec<Object>,
}

impl Family {
    /// Sorts a deployment's replica sets; of several with its template, the oldest is
    /// the new one.
    ///
    /// Source: `pkg/controller/deployment/util/deployment_util.go`, `FindNewReplicaSet`.
    pub(super) fn of(deployment: &Value, mut sets: Vec<Object>) -> Self {
        sets.sort_by_key(|set| {
            let created = fields::text(set, "metadata.creationTimestamp").to_owned();
            (created, fields::name(set).to_owned())
        });
        let template = without_hash(&deployment["spec"]["template"]);
        let new = sets.iter().position(|set| without_hash(&set["spec"]["template"]) == template);
        let new = new.map(|at| sets.remove(at));
        Self { new, old: sets }
    }

    /// All of them, the new one last.
    pub(super) fn all(&self) -> impl Iterator<Item = &Object> {
        self.old.iter().chain(&self.new)
    }

    /// How many pods they ask for together.
    pub(super) fn replicas(&self) -> i64 {
        self.all().map(|set| wanted(set)).sum()
    }

    /// Has the new replica set, where there is one, and the deployment say its revision.
    ///
    /// Source: `pkg/controller/deployment/sync.go`, `getNewReplicaSet`.
    pub(super) fn adopt_revision(
        &mut self,
        context: &mut Context<'_>,
        deployment: &Object,
    ) -> Object {
        let Some(new) = self.new.clone() else { return deployment.clone() };
        let revision = self.next_revision();
        let min_ready = deployment["spec"]["minReadySeconds"].clone();
        let new = context.change_spec(SETS, &new, |set| {
            annotate(deployment, set, revision);
            if fields::count(set, "spec.minReadySeconds") != min_ready.as_i64().unwrap_or(0) {
                fields::set(set, "spec.minReadySeconds", min_ready);
            }
        });
        let Some(new) = new else { return deployment.clone() };
        let revision = fields::annotation(&new, REVISION).to_owned();
        let message = format!("Found new replica set {:?}", fields::name(&new));
        self.new = Some(new);
        say_revision(context, deployment, &revision, ("FoundNewReplicaSet", &message, false))
    }

    /// Makes the replica set of the deployment's template where there is none.
    pub(super) fn make_new(&mut self, context: &mut Context<'_>, deployment: &Object) -> Object {
        if self.new.is_some() {
            return self.adopt_revision(context, deployment);
        }
        let revision = self.next_revision();
        let replicas = new_replicas(deployment, self);
        let set = new_set(deployment, replicas, revision);
        let name = fields::name(&set).to_owned();
        match context.create(SETS, set) {
            Ok(set) => {
                if replicas > 0 {
                    let message = format!("Scaled up replica set {name} from 0 to {replicas}");
                    context.normal(SOURCE, deployment, "ScalingReplicaSet", &message);
                }
                self.new = Some(set);
                let message = format!("Created new replica set {name:?}");
                let words = ("NewReplicaSetCreated", &*message, true);
                say_revision(context, deployment, &revision.to_string(), words)
            }
            Err(status) if status.reason == "AlreadyExists" => collide(context, deployment, &name),
            Err(status) => {
                let message = format!("Failed to create new replica set {name:?}: {status}");
                progress::fail(context, deployment, &message);
                context.warning(SOURCE, deployment, "ReplicaSetCreateError", &message);
                deployment.clone()
            }
        }
    }

    fn next_revision(&self) -> i64 {
        self.old.iter().map(|set| revision(set)).max().unwrap_or(0).saturating_add(1)
    }
}

/// Another object has the name: another hash is needed.
fn collide(context: &mut Context<'_>, deployment: &Object, name: &str) -> Object {
    let taken = context.get(SETS, fields::namespace(deployment), name);
    let same = taken.is_some_and(|set| {
        same_but_for_hash(&set["spec"]["template"], &deployment["spec"]["template"])
            && super::super::context::controller_uid(&set) == Some(fields::uid(deployment))
    });
    if !same {
        let collisions = fields::count(deployment, "status.collisionCount") + 1;
        context.change(RESOURCE, deployment, |deployment| {
            fields::set(deployment, "status.collisionCount", collisions);
        });
    }
    deployment.clone()
}

/// The revision that a replica set carries.
pub(super) fn revision(set: &Value) -> i64 {
    fields::annotation(set, REVISION).parse().unwrap_or(0)
}

/// How many replicas the deployment asked for when it last looked at the set.
pub(super) fn desired(set: &Value) -> Option<i64> {
    fields::annotation(set, DESIRED).parse().ok()
}

/// How many there might be at once then.
pub(super) fn most(set: &Value) -> Option<i64> {
    fields::annotation(set, MAX).parse().ok()
}

/// Has a replica set remember what the deployment asks for now.
pub(super) fn remember_size(deployment: &Value, set: &mut Value) {
    let replicas = wanted(deployment);
    fields::annotate(set, "annotations", DESIRED, &replicas.to_string());
    let most = replicas + super::rollout::max_surge(deployment);
    fields::annotate(set, "annotations", MAX, &most.to_string());
}

fn new_set(deployment: &Value, replicas: i64, revision: i64) -> Value {
    let template = &deployment["spec"]["template"];
    let hash = hash(&without_hash(template), fields::count(deployment, "status.collisionCount"));
    let mut template = template.clone();
    fields::annotate(&mut template, "labels", "pod-template-hash", &hash);
    let mut selector = deployment["spec"]["selector"].clone();
    fields::map_at(&mut selector, "matchLabels")
        .insert("pod-template-hash".to_owned(), json!(hash));
    let mut set = json!({
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": format!("{}-{hash}", fields::name(deployment)),
            "namespace": fields::namespace(deployment),
            "generation": 1,
            "labels": template["metadata"]["labels"],
            "ownerReferences": [controller_reference(deployment)],
        },
        "spec": { "replicas": replicas, "selector": selector, "template": template },
        "status": { "replicas": 0 },
    });
    let min_ready = fields::count(deployment, "spec.minReadySeconds");
    if min_ready > 0 {
        fields::set(&mut set, "spec.minReadySeconds", min_ready);
    }
    annotate(deployment, &mut set, revision);
    set
}

/// The annotations that a new replica set takes from its deployment. A revision that was
/// rolled back to keeps those that it had in its history.
///
/// Source: `deployment_util.go`, `SetNewReplicaSetAnnotations`.
fn annotate(deployment: &Value, set: &mut Value, next: i64) {
    let taken: Vec<(String, String)> = fields::texts(deployment, "metadata.annotations")
        .filter(|(key, _)| ![LAST_APPLIED, REVISION, HISTORY, DESIRED, MAX].contains(key))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    for (key, value) in taken {
        fields::annotate(set, "annotations", &key, &value);
    }
    let old = fields::annotation(set, REVISION).to_owned();
    if old.parse().unwrap_or(0) < next {
        fields::annotate(set, "annotations", REVISION, &next.to_string());
        if !old.is_empty() && old != "0" {
            let history = fields::annotation(set, HISTORY);
            let history = if history.is_empty() { old } else { format!("{history},{old}") };
            fields::annotate(set, "annotations", HISTORY, &history);
        }
    }
    remember_size(deployment, set);
}

/// Has the deployment carry its revision; a new replica set is progress.
fn say_revision(
    context: &mut Context<'_>,
    deployment: &Object,
    revision: &str,
    (reason, message, is_new): (&str, &str, bool),
) -> Object {
    let now = context.now;
    context.change(RESOURCE, deployment, |deployment| {
        fields::annotate(deployment, "annotations", REVISION, revision);
        let known = super::super::pods::condition(deployment, "Progressing").is_some();
        if progress::has_deadline(deployment) && (is_new || !known) {
            progress::set(deployment, "True", (reason, message), now);
        }
    });
    context
        .get(RESOURCE, fields::namespace(deployment), fields::name(deployment))
        .unwrap_or_else(|| deployment.clone())
}
