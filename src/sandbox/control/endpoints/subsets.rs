use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::super::fields;
use super::super::context::Context;
use super::super::controllers::Controller;
use super::super::key::Key;
use super::members::{self, Member, Port};

const RESOURCE: &str = "endpoints";
const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";

/// Keeps the endpoints of a service.
///
/// Source: `pkg/controller/endpoint/endpoints_controller.go`, `syncService`.
pub(in super::super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(service) = context.get("services", &key.namespace, &key.name) else {
        context.delete(RESOURCE, &key.namespace, &key.name);
        return;
    };
    let Some(members) = members::of(context, &service) else { return };
    context.rest(Controller::Endpoints, key, members.len());
    let subsets = subsets(&service, &members);
    let mut labels = service["metadata"]["labels"].clone();
    fields::map_at(&mut labels, "").insert(MANAGED_BY.to_owned(), json!("endpoint-controller"));
    if fields::text(&service, "spec.clusterIP") == "None" {
        fields::map_at(&mut labels, "")
            .insert("service.kubernetes.io/headless".to_owned(), json!(""));
    }
    match context.get(RESOURCE, &key.namespace, &key.name) {
        Some(old) => {
            if old["subsets"] == subsets && old["metadata"]["labels"] == labels {
                return;
            }
            context.change(RESOURCE, &old, |object| {
                fields::set(object, "metadata.labels", labels);
                if subsets.is_null() {
                    fields::unset(object, "subsets");
                } else {
                    fields::set(object, "subsets", subsets);
                }
            });
        }
        None => {
            let mut object = json!({
                "apiVersion": "v1",
                "kind": "Endpoints",
                "metadata": { "name": key.name, "namespace": key.namespace, "labels": labels },
            });
            if !subsets.is_null() {
                fields::set(&mut object, "subsets", subsets);
            }
            let _ = context.create(RESOURCE, object);
        }
    }
}

/// Addresses by their ports: those that have the same stand together.
///
/// Source: `pkg/api/v1/endpoints/util.go`, `RepackSubsets`.
fn subsets(service: &Value, members: &[Member]) -> Value {
    let headless = fields::text(service, "spec.clusterIP") == "None";
    let has_ports = !fields::items(service, "spec.ports").is_empty();
    let mut by_ports: BTreeMap<&[Port], (Vec<Value>, Vec<Value>)> = BTreeMap::new();
    for member in members.iter().filter(|member| !member.terminating) {
        if member.ports.is_empty() && (has_ports || !headless) {
            continue;
        }
        let (ready, not_ready) = by_ports.entry(&member.ports).or_default();
        let list = if member.ready { ready } else { not_ready };
        list.push(address(service, member));
    }
    if by_ports.is_empty() {
        return Value::Null;
    }
    let one = |(ports, (ready, not_ready)): (&[Port], (Vec<Value>, Vec<Value>))| {
        let mut subset = json!({});
        let ports: Vec<Value> = ports.iter().map(|port| port.object(false)).collect();
        let lists = [
            ("addresses", by_ip(ready)),
            ("notReadyAddresses", by_ip(not_ready)),
            ("ports", ports),
        ];
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            fields::set(&mut subset, name, list);
        }
        subset
    };
    by_ports.into_iter().map(one).collect()
}

fn by_ip(mut addresses: Vec<Value>) -> Vec<Value> {
    addresses.sort_by(|a, b| fields::text(a, "ip").cmp(fields::text(b, "ip")));
    addresses
}

fn address(service: &Value, member: &Member) -> Value {
    let mut address = json!({ "ip": member.ip, "targetRef": members::reference(&member.pod) });
    let node = fields::text(&member.pod, "spec.nodeName");
    if !node.is_empty() {
        fields::set(&mut address, "nodeName", node);
    }
    if let Some(name) = members::hostname(service, &member.pod) {
        fields::set(&mut address, "hostname", name);
    }
    address
}
