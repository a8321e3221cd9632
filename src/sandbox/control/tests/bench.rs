use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::super::{Object, Store, fields};
use super::super::Control;

/// A cluster of two nodes with controllers and a kubelet that does what it is told: pods
/// run and are ready as soon as they are on a node, and end as soon as they should.
pub(super) struct Bench {
    pub(super) store: Store,
    pub(super) control: Control,
    pub(super) now: Timestamp,
    /// Which pods become ready.
    pub(super) becomes_ready: fn(&Value) -> bool,
    /// Whether pods that are to go take their whole time of grace.
    pub(super) slow_to_end: bool,
    addresses: u8,
}

impl Bench {
    pub(super) fn new() -> Self {
        let now = "2026-11-22T20:46:11Z".parse().unwrap();
        let mut bench = Self {
            store: Store::default(),
            control: Control::new(),
            now,
            becomes_ready: |_| true,
            slow_to_end: false,
            addresses: 1,
        };
        bench.namespace("lab");
        for number in [1, 2] {
            bench.node(
                &format!("node-{number}"),
                json!({ "cpu": "4", "memory": "8Gi", "pods": "110" }),
            );
        }
        bench
    }

    pub(super) fn namespace(&mut self, name: &str) {
        self.create(
            "namespaces",
            json!({
                "metadata": { "name": name }, "spec": { "finalizers": ["kubernetes"] },
                "status": { "phase": "Active" },
            }),
        );
    }

    pub(super) fn node(&mut self, name: &str, allocatable: Value) {
        self.create(
            "nodes",
            json!({
                "apiVersion": "v1", "kind": "Node",
                "metadata": { "name": name, "labels": { "kubernetes.io/hostname": name } },
                "status": { "allocatable": allocatable },
            }),
        );
    }

    /// Creates an object; a namespaced one is in `lab` unless it says otherwise.
    pub(super) fn create(&mut self, resource: &str, mut object: Value) -> Object {
        let cluster = ["namespaces", "nodes", "persistentvolumes", "storageclasses.storage.k8s.io"];
        if !cluster.contains(&resource) && fields::namespace(&object).is_empty() {
            fields::set(&mut object, "metadata.namespace", "lab");
        }
        fields::set(&mut object, "metadata.generation", 1);
        self.store.create(resource, object, self.now).unwrap()
    }

    /// Changes what an object asks for, as a person does.
    pub(super) fn edit(&mut self, resource: &str, name: &str, path: &str, value: impl Into<Value>) {
        let namespace = if self.store.get(resource, "lab", name).is_some() { "lab" } else { "" };
        let changed = self.store.modify(resource, namespace, name, |object| {
            fields::set(object, path, value);
            let generation = fields::count(object, "metadata.generation") + 1;
            fields::set(object, "metadata.generation", generation);
        });
        assert!(changed.is_some(), "there is no {resource} {name}");
    }

    /// Deletes an object as the API does, with a finalizer that says how.
    pub(super) fn delete(&mut self, resource: &str, name: &str, finalizer: Option<&str>) {
        let namespace = if self.store.get(resource, "lab", name).is_some() { "lab" } else { "" };
        let object = self.store.get(resource, namespace, name).cloned().unwrap();
        let at = fields::seconds(self.now);
        let ends_later = finalizer.is_some()
            || resource == "pods"
            || resource == "namespaces"
            || !fields::items(&object, "metadata.finalizers").is_empty();
        if !ends_later {
            self.store.remove(resource, namespace, name);
            return;
        }
        self.store.modify(resource, namespace, name, |object| {
            fields::set(object, "metadata.deletionTimestamp", at);
            if let Some(finalizer) = finalizer {
                fields::set(object, "metadata.finalizers", json!([finalizer]));
            }
        });
    }

    pub(super) fn get(&self, resource: &str, name: &str) -> Object {
        let found =
            self.store.get(resource, "lab", name).or_else(|| self.store.get(resource, "", name));
        found.unwrap_or_else(|| panic!("there is no {resource} {name}")).clone()
    }

    pub(super) fn has(&self, resource: &str, name: &str) -> bool {
        self.store.get(resource, "lab", name).is_some()
    }

    pub(super) fn names(&self, resource: &str) -> Vec<String> {
        self.store
            .list(resource, Some("lab"))
            .map(|object| fields::name(object).to_owned())
            .collect()
    }

    pub(super) fn pods(&self) -> Vec<Object> {
        self.store.list("pods", Some("lab")).cloned().collect()
    }

    /// Lets everything happen that happens without time passing.
    pub(super) fn settle(&mut self) {
        for _ in 0..1000 {
            let before = self.store.revision();
            self.control.advance(&mut self.store, self.now);
            self.kubelet();
            if self.store.revision() == before
                && self.control.next_due().is_none_or(|at| at > self.now)
            {
                return;
            }
        }
        panic!("the cluster does not come to rest");
    }

    /// Lets controllers work without a kubelet.
    pub(super) fn control_only(&mut self) {
        self.control.advance(&mut self.store, self.now);
    }

