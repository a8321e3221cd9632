use std::sync::Arc;

use serde_json::Value;

use super::super::{Change, ChangeKind, Object, Store, fields};
use super::context::controller_uid;
use super::controllers::Controller;
use super::index::{Index, owner_uids};
use super::key::Key;
use super::selector::Selector;

/// Who is asked to look at what.
type Ask<'a> = &'a mut dyn FnMut(Controller, Key);

/// Who has to look at which objects after a change.
pub(super) fn interested(change: &Change, store: &Store, index: &Index, ask: Ask<'_>) {
    let key = Key::of(&change.resource, &change.object);
    for controller in own_controllers(&change.resource) {
        ask(*controller, key.clone());
    }
    managers(change, store, index, ask);
    collectors(change, &key, store, index, ask);
    match &*change.resource {
        "pods" => pod(change, &key, store, ask),
        "nodes" => node(store, &key, ask),
        "endpoints" | "endpointslices.discovery.k8s.io" => endpoints(change, &key, ask),
        "serviceaccounts" | "configmaps" => namespace_furniture(change, &key, ask),
        "persistentvolumes" => volume(change, ask),
        "persistentvolumeclaims" => claim(store, &key, ask),
        "storageclasses.storage.k8s.io" => storage_class(store, ask),
        _ => {}
    }
}

/// Every object of a store, as a change that made it.
pub(super) fn as_if_new(store: &Store) -> Vec<Change> {
    let mut changes = Vec::new();
    for resource in store.resources() {
        changes.extend(store.list(resource, None).map(|object| Change {
            revision: store.revision(),
            kind: ChangeKind::Added,
            resource: Arc::from(resource),
            object: Arc::clone(object),
            previous: None,
        }));
    }
    changes
}

/// Who looks after the objects of a resource.
fn own_controllers(resource: &str) -> &'static [Controller] {
    match resource {
        "cronjobs.batch" => &[Controller::CronJob],
        "daemonsets.apps" => &[Controller::DaemonSet],
        "deployments.apps" => &[Controller::Deployment],
        "endpoints" => &[Controller::MirroredSlices],
        "events" => &[Controller::EventExpiry],
        "horizontalpodautoscalers.autoscaling" => &[Controller::Autoscaler],
        "jobs.batch" => &[Controller::Job],
        "namespaces" => &[Controller::Namespace, Controller::ServiceAccount],
        "nodes" => &[Controller::NodeTaints],
        "persistentvolumeclaims" => &[Controller::Claim],
        "persistentvolumes" => &[Controller::Volume],
        "pods" => &[Controller::Scheduler],
        "poddisruptionbudgets.policy" => &[Controller::Disruption],
        "replicasets.apps" => &[Controller::ReplicaSet],
        "replicationcontrollers" => &[Controller::ReplicationController],
        "services" => {
            &[Controller::Endpoints, Controller::EndpointSlices, Controller::LoadBalancer]
        }
        "statefulsets.apps" => &[Controller::StatefulSet],
        _ => &[],
    }
}

/// Those who manage the object or could: its owner's controller, before and after the
/// change; of an object that nobody manages, those whose selector it fits.
fn managers(change: &Change, store: &Store, index: &Index, ask: Ask<'_>) {
    let now = controller_uid(&change.object);
    let before = change.previous.as_deref().and_then(controller_uid);
    for uid in now.into_iter().chain(before.filter(|before| Some(*before) != now)) {
        if let Some(owner) = index.of_uid(uid) {
            for controller in own_controllers(&owner.resource) {
                ask(*controller, owner.clone());
            }
        }
    }
    if now.is_some() || change.kind == ChangeKind::Deleted {
        return;
    }
    let adopters: &[&str] = match &*change.resource {
        "pods" => {
            &["replicasets.apps", "replicationcontrollers", "daemonsets.apps", "statefulsets.apps"]
        }
        "replicasets.apps" => &["deployments.apps"],
        _ => return,
    };
    let namespace = fields::namespace(&change.object);
    for resource in adopters {
        for adopter in store.list(resource, Some(namespace)) {
            if selector_of(resource, adopter).is_some_and(|s| s.fits(&change.object)) {
                for controller in own_controllers(resource) {
                    ask(*controller, Key::of(&(*resource).into(), adopter));
                }
            }
        }
    }
}

fn selector_of(resource: &str, object: &Value) -> Option<Selector> {
    let selector = fields::at(object, "spec.selector");
    match resource {
        "replicationcontrollers" | "services" => Selector::of_map(selector),
        _ => Selector::of_labels(selector),
    }
}

