use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::{Object, fields};
use super::context::Context;
use super::controllers::Controller;
use super::key::Key;

const SOURCE: &str = "service-controller";

/// How long a service waits for its address, as in a quick cloud.
const PENDING: SignedDuration = SignedDuration::from_millis(1500);

/// Which services wait for an address, and until when.
#[derive(Debug, Default)]
pub(super) struct LoadBalancers {
    pending: BTreeMap<Key, Timestamp>,
}

/// Gives a service of type `LoadBalancer` an address, some time after it asked; takes it
/// back when the service is of another type.
///
/// Source: `staging/src/k8s.io/cloud-provider/controllers/service/controller.go`,
/// `syncLoadBalancerIfNeeded`.
pub(super) fn sync(context: &mut Context<'_>, balancers: &mut LoadBalancers, key: &Key) {
    let service = context.get("services", &key.namespace, &key.name);
    let wants = |service: &Object| {
        fields::text(service, "spec.type") == "LoadBalancer"
            && fields::text(service, "spec.loadBalancerClass").is_empty()
            && !fields::is_deleting(service)
    };
    let Some(service) = service.filter(|service| wants(service)) else {
        balancers.pending.remove(key);
        take_back(context, key);
        return;
    };
    if !fields::items(&service, "status.loadBalancer.ingress").is_empty() {
        balancers.pending.remove(key);
        return;
    }
    match balancers.pending.get(key).copied() {
        None => {
            context.normal(SOURCE, &service, "EnsuringLoadBalancer", "Ensuring load balancer");
            let at = context.now.checked_add(PENDING).unwrap_or(context.now);
            balancers.pending.insert(key.clone(), at);
            context.later(Controller::LoadBalancer, key, at);
        }
        Some(at) if at <= context.now => {
            balancers.pending.remove(key);
            give(context, &service);
        }
        Some(at) => context.later(Controller::LoadBalancer, key, at),
    }
}

fn give(context: &mut Context<'_>, service: &Object) {
    let Some(address) = free_address(context, service) else {
        let message = "Error syncing load balancer: failed to ensure load balancer: all addresses of 10.30.0.0/24 are taken";
        context.warning(SOURCE, service, "SyncLoadBalancerFailed", message);
        return;
    };
    context.change("services", service, |service| {
        let ingress = json!([{ "ip": address, "ipMode": "VIP" }]);
        fields::set(service, "status.loadBalancer.ingress", ingress);
    });
    context.normal(SOURCE, service, "EnsuredLoadBalancer", "Ensured load balancer");
}

/// The address that the service asks for, or the next one that nobody has.
fn free_address(context: &Context<'_>, service: &Object) -> Option<String> {
    let taken: BTreeSet<&str> = context
        .store
        .list("services", None)
        .flat_map(|service| fields::items(service, "status.loadBalancer.ingress"))
        .map(|ingress| fields::text(ingress, "ip"))
        .collect();
    let asked = fields::text(service, "spec.loadBalancerIP").to_owned();
    let all = (10..255).map(|last| format!("10.30.0.{last}"));
    if all.clone().any(|one| one == asked) && !taken.contains(&*asked) {
        return Some(asked);
    }
    all.into_iter().find(|one| !taken.contains(&**one))
}

fn take_back(context: &mut Context<'_>, key: &Key) {
    let Some(service) = context.get("services", &key.namespace, &key.name) else { return };
    let is_other = fields::text(&service, "spec.type") != "LoadBalancer";
    if is_other && !fields::items(&service, "status.loadBalancer.ingress").is_empty() {
        context.change("services", &service, |service| {
            fields::set(service, "status.loadBalancer", json!({}));
        });
    }
}
