use serde_json::{Value, json};

use super::super::super::fields;
use super::super::context::Context;
use super::super::key::Key;
use super::super::selector::Selector;
use super::slices::{Content, write};

const CONTROLLER: &str = "endpointslicemirroring-controller.k8s.io";
const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";

/// Copies endpoints that a person made, for a service that selects nothing, into slices.
///
/// Source: `pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go`.
pub(in super::super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(endpoints) = context.get("endpoints", &key.namespace, &key.name) else { return };
    let service = context.get("services", &key.namespace, &key.name);
    let is_by_hand = service
        .is_some_and(|service| Selector::of_map(fields::at(&service, "spec.selector")).is_none());
    let wanted = if is_by_hand && fields::label(&endpoints, SKIP) != Some("true") {
        fields::items(&endpoints, "subsets").iter().map(content).collect()
    } else {
        Vec::new()
    };
    write(context, &endpoints, CONTROLLER, &wanted);
}

fn content(subset: &Value) -> Content {
    let lists = [("addresses", true), ("notReadyAddresses", false)];
    let endpoints = lists.iter().flat_map(|(list, ready)| {
        fields::items(subset, list).iter().map(|address| endpoint(address, *ready))
    });
    let ports = fields::items(subset, "ports").iter().map(|port| {
        let mut port = port.clone();
        fields::map_at(&mut port, "").entry("name").or_insert_with(|| json!(""));
        fields::map_at(&mut port, "").entry("protocol").or_insert_with(|| json!("TCP"));
        port
    });
    (endpoints.collect(), ports.collect())
}

fn endpoint(address: &Value, ready: bool) -> Value {
    let mut endpoint = json!({
        "addresses": [fields::text(address, "ip")],
        "conditions": { "ready": ready },
    });
    for part in ["hostname", "nodeName", "targetRef"] {
        if !address[part].is_null() {
            fields::set(&mut endpoint, part, address[part].clone());
        }
    }
    endpoint
}