/// Those who take away what has lost its owner, or its namespace.
fn collectors(change: &Change, key: &Key, store: &Store, index: &Index, ask: Ask<'_>) {
    let gone = change.kind == ChangeKind::Deleted;
    if gone {
        for dependent in index.dependents(fields::uid(&change.object)) {
            ask(Controller::Garbage, dependent.clone());
        }
        let owners = owner_uids(&change.object).filter_map(|uid| index.of_uid(uid));
        for owner in owners {
            ask(Controller::Garbage, owner.clone());
        }
    } else if fields::is_deleting(&change.object) || has_new_owners(change) {
        ask(Controller::Garbage, key.clone());
    }
    let ends = |namespace: &Object| fields::is_deleting(namespace);
    if change.kind != ChangeKind::Modified
        && store.get("namespaces", "", &key.namespace).is_some_and(ends)
    {
        ask(Controller::Namespace, Key::new("namespaces", "", &key.namespace));
    }
}

fn has_new_owners(change: &Change) -> bool {
    let owners = |object: &Value| object["metadata"]["ownerReferences"].clone();
    let now = owners(&change.object);
    !now.is_null() && change.previous.as_ref().is_none_or(|previous| owners(previous) != now)
}

fn pod(change: &Change, key: &Key, store: &Store, ask: Ask<'_>) {
    let fits = |selector: Option<Selector>| {
        selector.is_some_and(|selector| {
            selector.fits(&change.object)
                || change.previous.as_ref().is_some_and(|previous| selector.fits(previous))
        })
    };
    for service in store.list("services", Some(&key.namespace)) {
        if fits(selector_of("services", service)) {
            let service = Key::new("services", &key.namespace, fields::name(service));
            ask(Controller::Endpoints, service.clone());
            ask(Controller::EndpointSlices, service);
        }
    }
    for budget in store.list("poddisruptionbudgets.policy", Some(&key.namespace)) {
        if fits(selector_of("poddisruptionbudgets.policy", budget)) {
            let name = fields::name(budget);
            ask(
                Controller::Disruption,
                Key::new("poddisruptionbudgets.policy", &key.namespace, name),
            );
        }
    }
    if change.kind == ChangeKind::Deleted || !is_running_on(&change.object) {
        for volume in fields::items(&change.object, "spec.volumes") {
            let claim = fields::text(volume, "persistentVolumeClaim.claimName");
            if !claim.is_empty() {
                ask(Controller::Claim, Key::new("persistentvolumeclaims", &key.namespace, claim));
            }
        }
    }
}

fn is_running_on(pod: &Value) -> bool {
    !matches!(fields::text(pod, "status.phase"), "Succeeded" | "Failed")
}

fn node(store: &Store, key: &Key, ask: Ask<'_>) {
    ask(Controller::Scheduler, key.clone());
    for set in store.list("daemonsets.apps", None) {
        ask(Controller::DaemonSet, Key::of(&"daemonsets.apps".into(), set));
    }
}

/// What the endpoints' controllers made is looked after by them.
fn endpoints(change: &Change, key: &Key, ask: Ask<'_>) {
    if &*key.resource == "endpoints" {
        ask(Controller::Endpoints, Key::new("services", &key.namespace, &key.name));
        return;
    }
    if let Some(service) = fields::label(&change.object, "kubernetes.io/service-name") {
        ask(Controller::EndpointSlices, Key::new("services", &key.namespace, service));
        ask(Controller::MirroredSlices, Key::new("endpoints", &key.namespace, service));
    }
}

/// What every namespace has comes back when it is deleted.
fn namespace_furniture(change: &Change, key: &Key, ask: Ask<'_>) {
    let named = matches!(&*key.name, "default" | "kube-root-ca.crt");
    if named && change.kind != ChangeKind::Added {
        ask(Controller::ServiceAccount, Key::new("namespaces", "", &key.namespace));
    }
}

fn volume(change: &Change, ask: Ask<'_>) {
    let claim = fields::at(&change.object, "spec.claimRef");
    let (namespace, name) = (fields::text(claim, "namespace"), fields::text(claim, "name"));
    if !name.is_empty() {
        ask(Controller::Claim, Key::new("persistentvolumeclaims", namespace, name));
    }
}

/// A claim that was bound or is gone matters to its volume, and to pods that wait.
fn claim(store: &Store, key: &Key, ask: Ask<'_>) {
    ask(Controller::Scheduler, key.clone());
    for volume in store.list("persistentvolumes", None) {
        let claim = fields::at(volume, "spec.claimRef");
        if fields::text(claim, "name") == key.name
            && fields::text(claim, "namespace") == key.namespace
        {
            ask(Controller::Volume, Key::new("persistentvolumes", "", fields::name(volume)));
        }
    }
}

fn storage_class(store: &Store, ask: Ask<'_>) {
    for claim in store.list("persistentvolumeclaims", None) {
        if fields::text(claim, "spec.volumeName").is_empty() {
            ask(Controller::Claim, Key::of(&"persistentvolumeclaims".into(), claim));
        }
    }
}
