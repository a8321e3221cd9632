use serde_json::{Value, json};

use super::super::edit::{at, at_mut, default_to, items_mut, set, text};

/// Source: `pkg/apis/core/v1/defaults.go`, `SetDefaults_Service`.
pub(super) fn default_service(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    default_to(spec, &[], "sessionAffinity", "None");
    if spec["sessionAffinity"] == "ClientIP" {
        default_to(spec, &["sessionAffinityConfig", "clientIP"], "timeoutSeconds", 10800);
    }
    default_to(spec, &[], "type", "ClusterIP");
    for port in items_mut(spec, &["ports"]) {
        default_to(port, &[], "protocol", "TCP");
        let unset = at(port, &["targetPort"]).is_none_or(|target| *target == 0 || *target == "");
        if unset {
            let number = port["port"].clone();
            set(port, &[], "targetPort", number);
        }
    }
    let kind = text(spec, &["type"]).to_owned();
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer") {
        default_to(spec, &[], "externalTrafficPolicy", "Cluster");
    }
    if kind != "ExternalName" {
        default_to(spec, &[], "internalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        default_to(spec, &[], "allocateLoadBalancerNodePorts", true);
    }
}

/// Source: `core/v1/defaults.go`, `SetDefaults_Endpoints`.
pub(super) fn default_endpoints(object: &mut Value) {
    for subset in items_mut(object, &["subsets"]) {
        for port in items_mut(subset, &["ports"]) {
            default_to(port, &[], "protocol", "TCP");
        }
    }
}

/// Source: `pkg/apis/discovery/v1/defaults.go`, `SetDefaults_EndpointPort`.
pub(super) fn default_endpoint_slice(object: &mut Value) {
    for port in items_mut(object, &["ports"]) {
        if port.get("name").is_none_or(Value::is_null) {
            set(port, &[], "name", "");
        }
        default_to(port, &[], "protocol", "TCP");
    }
}

/// Source: `pkg/apis/networking/v1/defaults.go`, `SetDefaults_NetworkPolicy`.
pub(super) fn default_network_policy(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    let egress = items_mut(spec, &["egress"]).next().is_some();
    let types = if egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
    default_to(spec, &[], "policyTypes", types);
    for rules in ["ingress", "egress"] {
        for rule in items_mut(spec, &[rules]) {
            for port in items_mut(rule, &["ports"]) {
                default_to(port, &[], "protocol", "TCP");
            }
        }
    }
}