    /// Lets time pass, with everything that is due in it.
    pub(super) fn pass(&mut self, seconds: i64) {
        let end = self.now + SignedDuration::from_secs(seconds);
        self.settle();
        while let Some(due) = self.control.next_due().filter(|due| *due <= end) {
            self.now = due.max(self.now);
            self.settle();
        }
        self.now = end;
        self.settle();
    }

    fn kubelet(&mut self) {
        let pods: Vec<Object> = self.store.list("pods", None).cloned().collect();
        for pod in pods {
            let (namespace, name) =
                (fields::namespace(&pod).to_owned(), fields::name(&pod).to_owned());
            let node = fields::text(&pod, "spec.nodeName").to_owned();
            let held = !fields::items(&pod, "metadata.finalizers").is_empty();
            if fields::is_deleting(&pod) {
                let over = fields::time(&pod, "metadata.deletionTimestamp")
                    .is_some_and(|at| at <= self.now);
                if !held && (over || !self.slow_to_end) {
                    self.store.remove("pods", &namespace, &name);
                }
            } else if !node.is_empty() && fields::text(&pod, "status.podIP").is_empty() {
                self.run(&namespace, &name, &node);
            }
        }
    }

    fn run(&mut self, namespace: &str, name: &str, node: &str) {
        self.addresses += 1;
        let ip = format!("10.20.{}.{}", node.trim_start_matches("node-"), self.addresses);
        let at = fields::seconds(self.now);
        let ready = self.becomes_ready;
        self.store.modify("pods", namespace, name, |pod| {
            let is_ready = ready(pod);
            fields::set(pod, "status.phase", "Running");
            fields::set(pod, "status.podIP", ip);
            say_ready(pod, is_ready, &at);
        });
    }

    /// Has a pod become ready, or not.
    pub(super) fn ready(&mut self, name: &str, ready: bool) {
        let at = fields::seconds(self.now);
        self.store.modify("pods", "lab", name, |pod| say_ready(pod, ready, &at));
    }

    /// Has a pod end.
    pub(super) fn end(&mut self, name: &str, phase: &str) {
        let at = fields::seconds(self.now);
        let code = i32::from(phase != "Succeeded");
        self.store.modify("pods", "lab", name, |pod| {
            fields::set(pod, "status.phase", phase);
            let status = json!([{
                "name": "main", "state": { "terminated": { "exitCode": code, "finishedAt": at } },
            }]);
            fields::set(pod, "status.containerStatuses", status);
            say_ready(pod, false, &at);
        });
    }

    /// The events of the namespace about an object, in the order of their making.
    pub(super) fn events_of(&self, name: &str) -> Vec<String> {
        let mut events: Vec<&Object> = self
            .store
            .list("events", None)
            .filter(|event| fields::text(event, "involvedObject.name") == name)
            .collect();
        events.sort_by_key(|event| fields::name(event).rsplit('.').next().unwrap().to_owned());
        let line = |event: &&Object| {
            let text = |path| fields::text(event, path);
            let count = fields::count(event, "count");
            let times = if count > 1 { format!(" (x{count})") } else { String::new() };
            format!("{} {}: {}{times}", text("type"), text("reason"), text("message"))
        };
        events.iter().map(line).collect()
    }

    /// The conditions of an object: type, status, reason, message.
    pub(super) fn conditions(&self, resource: &str, name: &str) -> Vec<String> {
        let object = self.get(resource, name);
        let line = |one: &Value| {
            let text = |path| fields::text(one, path);
            format!("{}={} {}: {}", text("type"), text("status"), text("reason"), text("message"))
        };
        fields::items(&object, "status.conditions").iter().map(line).collect()
    }
}

fn say_ready(pod: &mut Value, ready: bool, at: &str) {
    let status = if ready { "True" } else { "False" };
    let mut conditions = fields::items(pod, "status.conditions").to_vec();
    conditions.retain(|one| one["type"] != "Ready");
    conditions.push(json!({ "type": "Ready", "status": status, "lastTransitionTime": at }));
    fields::set(pod, "status.conditions", conditions);
}

/// A pod template of one container.
pub(super) fn template(app: &str, image: &str) -> Value {
    json!({
        "metadata": { "labels": { "app": app } },
        "spec": { "containers": [{ "name": "main", "image": image }] },
    })
}

/// A deployment, replica set or the like: selector and template of an app.
pub(super) fn workload(kind: &str, name: &str, replicas: i64) -> Value {
    json!({
        "apiVersion": if kind == "Job" { "batch/v1" } else { "apps/v1" },
        "kind": kind,
        "metadata": { "name": name },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": { "app": name } },
            "template": template(name, "nginx:1"),
        },
    })
}

/// A bare pod.
pub(super) fn pod(name: &str, spec: Value) -> Value {
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": name, "labels": { "app": name } },
        "spec": { "containers": [{ "name": "main", "image": "nginx:1" }] },
    });
    for (key, value) in spec.as_object().into_iter().flatten() {
        fields::set(&mut pod, &format!("spec.{key}"), value.clone());
    }
    pod
}
