use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::super::{Object, fields};
use super::super::context::{Context, controller_reference};
use super::super::controllers::Controller;
use super::super::key::Key;
use super::members::{self, Member, Port};

pub(super) const RESOURCE: &str = "endpointslices.discovery.k8s.io";
pub(super) const SERVICE_NAME: &str = "kubernetes.io/service-name";
pub(super) const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const CONTROLLER: &str = "endpointslice-controller.k8s.io";

/// The most endpoints of one slice.
///
/// Source: `pkg/controller/endpointslice/endpointslice_controller.go`, `maxEndpointsPerSlice`.
const MOST: usize = 100;

/// Keeps the endpoint slices of a service.
///
/// Source: `staging/src/k8s.io/endpointslice/reconciler.go`, `Reconcile`.
pub(in super::super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(service) = context.get("services", &key.namespace, &key.name) else {
        // They are owned by the service, and go with it.
        return;
    };
    let Some(members) = members::of(context, &service) else { return };
    context.rest(Controller::EndpointSlices, key, members.len());
    let wanted = contents(context, &service, &members);
    write(context, &service, CONTROLLER, &wanted);
}

/// What is in one slice: endpoints and ports.
pub(super) type Content = (Vec<Value>, Value);

/// Has the slices of an owner hold what they should: as many as are needed, those that
/// are there changed, those too many deleted.
pub(super) fn write(
    context: &mut Context<'_>,
    owner: &Object,
    controller: &str,
    wanted: &[Content],
) {
    let (namespace, name) = (fields::namespace(owner).to_owned(), fields::name(owner).to_owned());
    let there: Vec<Object> = context
        .list(RESOURCE, &namespace)
        .into_iter()
        .filter(|slice| fields::label(slice, SERVICE_NAME) == Some(&*name))
        .filter(|slice| fields::label(slice, MANAGED_BY) == Some(controller))
        .collect();
    for (at, (endpoints, ports)) in wanted.iter().enumerate() {
        match there.get(at) {
            Some(slice) => {
                let same =
                    fields::items(slice, "endpoints") == endpoints && slice["ports"] == *ports;
                if !same {
                    context.store.modify(RESOURCE, &namespace, fields::name(slice), |slice| {
                        let generation = fields::count(slice, "metadata.generation") + 1;
                        fields::set(slice, "metadata.generation", generation);
                        fields::set(slice, "endpoints", endpoints.clone());
                        fields::set(slice, "ports", ports.clone());
                    });
                }
            }
            None => {
                let slice = new_slice(owner, controller, endpoints, ports);
                let _ = context.create(RESOURCE, slice);
            }
        }
    }
    for slice in there.iter().skip(wanted.len()) {
        context.delete(RESOURCE, &namespace, fields::name(slice));
    }
}

fn new_slice(owner: &Value, controller: &str, endpoints: &[Value], ports: &Value) -> Value {
    let mut labels = owner["metadata"]["labels"].clone();
    let map = fields::map_at(&mut labels, "");
    map.remove("endpoints.kubernetes.io/managed-by");
    map.insert(SERVICE_NAME.to_owned(), json!(fields::name(owner)));
    map.insert(MANAGED_BY.to_owned(), json!(controller));
    if fields::text(owner, "spec.clusterIP") == "None" {
        map.insert("service.kubernetes.io/headless".to_owned(), json!(""));
    }
    json!({
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": format!("{}-", fields::name(owner)),
            "namespace": fields::namespace(owner),
            "generation": 1,
            "labels": labels,
            "ownerReferences": [controller_reference(owner)],
        },
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": ports,
    })
}

fn contents(context: &Context<'_>, service: &Value, members: &[Member]) -> Vec<Content> {
    let mut by_ports: BTreeMap<&[Port], Vec<Value>> = BTreeMap::new();
    for member in members {
        by_ports.entry(&member.ports).or_default().push(endpoint(context, service, member));
    }
    let mut contents: Vec<Content> = Vec::new();
    for (ports, endpoints) in by_ports {
        let ports: Vec<Value> = ports.iter().map(|port| port.object(true)).collect();
        for chunk in endpoints.chunks(MOST) {
            contents.push((chunk.to_vec(), json!(ports)));
        }
    }
    if contents.is_empty() {
        // Without any pod there is one slice all the same.
        contents.push((Vec::new(), Value::Null));
    }
    contents
}

fn endpoint(context: &Context<'_>, service: &Value, member: &Member) -> Value {
    let mut endpoint = json!({
        "addresses": [member.ip],
        "conditions": {
            "ready": member.ready,
            "serving": member.serving,
            "terminating": member.terminating,
        },
        "targetRef": members::reference(&member.pod),
    });
    let node = fields::text(&member.pod, "spec.nodeName");
    if let Some(object) = context.store.get("nodes", "", node) {
        fields::set(&mut endpoint, "nodeName", node);
        if let Some(zone) = fields::label(object, "topology.kubernetes.io/zone") {
            fields::set(&mut endpoint, "zone", zone);
        }
    }
    if let Some(name) = members::hostname(service, &member.pod) {
        fields::set(&mut endpoint, "hostname", name);
    }
    endpoint
}
