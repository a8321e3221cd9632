use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::edit::{at, is_blank, items, text};
use super::findings::Findings;
use super::metadata::check_labels;
use super::names::{dns_label, dns_subdomain};
use super::probe::check_port;

const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/// Source: `pkg/apis/core/validation/validation.go`, `ValidateService`.
pub(super) fn check_service(service: &Value, found: &mut Findings) {
    let spec = &service["spec"];
    let kind = text(spec, &["type"]);
    found.word("spec.type", kind, &TYPES);
    let headless = spec["clusterIP"] == "None";
    if is_blank(spec, &["ports"]) && !headless && kind != "ExternalName" {
        found.required("spec.ports", "");
    }
    match kind {
        "LoadBalancer" | "NodePort" if headless => {
            let words = format!("may not be set to 'None' for {kind} services");
            found.invalid("spec.clusterIPs[0]", &json!("None"), &words);
        }
        "ExternalName" => check_external_name(spec, found),
        _ => {}
    }
    check_labels(at(spec, &["selector"]), "spec.selector", found);
    found.word("spec.sessionAffinity", text(spec, &["sessionAffinity"]), &["ClientIP", "None"]);
    let policy = text(spec, &["externalTrafficPolicy"]);
    if !policy.is_empty() {
        found.word("spec.externalTrafficPolicy", policy, &["Cluster", "Local"]);
        if !matches!(kind, "NodePort" | "LoadBalancer") && is_blank(spec, &["externalIPs"]) {
            let words = "may only be set for externally-accessible services";
            found.invalid("spec.externalTrafficPolicy", &json!(policy), words);
        }
    }
    check_ports(spec, kind, found);
}

fn check_external_name(spec: &Value, found: &mut Findings) {
    let name = text(spec, &["externalName"]);
    if name.is_empty() {
        found.required("spec.externalName", "");
        return;
    }
    for wrong in dns_subdomain(name.trim_end_matches('.')) {
        found.invalid("spec.externalName", &json!(name), &wrong);
    }
}

fn check_ports(spec: &Value, kind: &str, found: &mut Findings) {
    let many = items(spec, &["ports"]).count() > 1;
    let (mut names, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for (index, port) in items(spec, &["ports"]).enumerate() {
        let field = format!("spec.ports[{index}]");
        let name = text(port, &["name"]);
        if name.is_empty() && many {
            found.required(&format!("{field}.name"), "");
        } else if !name.is_empty() {
            for wrong in dns_label(name) {
                found.invalid(&format!("{field}.name"), &json!(name), &wrong);
            }
            if !names.insert(name) {
                found.duplicate(&format!("{field}.name"), &json!(name));
            }
        }
        let number = port["port"].as_i64().unwrap_or(0);
        if !(1..=65_535).contains(&number) {
            let words = "must be between 1 and 65535, inclusive";
            found.invalid(&format!("{field}.port"), &json!(number), words);
        }
        let protocol = text(port, &["protocol"]);
        found.word(&format!("{field}.protocol"), protocol, &["SCTP", "TCP", "UDP"]);
        check_port(&port["targetPort"], &format!("{field}.targetPort"), found);
        if !numbers.insert((number, protocol)) {
            let value = json!({"name": name, "protocol": protocol, "port": number});
            found.duplicate(&field, &value);
        }
        let node_port = port["nodePort"].as_i64().unwrap_or(0);
        if node_port != 0 && !matches!(kind, "NodePort" | "LoadBalancer") {
            let words = format!("may not be used when `type` is '{kind}'");
            found.forbidden(&format!("{field}.nodePort"), &words);
        }
    }
}

/// Source: `validation.go`, `ValidateServiceUpdate`.
pub(super) fn check_changed_service(service: &Value, old: &Value, found: &mut Findings) {
    let external = |one: &Value| one["spec"]["type"] == "ExternalName";
    let before = text(old, &["spec", "clusterIP"]);
    if external(service) || external(old) || before.is_empty() {
        return;
    }
    if text(service, &["spec", "clusterIP"]) != before {
        let given = json!([service["spec"]["clusterIP"]]);
        found.invalid("spec.clusterIPs[0]", &given, "may not change once set");
    }
}

/// Source: `pkg/apis/networking/validation/validation.go`, `ValidateIngressCreate`.
pub(super) fn check_ingress(ingress: &Value, found: &mut Findings) {
    let spec = &ingress["spec"];
    if is_blank(spec, &["rules"]) && at(spec, &["defaultBackend"]).is_none() {
        let words = "either `defaultBackend` or `rules` must be specified";
        found.invalid("spec", &json!([]), words);
    }
    if let Some(backend) = at(spec, &["defaultBackend"]) {
        check_backend(backend, "spec.defaultBackend", found);
    }
    for (index, rule) in items(spec, &["rules"]).enumerate() {
        let field = format!("spec.rules[{index}]");
        let host = text(rule, &["host"]);
        let wrong =
            if host.is_empty() { Vec::new() } else { dns_subdomain(host.trim_start_matches("*.")) };
        for wrong in wrong {
            found.invalid(&format!("{field}.host"), &json!(host), &wrong);
        }
        if at(rule, &["http"]).is_some() && is_blank(rule, &["http", "paths"]) {
            found.required(&format!("{field}.http.paths"), "");
        }
        for (index, path) in items(rule, &["http", "paths"]).enumerate() {
            check_path(path, &format!("{field}.http.paths[{index}]"), found);
        }
    }
}

fn check_path(path: &Value, field: &str, found: &mut Findings) {
    let given = text(path, &["path"]);
    match text(path, &["pathType"]) {
        "" => found.required(&format!("{field}.pathType"), "pathType must be specified"),
        "Exact" | "Prefix" => {
            if !given.starts_with('/') {
                found.invalid(&format!("{field}.path"), &json!(given), "must be an absolute path");
            }
        }
        "ImplementationSpecific" => {}
        other => {
            let all = ["Exact", "ImplementationSpecific", "Prefix"];
            found.unsupported(&format!("{field}.pathType"), other, &all);
        }
    }
    check_backend(&path["backend"], &format!("{field}.backend"), found);
}

fn check_backend(backend: &Value, field: &str, found: &mut Findings) {
    let has_resource = at(backend, &["resource"]).is_some();
    let Some(service) = at(backend, &["service"]) else {
        if !has_resource {
            found.required(field, "port name or number is required");
        }
        return;
    };
    if is_blank(service, &["name"]) {
        found.required(&format!("{field}.service.name"), "");
    }
    let (name, number) = (text(service, &["port", "name"]), &service["port"]["number"]);
    if name.is_empty() && number.as_i64().unwrap_or(0) == 0 {
        found.required(field, "port name or number is required");
    }
}
